"""Writes or checks the demo's rendered resources: python3 -m demo.rendered --write | --check"""

import argparse

from demo.rendered import files
from demo.setup import SetupFailed
from scripts import task
from scripts.terraform.providers import Kind, Need, find


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 -m demo.rendered", description=__doc__.split(":")[0] + ".")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--write", action="store_true", help="write the files again")
    what.add_argument("--check", action="store_true", help="compare the files with what the modules render now")
    options = parser.parse_args()
    providers = find(Need.CHECK)
    if providers.kind is Kind.NONE:
        raise SetupFailed("nothing is rendered: providers: none is available; see the messages above")
    rendered = files.fresh(providers)
    if options.write:
        files.write(rendered)
        return 0
    found = files.differences(rendered)
    if found:
        print(f"{found}the demo's rendered resources are out of date: {files.FILES}: run `python3 -m demo.rendered --write`")
    return 1 if found else 0


if __name__ == "__main__":
    task.run(main)

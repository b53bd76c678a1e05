"""Changes the code a thousand times by a line each, and sees whether a test notices: ./taskw mutants [-- --package tenancy]"""

import argparse
import subprocess
import tempfile

from scripts import refused
from scripts.build import ROOT
from scripts.mutants import CRATES, attempt, figures, known, listed


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw mutants --", description=__doc__.split(":")[0])
    parser.add_argument("--package", action="append", choices=CRATES, help="only this crate; may be repeated")
    parser.add_argument("--file", action="append", default=[], metavar="GLOB", help="only these files, such as crates/routing/src/cut.rs")
    parser.add_argument("--re", action="append", default=[], metavar="REGEX", help="only mutants of such a name")
    parser.add_argument("--since", metavar="REVISION", help="only what has changed since this revision of git")
    parser.add_argument("--again", action="store_true", help="only what was not caught before")
    parser.add_argument("--jobs", type=int, default=2, help="mutants that are tried at a time")
    parser.add_argument("--write", action="store_true", help=f"write what is known of every mutant into {figures.PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    crates = options.package or CRATES
    chosen = [f"--jobs={options.jobs}", *(f"--file={file}" for file in options.file), *(f"--re={regex}" for regex in options.re)]
    if options.again:
        chosen.append("--iterate")
    with tempfile.NamedTemporaryFile(suffix=".diff") as diff:
        if options.since:
            subprocess.run(["git", "diff", options.since, "--", "crates"], cwd=ROOT, stdout=diff, check=True)
            chosen.append(f"--in-diff={diff.name}")
        for crate in crates:
            attempt(crate, chosen)
    tried = {mutant: known(crate)[mutant][0] for crate in crates for mutant in listed(crate) if mutant in known(crate)}
    missed = [mutant for mutant, word in tried.items() if word == "missed"]
    print("\n".join(["", *missed]))
    print(f"{len(tried) - len(missed)} of {len(tried)} that have been tried are no danger, {len(missed)} were missed")
    if missed:
        print("write a test, take out what is not needed, or leave it out in .cargo/mutants.toml and say why")
    if options.write:
        figures.write()
    return 1 if missed else 0


if __name__ == "__main__":
    refused.run(main)

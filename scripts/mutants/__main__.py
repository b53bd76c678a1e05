"""Changes the code a thousand times by a line each, and sees whether a test notices: ./taskw mutants [-- --package tenancy]"""

import argparse
import subprocess
import sys
import tempfile

from scripts.build import ROOT
from scripts.mutants import CRATES, BaselineFailed, attempt, figures, known, listed
from scripts.tools import ToolsUnavailable


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw mutants --", description=__doc__.split(":")[0])
    parser.add_argument("--package", action="append", choices=CRATES, help="only this crate; may be repeated")
    parser.add_argument("--file", action="append", metavar="GLOB", help="only these files, such as crates/routing/src/cut.rs")
    parser.add_argument("--since", metavar="REVISION", help="only what has changed since this revision of git")
    parser.add_argument("--again", action="store_true", help="only what was not caught before")
    parser.add_argument("--jobs", type=int, default=2, help="mutants that are tried at a time")
    parser.add_argument("--write", action="store_true", help=f"write what is known of every mutant into {figures.PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    crates = options.package or CRATES
    try:
        with tempfile.NamedTemporaryFile(suffix=".diff") as diff:
            chosen = [f"--jobs={options.jobs}", *(f"--file={file}" for file in options.file or [])]
            if options.again:
                chosen.append("--iterate")
            if options.since:
                subprocess.run(["git", "diff", options.since, "--", "crates"], cwd=ROOT, stdout=diff, check=True)
                chosen.append(f"--in-diff={diff.name}")
            for crate in crates:
                attempt(crate, chosen)
    except (ToolsUnavailable, BaselineFailed) as problem:
        print(problem, file=sys.stderr)
        return 1
    missed = [mutant for crate in crates for mutant in listed(crate) if known(crate).get(mutant) == "missed"]
    print("\n".join(missed))
    print(f"\n{len(missed)} missed of those that have been tried; write a test, take out what is not needed, or give the reason in .cargo/mutants.toml")
    if options.write:
        if lacking := figures.write():
            print(f"not written: {lacking} mutants have not been tried: run ./taskw mutants without any choice first")
            return 1
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())

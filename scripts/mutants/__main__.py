"""Changes the code by one line at a time, and checks that a test fails: ./taskw mutants [-- --package tenancy]"""

import argparse
import subprocess
import tempfile

from scripts import task
from scripts.build import ROOT
from scripts.mutants import CRATES, attempt, figures, known, listed


def main() -> int:
    parser = argparse.ArgumentParser(prog="./taskw mutants --", description=__doc__.split(":")[0])
    parser.add_argument("--package", action="append", choices=CRATES, help="only this crate; may be repeated")
    parser.add_argument("--file", action="append", default=[], metavar="GLOB", help="only these files, such as crates/routing/src/plan.rs")
    parser.add_argument("--re", action="append", default=[], metavar="REGEX", help="only mutants whose name matches")
    parser.add_argument("--since", metavar="REVISION", help="only mutants in lines that changed since this git revision")
    parser.add_argument("--again", action="store_true", help="only mutants that earlier runs did not catch")
    parser.add_argument("--jobs", type=int, default=2, help="how many mutants run at a time")
    parser.add_argument("--write", action="store_true", help=f"write the outcome of every mutant into {figures.PAGE.relative_to(ROOT)}")
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
    print(f"{len(tried) - len(missed)} of {len(tried)} tried mutants were caught or do not matter, {len(missed)} were missed")
    if missed:
        print("write a test, remove the code if it is not needed, or exclude the mutant in .cargo/mutants.toml with the reason")
    if options.write:
        figures.write()
    return 1 if missed else 0


if __name__ == "__main__":
    task.run(main)

"""Checks the conventions of this repository: python3 -m scripts.lint.conventions"""

import re
from pathlib import Path

from scripts import task
from scripts.build import ROOT
from scripts.lint import files, report

SOURCES = ("*.rs", "*.py", "*.mjs", "*.tf", "*.hcl", "*.sh")
LONGEST = 300

# Files that may be longer, each with the reason.
LONG = {
    ".terraform.lock.hcl": "written by terraform init",
}

# Unfinished work is an issue, not a mark in a comment or a macro in code. Documentation may show the macro.
MARK = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
MACRO = re.compile(r"^(?!\s*//).*\b(?:todo|unimplemented)!")


def problems_of(path: Path) -> list[str]:
    name, lines = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8").splitlines()
    found = [
        f"unfinished work: {name}:{number}: do it now, or file an issue and remove the mark"
        for number, line in enumerate(lines, 1)
        if MARK.search(line) or MACRO.search(line)
    ]
    if len(lines) > LONGEST and path.name not in LONG and name not in LONG:
        found.append(f"the file has {len(lines)} lines: {name}: split it; a file covers one subject in at most {LONGEST} lines")
    return found


def main() -> int:
    return report("conventions", {str(path): problems_of(path) for path in files(*SOURCES, "taskw", ".ci/run")})


if __name__ == "__main__":
    task.run(main)

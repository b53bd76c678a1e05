"""Lints: those of the languages, and the conventions of this repository.

- `conventions` files stay short, and no work is left for later
- `type_names`  each type name of the product has one meaning
- `words`       no retired word is used
- `licences`    every crate comes from crates.io under an allowed licence, and the Lambda functions hold no crate twice
"""

import subprocess
from pathlib import Path

from scripts.build import ROOT


def files(*patterns: str) -> list[Path]:
    """The repository's own files: those that are committed or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [path for name in sorted(set(listed.stdout.split("\0"))) if name and (path := ROOT / name).is_file()]


def report(title: str, found: dict[str, list[str]]) -> int:
    """Prints the problems of each thing that was checked; returns the exit code. Checking nothing at all is an error too."""
    problems = [problem for those in found.values() for problem in those]
    print("\n".join([*problems, f"{title}: looked at {len(found)}, found {len(problems)} wrong"]))
    return 1 if problems or not found else 0

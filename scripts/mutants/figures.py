"""Writes docs/figures/mutants.md: the outcome of all mutants."""

import re
from collections import Counter

from scripts.build import ROOT
from scripts.mutants import CRATES, SETTINGS, WORDS, Known, known, listed

PAGE = ROOT / "docs" / "figures" / "mutants.md"
UNTRIED = "not tried"

INTRODUCTION = """# Mutants

Written by `./taskw mutants -- --write`. [cargo-mutants](https://mutants.rs) changes the code in one place: it inverts a
comparison, swaps an operator, removes a branch, or makes a function return something else. It builds each such mutant and
runs the tests of its crate. A mutant is *caught* when a test fails, and counts as caught when the tests *time out*. It is
*unviable* when it does not compile, and *missed* when no test fails. *Minutes* is the time to build and test all mutants,
one after the other.

"""
LEFT_OUT = """
## Left out

No test can tell these mutants from the original code, or no test should. `.cargo/mutants.toml` lists each one with its reason.

"""


def write() -> None:
    words = [*WORDS.values(), UNTRIED]
    rows = [f"| crate | mutants | {' | '.join(words)} | left out | minutes |", "| --- " * (len(words) + 4) + "|"]
    missed: list[str] = []
    for crate in CRATES:
        names, came_of = listed(crate), known(crate)
        counts = Counter(word_for(name, came_of) for name in names)
        minutes = round(sum(came_of[name][1] for name in names if name in came_of) / 60)
        left_out = len(listed(crate, "--no-config")) - len(names)
        cells = [f"`{crate}`", len(names), *(counts[word] for word in words), left_out, minutes]
        rows.append(f"| {' | '.join(map(str, cells))} |")
        missed += [f"- `{name}`" for name in names if word_for(name, came_of) == "missed"]
    if missed:
        rows += ["", "Missed:", "", *missed]
    table = ["| why | mutants |", "| --- | --- |", *(f"| {why} | {', '.join(f'`{name}`' for name in names)} |" for why, names in excluded())]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(INTRODUCTION + "\n".join(rows) + "\n" + LEFT_OUT + "\n".join(table) + "\n")


def word_for(name: str, came_of: Known) -> str:
    return came_of[name][0] if name in came_of else UNTRIED


def excluded() -> list[tuple[str, list[str]]]:
    """The patterns of the excluded mutants, each group with the comment above it in `.cargo/mutants.toml`."""
    groups: list[tuple[str, list[str]]] = []
    for line in SETTINGS.read_text().split("exclude_re = [\n")[1].splitlines():
        if comment := re.fullmatch(r"\s*# (.*)", line):
            if groups and not groups[-1][1]:
                groups[-1] = (f"{groups[-1][0]} {comment[1]}", [])
            else:
                groups.append((comment[1], []))
        elif expression := re.fullmatch(r"\s*(['\"])(.*)\1,", line):
            groups[-1][1].append(expression[2].replace("|", r"\|"))
    return groups

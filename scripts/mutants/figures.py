"""What came of all mutants, as docs/figures/mutants.md has it."""

import re
from collections import Counter

from scripts.build import ROOT
from scripts.mutants import CRATES, SETTINGS, WORDS, Known, known, listed

PAGE = ROOT / "docs" / "figures" / "mutants.md"
UNTRIED = "not tried"

INTRODUCTION = """# Mutants

Written by `./taskw mutants -- --write`. [cargo-mutants](https://mutants.rs) changes the code in one place: it turns a
comparison round, swaps an operator, takes out a branch, has a function return something else. Each such mutant is built and
tested with the tests of its own crate. It is *caught* when one of them fails, and as good as caught when they *time out*;
*unviable* when it does not compile; *missed* when no test notices. *Minutes* are those of building and testing, one mutant
after the other.

"""
LEFT_OUT = """
## Left out

No test can tell these from the code that they change, or none should. Each stands in `.cargo/mutants.toml` with its reason.

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
    """The expressions of the mutants that are left out, each group with the comment above it, as the settings have them."""
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

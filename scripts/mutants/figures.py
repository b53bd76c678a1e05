"""What came of all mutants, as docs/figures/mutants.md has it."""

import re
from collections import Counter

from scripts.build import ROOT
from scripts.mutants import CRATES, SETTINGS, WORDS, known, listed

PAGE = ROOT / "docs" / "figures" / "mutants.md"

INTRODUCTION = """# Mutants

Written by `./taskw mutants -- --write`. [cargo-mutants](https://mutants.rs) changes the code by one line: it turns a
comparison round, swaps an operator, takes out a branch, has a function return something else. Each such mutant is built and
tested with the tests of its own crate. It is *caught* when one of them fails, and as good as caught when they *time out*;
*unviable* when it does not compile; *missed* when no test notices.

"""
LEFT_OUT = """
## Left out

No test can tell these from what they are made of, or none should. Each stands in `.cargo/mutants.toml` with its reason.

"""


def write() -> int:
    """Writes the page; or says how many mutants have not been tried, and does not."""
    mutants = {crate: listed(crate) for crate in CRATES}
    came_of = {mutant: outcome for crate in CRATES for mutant, outcome in known(crate).items()}
    if lacking := sum(mutant not in came_of for names in mutants.values() for mutant in names):
        return lacking
    rows = ["| crate | mutants | caught | timed out | unviable | missed | left out |", "| --- " * 7 + "|"]
    for crate, names in mutants.items():
        counts = Counter(came_of[mutant] for mutant in names)
        cells = [f"`{crate}`", len(names), *(counts[word] for word in WORDS.values()), len(listed(crate, "--no-config")) - len(names)]
        rows.append(f"| {' | '.join(map(str, cells))} |")
    missed = [mutant for names in mutants.values() for mutant in names if came_of[mutant] == "missed"]
    if missed:
        rows += ["", "Missed:", "", *(f"- `{mutant}`" for mutant in missed)]
    table = ["| why | mutants |", "| --- | --- |", *(f"| {why} | {'<br>'.join(f'`{name}`' for name in names)} |" for why, names in left_out())]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(INTRODUCTION + "\n".join(rows) + "\n" + LEFT_OUT + "\n".join(table) + "\n")
    return 0


def left_out() -> list[tuple[str, list[str]]]:
    """The mutants that are left out, each group with the comment above it, as the settings have them."""
    groups: list[tuple[str, list[str]]] = []
    for line in SETTINGS.read_text().split("exclude_re = [\n")[1].splitlines():
        if comment := re.fullmatch(r"\s*# (.*)", line):
            if groups and not groups[-1][1]:
                groups[-1] = (f"{groups[-1][0]} {comment[1]}", [])
            else:
                groups.append((comment[1], []))
        elif pattern := re.fullmatch(r"\s*['\"](.*)['\"],", line):
            groups[-1][1].append(re.sub(r"\\(.)", r"\1", pattern[1]).replace("|", "\\|"))
    return groups

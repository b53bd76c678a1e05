"""Writes docs/figures/seeded-bugs.md: which promise each bug breaks."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.build import ROOT
from scripts.seeded_bugs.bug import Bug

PAGE = ROOT / "docs" / "figures" / "seeded-bugs.md"

HEAD = """# Seeded bugs

A simulation that finds nothing proves something only if it can find bugs. Each of these {bugs} bugs is one that a
programmer could make in `tenancy`, `sources` or `routing`. They are seeded into a copy of the crates and switched on one
at a time; the simulation then runs histories until a promise is broken. CI does so with every change, and fails if a bug
is not found within {within:,} histories. Written by

```sh
./taskw seeded-bugs -- --write
```

A rare bug that shows in one source only is searched for in that source; all others in all sources. A bug often breaks
several promises; the page names the first one that the simulation checks. The promises are explained in
`verification/simulation/src/invariants.rs`, the bugs are in `scripts/seeded_bugs`.

{promises}

| bug | file | what goes wrong | why a programmer might write it | found by | in history |
| --- | --- | --- | --- | --- | --: |
"""


@dataclass(frozen=True)
class Found:
    promise: str
    # The number of the history, from 1.
    history: int


def page(bugs: list[Bug], found: Mapping[str, Found], within: int) -> str:
    by = Counter(found[bug.name].promise for bug in bugs)
    promises = "Found by " + ", ".join(f"`{promise}` ({count})" for promise, count in by.most_common()) + "."
    rows = [row(bug, found[bug.name]) for bug in bugs]
    return HEAD.format(bugs=len(bugs), within=within, promises=promises) + "".join(rows)


def row(bug: Bug, found: Found) -> str:
    file = bug.file.removeprefix("crates/").replace("/src/", "/")
    of = "" if bug.source == "all" else f" of {bug.source}"
    return f"| {bug.name} | `{file}` | {bug.wrong} | {bug.thought} | `{found.promise}` | {found.history:,}{of} |\n"

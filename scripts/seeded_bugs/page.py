"""docs/figures/seeded-bugs.md: what found each bug."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from scripts.build import ROOT
from scripts.seeded_bugs.bug import Bug

PAGE = ROOT / "docs" / "figures" / "seeded-bugs.md"

HEAD = """# Seeded bugs

A simulation that finds nothing proves nothing unless it would find something. Each of these {bugs} bugs is one that a
programmer could make in `tenancy`, `sources` or `routing`. They are sown into a copy of the crates, one at a time is
switched on, and the simulation lets history after history happen until a promise is broken. The tests of CI do so with
every change, and fail where a bug is not found within {within:,} histories. Written by

```sh
./taskw seeded-bugs -- --write
```

A bug that can show with one source only, and rarely, is looked for there; all others where they happen to be found.
Which promise is the first to be broken depends on the order in which they are looked at; a bug often breaks several.
What each of them says: `crates/simulation/src/invariants.rs`. The bugs themselves: `scripts/seeded_bugs`.

{promises}

| bug | file | what goes wrong | why somebody would write it | found by | in history |
| --- | --- | --- | --- | --- | --: |
"""


@dataclass(frozen=True)
class Found:
    promise: str
    # In which history, counted from 1.
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

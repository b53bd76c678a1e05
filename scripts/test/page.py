"""Writes docs/figures/tests.md: the time that each suite took in one run."""

import os
from collections.abc import Iterable
from typing import Protocol

from scripts.build import ROOT

PAGE = ROOT / "docs" / "figures" / "tests.md"

HEAD = """# Tests: where the time goes

One run of all suites on a machine with {cores} cores, from {start}: {minutes:.1f} minutes. Written by

```sh
./taskw test -- --write
```

Suites that use cargo's build folder run one after the other, all others run in parallel with them. So the seconds add up to more than the
run took. CPU seconds are those of the suite and its child processes; they hardly depend on what else the machine does.

| suite | tests | seconds | CPU seconds |
| --- | --: | --: | --: |
"""


class Row(Protocol):
    name: str
    tests: int
    seconds: float
    cpu_seconds: float


def page(rows: Iterable[Row], seconds: float, warm: bool) -> str:
    rows = list(rows)
    start = "an existing target folder" if warm else "a fresh clone"
    text = HEAD.format(cores=os.cpu_count(), start=start, minutes=seconds / 60)
    lines = [f"| {row.name} | {row.tests} | {row.seconds:.0f} | {row.cpu_seconds:.0f} |\n" for row in rows]
    return text + "".join(lines) + f"| all | {sum(row.tests for row in rows)} | {seconds:.0f} | {sum(row.cpu_seconds for row in rows):.0f} |\n"

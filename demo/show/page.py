"""Writes how long a demo took into demo/README.md."""

import os

from demo.setup import ROOT

PAGE = ROOT / "demo" / "README.md"
BEGIN, END = "<!-- times: written by ./taskw demo -- --write -->\n", "<!-- end of times -->\n"


def table(times: dict[str, float], full: bool) -> str:
    """The table of the durations. `times`: as in the report of `--json`."""
    rows = {
        "first rows": times["first_row_seconds"],
        "first rows, after the routers were built": times["first_row_after_build_seconds"],
        "all phases" if full else "the whole demo": times["seconds"],
    }
    lines = "".join(f"| {what} | {seconds / 60:.1f} |\n" for what, seconds in rows.items())
    return f"| on {os.cpu_count()} cores | minutes |\n| --- | --: |\n{lines}"


def write(times: dict[str, float], full: bool) -> None:
    before, rest = PAGE.read_text().split(BEGIN)
    _, after = rest.split(END)
    PAGE.write_text(f"{before}{BEGIN}\n{table(times, full)}\n{END}{after}")

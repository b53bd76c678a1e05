"""A bug, and how all bugs are seeded into one copy, each behind a switch."""

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.task import TaskError

# The environment variable that turns on one bug, by its number from 1. Without it, no bug is on.
SWITCH = "SEEDED_BUG"

# A switched bug may leave code unused or odd; the compiler must not complain.
HEAD = "#![allow(warnings)]\n"

MODULE = f"""
mod seeded {{
    pub(crate) fn on(bug: u32) -> bool {{
        static WHICH: std::sync::LazyLock<u32> = std::sync::LazyLock::new(|| {{
            std::env::var("{SWITCH}").ok().and_then(|bug| bug.parse().ok()).unwrap_or_default()
        }});
        *WHICH == bug
    }}
}}
"""


class TextNotFound(TaskError):
    """The text that a bug respans does not occur exactly once, or two bugs replace overlapping text."""


@dataclass(frozen=True)
class Bug:
    name: str
    file: str
    # An expression, or statements with their last semicolon.
    old: str
    new: str
    # What goes wrong because of the bug.
    wrong: str
    # Why a programmer might write it.
    thought: str
    # Occurs in the file exactly once, and contains `old` once. Empty if `old` itself occurs once.
    within: str = ""
    # The source whose histories are searched. A bug that is rare and shows in one source only is found sooner that way.
    source: str = "all"

    def span(self, text: str) -> tuple[int, int]:
        """The start and end of the text that the bug respans."""
        around = self.within or self.old
        if text.count(around) != 1 or around.count(self.old) != 1:
            raise TextNotFound(
                f"the text of the bug does not occur exactly once: {self.file}: {self.old!r}: correct `{self.name}` in scripts/seeded_bugs"
            )
        start = text.index(around) + around.index(self.old)
        return start, start + len(self.old)

    def mentions(self, word: str) -> bool:
        return any(word.lower() in text.lower() for text in (self.name, self.file, self.wrong))


def seeded(text: str, bugs: Iterable[tuple[int, Bug]]) -> str:
    """The file's text with these bugs, each behind its number. Several bugs may replace the same text."""
    spans: dict[tuple[int, int], list[tuple[int, Bug]]] = {}
    for number, bug in bugs:
        spans.setdefault(bug.span(text), []).append((number, bug))
    end = len(text)
    for (start, stop), here in sorted(spans.items(), reverse=True):
        if stop > end:
            raise TextNotFound(f"two bugs replace overlapping text: {here[0][1].file}: correct `{here[0][1].name}` in scripts/seeded_bugs")
        text, end = text[:start] + switched(text[start:stop], here) + text[stop:], start
    return text


def switched(old: str, bugs: list[tuple[int, Bug]]) -> str:
    choices = "".join(f"if crate::seeded::on({number}) {{ {bug.new} }} else " for number, bug in bugs)
    whole = f"{choices}{{ {old} }}"
    return whole if old.endswith((";", "}")) else f"({whole})"

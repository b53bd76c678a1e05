"""A bug, and how all of them are sown into one copy, each behind a switch."""

from collections.abc import Iterable
from dataclasses import dataclass

from scripts.refused import Refused

# Names the bug that is on, by its number from 1. Without it none is.
SWITCH = "SEEDED_BUG"

# What is left unused, or looks odd, beside a switch is nobody's mistake.
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


class NotThere(Refused):
    """The text that a bug replaces does not stand there exactly once, or two bugs claim parts of it."""


@dataclass(frozen=True)
class Bug:
    name: str
    file: str
    # An expression, or statements with their last semicolon.
    old: str
    new: str
    # What goes wrong.
    wrong: str
    # Why somebody would write it.
    thought: str
    # Stands in the file exactly once, and `old` in it; nothing where `old` itself does.
    within: str = ""
    # Whose histories are looked through; one that shows only there, and rarely, is found sooner.
    source: str = "all"

    def place(self, text: str) -> tuple[int, int]:
        """Where in the file's text the bug is sown."""
        around = self.within or self.old
        if text.count(around) != 1 or around.count(self.old) != 1:
            raise NotThere(f"not exactly once: {self.file}: {self.old!r}: correct `{self.name}` in scripts/seeded_bugs")
        start = text.index(around) + around.index(self.old)
        return start, start + len(self.old)

    def speaks_of(self, word: str) -> bool:
        return any(word.lower() in text.lower() for text in (self.name, self.file, self.wrong))


def sown(text: str, bugs: Iterable[tuple[int, Bug]]) -> str:
    """The file's text with these bugs, each behind its number; several may stand in one place."""
    places: dict[tuple[int, int], list[tuple[int, Bug]]] = {}
    for number, bug in bugs:
        places.setdefault(bug.place(text), []).append((number, bug))
    end = len(text)
    for (start, stop), here in sorted(places.items(), reverse=True):
        if stop > end:
            raise NotThere(f"two bugs share a part of a text: {here[0][1].file}: correct `{here[0][1].name}` in scripts/seeded_bugs")
        text, end = text[:start] + switched(text[start:stop], here) + text[stop:], start
    return text


def switched(old: str, bugs: list[tuple[int, Bug]]) -> str:
    choices = "".join(f"if crate::seeded::on({number}) {{ {bug.new} }} else " for number, bug in bugs)
    whole = f"{choices}{{ {old} }}"
    return whole if old.endswith((";", "}")) else f"({whole})"

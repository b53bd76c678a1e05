"""The custom conditions of the modules: each validation and precondition, with its error message."""

import re
from dataclasses import dataclass
from pathlib import Path

CHECK = re.compile(r"^( *)(?:validation|precondition) \{\n.*?^\1\}\n", re.MULTILINE | re.DOTALL)
MESSAGE = re.compile(r'error_message = "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Condition:
    """One validation or precondition: its file, its error message, and the file's text without it."""

    file: Path
    message: str
    without: str


def of(folder: Path) -> list[Condition]:
    """All conditions of a folder's own files."""
    found = []
    for path in sorted(folder.glob("*.tf")):
        text = path.read_text()
        for check in CHECK.finditer(text):
            message = MESSAGE.search(check.group(0))
            found.append(Condition(path, message.group(1) if message else "", text[: check.start()] + text[check.end() :]))
    return found


def unhelpful(conditions: list[Condition]) -> list[str]:
    """The messages that do not have the form `what is wrong: where: what to do`."""
    return [f"{condition.file.name}: {condition.message}" for condition in conditions if not _helps(condition.message)]


def _helps(message: str) -> bool:
    parts = message.split(": ", 2)
    return len(parts) == 3 and all(parts) and message.endswith((".", "]."))

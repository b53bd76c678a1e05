"""The checks in the modules' own code: each validation and precondition, and what it says."""

import re
from dataclasses import dataclass
from pathlib import Path

CHECK = re.compile(r"^( *)(?:validation|precondition) \{\n.*?^\1\}\n", re.MULTILINE | re.DOTALL)
MESSAGE = re.compile(r'error_message = "(.*)"$', re.MULTILINE)


@dataclass(frozen=True)
class Refusal:
    """One check: its file, what it says, and the file without it."""

    file: Path
    message: str
    without: str


def of(folder: Path) -> list[Refusal]:
    """Every check of a folder's own files."""
    found = []
    for path in sorted(folder.glob("*.tf")):
        text = path.read_text()
        for check in CHECK.finditer(text):
            message = MESSAGE.search(check.group(0))
            found.append(Refusal(path, message.group(1) if message else "", text[: check.start()] + text[check.end() :]))
    return found


def unhelpful(refusals: list[Refusal]) -> list[str]:
    """The messages that do not read `what happened: where: what to do`."""
    return [f"{refusal.file.name}: {refusal.message}" for refusal in refusals if not _helps(refusal.message)]


def _helps(message: str) -> bool:
    parts = message.split(": ", 2)
    return len(parts) == 3 and all(parts) and message.endswith((".", "]."))

"""Checks that no retired word is used: python3 -m scripts.lint.words [PATH...]"""

import re
import sys

from scripts import task
from scripts.build import ROOT
from scripts.lint import files, report

LIST = ROOT / "scripts/lint/retired_words.txt"
PATTERNS = ("*.rs", "*.py", "*.mjs", "*.sh", "*.tf", "*.hcl", "*.toml", "*.yml", "*.yaml", "*.json.tftpl", "taskw", ".ci/run")


def retired() -> dict[re.Pattern[str], str]:
    """Each retired word, with its replacement."""
    lines = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    pairs = (line.split("  ", 1) for line in lines)
    return {re.compile(word): instead.strip() for word, instead in pairs}


def as_words(text: str) -> str:
    """The text with each identifier split into words, so that a word inside a longer name is found. Constants become lower case."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[a-z])(?=[0-9])|_", " ", text)
    return re.sub(r"\b[A-Z][A-Z0-9]+\b", lambda word: word[0].lower(), split)


def problems_in(name: str, text: str, words: dict[re.Pattern[str], str]) -> list[str]:
    found = []
    lines = [(0, name), *enumerate(text.splitlines(), 1)]
    for number, line in lines:
        for word, instead in words.items():
            if match := word.search(line) or word.search(as_words(line)):
                where = f"{name}:{number}" if number else f"{name}: its path"
                found.append(f'"{match[0]}" is a retired word: {where}: write "{instead}"')
    return found


def main() -> int:
    words = retired()
    chosen = tuple(sys.argv[1:])
    looked_at = [path for path in files(*PATTERNS) if path != LIST and (not chosen or path.relative_to(ROOT).as_posix().startswith(chosen))]
    return report("words", {str(path): problems_in(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8"), words) for path in looked_at})


if __name__ == "__main__":
    task.run(main)

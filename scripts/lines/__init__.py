"""Counts the lines of non-test Rust code of each package, in the work tree and in an older commit.

Blank lines and lines that hold only a comment do not count. Nor do the folders `tests`, `benches` and `examples`, and
items marked `#[cfg(test)]`: modules in the same file, modules in their own file, functions, imports. An item ends where
rustfmt ends it: on its first line, or on the line that closes it at its own indentation.
"""

import io
import re
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from scripts.build import ROOT
from scripts.lint import files

TEST_FOLDERS = {"tests", "benches", "examples"}
MARK = "#[cfg(test)]"
MODULE = re.compile(r"(?:pub(?:\([a-z]+\))? )?mod (\w+);")

# The text of each file, by its path in the repository.
Tree = Mapping[PurePosixPath, str]


class NoSuchRevision(Exception):
    """The commit cannot be read. The text says what to do."""


def work_tree() -> Tree:
    """The files that are committed or would be."""
    return {PurePosixPath(path.relative_to(ROOT).as_posix()): path.read_text(encoding="utf-8") for path in files("*.rs", "*Cargo.toml")}


def at_revision(revision: str) -> Tree:
    """The files of a commit."""
    archive = subprocess.run(["git", "archive", "--format=tar", f"{revision}^{{commit}}"], cwd=ROOT, capture_output=True)
    if archive.returncode != 0:
        raise NoSuchRevision(f"the commit cannot be read: {revision}: name a commit that `git log` shows")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as tar:
        wanted = [entry for entry in tar.getmembers() if entry.isfile() and entry.name.endswith((".rs", "Cargo.toml"))]
        return {PurePosixPath(entry.name): tar.extractfile(entry).read().decode() for entry in wanted}


def by_package(tree: Tree) -> dict[str, int]:
    """The lines of each package, by the folder of its manifest; packages without code are left out."""
    left_out = test_modules(tree)
    counts: dict[str, int] = {}
    for path, text in tree.items():
        folder = package_of(path, tree)
        if path.suffix != ".rs" or folder is None or is_test(path, folder, left_out):
            continue
        counts[str(folder)] = counts.get(str(folder), 0) + sum(1 for _ in code(text))
    return counts


def package_of(path: PurePosixPath, tree: Tree) -> PurePosixPath | None:
    return next((folder for folder in path.parents if folder.parts and folder / "Cargo.toml" in tree), None)


def is_test(path: PurePosixPath, package: PurePosixPath, left_out: set[PurePosixPath]) -> bool:
    first = path.relative_to(package).parts[0]
    return first in TEST_FOLDERS or path.with_suffix("") in left_out or not left_out.isdisjoint(path.parents)


def test_modules(tree: Tree) -> set[PurePosixPath]:
    """The modules in their own file that are built for tests only: their paths without `.rs`, or their folders."""
    found = set()
    for path, text in tree.items():
        folder = path.parent if path.stem in ("lib", "main", "mod") else path.with_suffix("")
        lines = [line.strip() for line in text.splitlines()]
        marked = (following for mark, following in zip(lines, lines[1:]) if mark == MARK)
        found |= {folder / module[1] for line in marked if (module := MODULE.fullmatch(line))}
    return found


def code(text: str) -> Iterator[str]:
    """The lines that count."""
    end = None
    is_marked = False
    for line in text.splitlines():
        bare = line.strip()
        indentation = line[: len(line) - len(line.lstrip())]
        if end is not None:
            # The line that closes a signature on several lines does not end the item; its body follows.
            end = None if line.startswith(end) and bare.endswith(("}", ";")) else end
        elif bare == MARK:
            is_marked = True
        elif is_marked and bare and not bare.startswith(("#[", "//")):
            is_marked = False
            # An item on several lines ends at its own indentation.
            end = None if bare.endswith((";", "}")) else tuple(indentation + bracket for bracket in "})]")
        elif bare and not bare.startswith("//") and not is_marked:
            yield line

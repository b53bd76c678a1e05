"""Chooses the few inputs that are worth committing: those that reach the most code that the corpus does not reach yet.

libFuzzer alone would keep hundreds, each for one more branch. That many cannot be reviewed, and each one slows every test run.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

# How many inputs one run may add. A corpus ends up with some dozens.
MOST = 16

# Only new edges count. With execution counts, far more inputs would be kept.
OPTIONS = ["-set_cover_merge=1", "-use_counters=0"]


def chosen(control: str, kept: set[str], most: int = MOST) -> list[str]:
    """The files to copy, the most valuable first. `control` is the control file of a libFuzzer merge: file names, and what each one reached."""
    lines = control.splitlines()
    count = int(lines[0])
    names, reached = lines[2 : 2 + count], {}
    for line in lines[2 + count :]:
        kind, number, *features = line.split()
        if kind == "FT":
            reached[names[int(number)]] = set(features)
    covered = set().union(*(features for name, features in reached.items() if name in kept))
    found = []
    while len(found) < most:
        name = max(reached, key=lambda name: len(reached[name] - covered), default=None)
        if name is None or not reached[name] - covered:
            break
        covered |= reached.pop(name)
        found.append(name)
    return found


def distil(corpus: Path, found: Path, merge) -> int:
    """Copies inputs from `found` into the corpus. `merge` runs libFuzzer with folders and options, and returns its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        scratch, control = Path(folder) / "merged", Path(folder) / "control"
        scratch.mkdir()
        code = merge([scratch, corpus, found], [*OPTIONS, f"-merge_control_file={control}"])
        names = chosen(control.read_text(), {str(path) for path in corpus.iterdir()}) if code == 0 else []
    for name in names:
        shutil.copyfile(name, corpus / hashlib.sha256(Path(name).read_bytes()).hexdigest()[:12])
    return code

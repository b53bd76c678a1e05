"""The few inputs worth keeping: those that reach most of what nothing else in the corpus reaches.

libFuzzer by itself would keep hundreds, each for one branch more; nobody reads those, and each test run pays for them.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path

# What is taken over at a time; a corpus ends up with some dozens.
MOST = 16

# Edges only: how often each was taken would keep many more.
OPTIONS = ["-set_cover_merge=1", "-use_counters=0"]


def chosen(control: str, kept: set[str], most: int = MOST) -> list[str]:
    """Which files to take over, the most telling first, by the control file of a merge: names, and what each reached."""
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
    """Takes over from `found`; `merge` runs libFuzzer with folders and options, and gives its exit code."""
    with tempfile.TemporaryDirectory() as folder:
        scratch, control = Path(folder) / "merged", Path(folder) / "control"
        scratch.mkdir()
        code = merge([scratch, corpus, found], [*OPTIONS, f"-merge_control_file={control}"])
        names = chosen(control.read_text(), {str(path) for path in corpus.iterdir()}) if code == 0 else []
    for name in names:
        shutil.copyfile(name, corpus / hashlib.sha256(Path(name).read_bytes()).hexdigest()[:12])
    return code

"""The Lambda functions' zips: already in a folder, or built while the demo runs (`scripts/demo/build.py` reports the progress)."""

import io
import json
import os
import threading
import time
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from demo.configurations import FUNCTIONS
from demo.setup import SetupFailed

TENANTCTL = "tenantctl"


@dataclass
class Zips:
    """A folder with zips. Some of them may still be missing."""

    folder: Path
    architecture: str
    missing: set[str] = field(default_factory=set)
    # When the last zip was complete, by the monotonic clock.
    complete: float = field(default_factory=time.monotonic)
    # Programs that were built too, by package.
    binaries: dict[str, Path] = field(default_factory=dict)
    # The progress of the build, as text.
    note: str = ""
    problem: str = ""

    def path(self, name: str) -> Path:
        return self.folder / f"{name}-{self.architecture}.zip"

    def ready(self, names: Iterable[str]) -> bool:
        """Whether these zips are complete. Raises `SetupFailed` if the build failed."""
        if self.problem:
            raise SetupFailed(self.problem)
        return not self.missing & set(names)


def lying(folder: Path, architecture: str) -> Zips:
    """Zips that exist already."""
    zips = Zips(folder, architecture)
    if absent := [zips.path(name).name for name in FUNCTIONS if not zips.path(name).is_file()]:
        raise SetupFailed(f"zips are missing: {folder}: it has no {', '.join(absent)}; build them with `./taskw build`, or leave --zips out")
    return zips


def watch(zips: Zips, events: int, wanted: Iterable[str], tell: Callable[[str], None]) -> None:
    """Updates `zips` from the events of the build. `events`: the file descriptor with the events. `wanted`: what will be built."""
    zips.missing = set(wanted)
    threading.Thread(target=follow, args=(zips, events, tell), daemon=True).start()


def follow(zips: Zips, events: int, tell: Callable[[str], None]) -> None:
    begun = time.monotonic()
    with os.fdopen(events) as lines:
        for line in lines:
            happened(zips, json.loads(line), begun, tell)
    if zips.missing and not zips.problem:
        zips.problem = f"the build ended without {', '.join(sorted(zips.missing))}: cargo: run the demo again"


def happened(zips: Zips, event: dict, begun: float, tell: Callable[[str], None]) -> None:
    if "failed" in event:
        zips.problem = event["failed"]
    elif "done" in event:
        left = f", about {event['left']} s left" if event["left"] is not None else ""
        zips.note = f"{event['done']} of {event['of']} crates are built{left}"
    else:
        name = event.get("zip") or event["binary"]
        if "binary" in event:
            zips.binaries[name] = Path(event["path"])
        tell(f"{name} is built, after {time.monotonic() - begun:.0f} s")
        zips.missing = zips.missing - {name}
        if not zips.missing:
            zips.note = ""
        if name in FUNCTIONS:
            zips.complete = time.monotonic()


def zipped(name: str, content: str, mode: int = 0o644) -> bytes:
    """A zip with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return out.getvalue()

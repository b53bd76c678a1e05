"""What stands before the first message is sent: a folder, the emulator, the backend, the sources and their routers."""

from pathlib import Path

from scripts.refused import Refused

ROOT = Path(__file__).resolve().parents[2]


class StageFailed(Refused):
    """The demo cannot be set up; says what to do."""

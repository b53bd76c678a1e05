"""What stands before the first message is sent: a folder, the emulator, the backend, the sources and their routers."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class StageFailed(Exception):
    """The demo cannot be set up; says what to do."""

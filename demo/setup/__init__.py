"""What is created before the first message is sent: a folder, the emulator, the backend, the sources and their routers."""

from pathlib import Path

from scripts.task import TaskError

ROOT = Path(__file__).resolve().parents[2]
# The emulator's account and region.
ACCOUNT, REGION = "000000000000", "eu-west-1"


class SetupFailed(TaskError):
    """The demo cannot be set up. The text says what to do."""

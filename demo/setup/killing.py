"""Kills the processes in which the emulator runs a function, like a crash of its execution environment."""

import contextlib
import os
import signal
from pathlib import Path

from demo.setup.cloud import Cloud


def kill(functions: set[str], place: Cloud) -> int:
    """Kills every environment of these functions on this emulator. Returns how many there were."""
    found = [process for process in Path("/proc").iterdir() if process.name.isdigit() and runs(process, functions, place)]
    for process in found:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(process.name), signal.SIGKILL)
    return len(found)


def runs(process: Path, functions: set[str], place: Cloud) -> bool:
    try:
        pairs = (process / "environ").read_bytes().split(b"\0")
    except OSError:  # it has ended, or belongs to another user
        return False
    variables = dict(pair.decode(errors="replace").split("=", 1) for pair in pairs if b"=" in pair)
    return variables.get("AWS_LAMBDA_FUNCTION_NAME") in functions and variables.get("AWS_ENDPOINT_URL") == place.endpoint

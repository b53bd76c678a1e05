"""Processes that end with the demo, however it ends."""

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

GRACE_SECONDS = 5

# Runs a command that does not read its standard input, and kills its process group when that closes.
TIED = ("sh", "-c", 'exec 3<&0; { cat <&3 >/dev/null; kill -KILL 0; } & exec "$@" 3<&- </dev/null', "tied")


@contextmanager
def group(command: list, environment: dict[str, str], folder: Path, log: Path):
    """Runs a command as the leader of its own process group, and ends the whole group at the end.

    Its standard input is a pipe from this process: if this process is killed, the command sees the pipe close. Use `tied`
    for a command that does not read it.
    """
    with open(log, "wb") as output:
        process = subprocess.Popen(
            list(map(str, command)),
            env=environment,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        end(process)


def tied(command: list) -> list:
    """The command, wrapped so that it ends with this process even if this process is killed."""
    return [*TIED, *command]


def end(process: subprocess.Popen) -> None:
    """Ends the group with SIGTERM, then with SIGKILL, and waits for its leader, so that no process is left."""
    for wanted in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, wanted)
        except ProcessLookupError:
            break
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
    if process.stdin:
        process.stdin.close()
    process.wait()


def tail(log: Path, lines: int = 30) -> str:
    """The end of a log, for an error message."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else ""

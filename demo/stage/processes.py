"""Processes that end with the demo, whatever ends it."""

import os
import signal
import subprocess
from contextlib import contextmanager
from pathlib import Path

GRACE_SECONDS = 5

# Runs a command that does not look at its standard input, and kills its process group when that closes.
TIED = ("sh", "-c", 'exec 3<&0; { cat <&3 >/dev/null; kill -KILL 0; } & exec "$@" 3<&- </dev/null', "tied")


@contextmanager
def group(command: list, environment: dict[str, str], folder: Path, log: Path):
    """Runs a command as the leader of a process group of its own, and ends the whole group at the end.

    It holds our end of a pipe as its standard input: should we be killed, it sees the pipe close. A command that does not look
    there is run with `tied`.
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
    """The command, ended with us even where we are killed."""
    return [*TIED, *command]


def end(process: subprocess.Popen) -> None:
    """Asks the group to stop, then makes it; its leader is waited for, so that nothing is left behind."""
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

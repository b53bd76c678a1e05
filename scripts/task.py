"""Runs a task. A problem that the user can fix ends it with one line, `what is wrong: where: what to do`, and no traceback."""

import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

# The exit codes that shells report for a process that a signal ended.
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM

REMEDIES = {
    errno.ENOSPC: "free some space on that disk, then start again",
    errno.EDQUOT: "free some of your quota on that disk, then start again",
    errno.EACCES: "give yourself that permission, or use a folder of your own",
    errno.EPERM: "give yourself that permission, or use a folder of your own",
    errno.EROFS: "use a clone on a disk that can be written to",
    errno.EADDRINUSE: "end the other program, or start again for another port",
    errno.EMFILE: "raise the limit on open files (ulimit -n), then start again",
    errno.ENOENT: "restore the file, or clone the repository again",
}


class TaskError(Exception):
    """The task cannot continue. The text says what is wrong, where, and what to do."""


class Terminated(KeyboardInterrupt):
    """The process got SIGTERM."""


def run(main: Callable[[], int | None]) -> NoReturn:
    """Runs a task and ends the process with its exit code."""
    signal.signal(signal.SIGTERM, terminated)
    try:
        sys.exit(main())
    except TaskError as problem:
        sys.exit(str(problem))
    except OSError as problem:
        if problem.errno not in REMEDIES:
            raise
        sys.exit(described(problem))
    except Terminated:
        print("terminated: you can start it again at any time", file=sys.stderr)
        sys.exit(TERMINATED)
    except KeyboardInterrupt:
        print("interrupted: you can start it again at any time", file=sys.stderr)
        sys.exit(INTERRUPTED)


def terminated(*_: object) -> NoReturn:
    """Raises an exception, so that every `finally` block runs."""
    raise Terminated


def described(problem: OSError) -> str:
    """The message for an error of the operating system, with what to do about it."""
    where = problem.filename or os.getcwd()
    return f"{(problem.strerror or 'the system refuses').lower()}: {where}: {REMEDIES[problem.errno]}"

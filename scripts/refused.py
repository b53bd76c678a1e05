"""How a task ends that cannot run: one line with what is wrong, where, and what to do; never a traceback for what a user can put right."""

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
    errno.ENOENT: "put it there, or clone the repository anew",
}


class Refused(Exception):
    """Something cannot be done here; the text says what is wrong, where, and what to do."""


class Terminated(KeyboardInterrupt):
    """The process was asked to end."""


def run(main: Callable[[], int | None]) -> NoReturn:
    """Runs a task to its end, and ends the process with its exit code."""
    signal.signal(signal.SIGTERM, terminated)
    try:
        sys.exit(main())
    except Refused as problem:
        sys.exit(str(problem))
    except OSError as problem:
        if problem.errno not in REMEDIES:
            raise
        sys.exit(described(problem))
    except Terminated:
        print("ended by a signal: it can be started again at any time", file=sys.stderr)
        sys.exit(TERMINATED)
    except KeyboardInterrupt:
        print("stopped: it can be started again at any time", file=sys.stderr)
        sys.exit(INTERRUPTED)


def terminated(*_: object) -> NoReturn:
    """Leaves through everything that tidies up."""
    raise Terminated


def described(problem: OSError) -> str:
    """An error of the operating system with its remedy."""
    where = problem.filename or os.getcwd()
    return f"{(problem.strerror or 'the system refuses').lower()}: {where}: {REMEDIES[problem.errno]}"

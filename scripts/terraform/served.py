"""One provider process for many Terraform commands.

Terraform starts the provider some five times for each run of a test, and compares its checksum each time; with the real one
that is a second of work every time. A provider that was started with `-debug` serves any number of commands
[Terraform plugin development, "Debugging providers"]. Only for what asks nothing of AWS: its configuration would be shared.
"""

import contextlib
import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.terraform.binary import Binary
from scripts.terraform.mirrors import PROVIDER

VARIABLE = "TF_REATTACH_PROVIDERS"
TOLD = re.compile(rf"{VARIABLE}='(.*)'")
START_SECONDS = 120
PR_SET_PDEATHSIG = 1


class NotServed(Exception):
    """The provider cannot be started; says what it said."""


@contextlib.contextmanager
def served(binary: Binary, initialised: Path, environment: Mapping[str, str], scratch: Path) -> Iterator[dict[str, str]]:
    """Starts the provider that `init` has installed in this folder; gives the environment in which Terraform uses it."""
    installed = initialised / ".terraform" / "providers" / binary.registry / PROVIDER
    executable = next(iter(sorted(installed.glob("*/*/terraform-provider-aws*"))), None)
    if executable is None:
        raise NotServed(f"the provider is not installed: {installed}: see what init said above")
    log = scratch / "provider.log"
    with open(log, "wb") as errors:
        process = subprocess.Popen(
            [executable.resolve(), "-debug"],
            # Its socket lies in there, and goes with it.
            env=dict(environment, TMPDIR=str(scratch)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            errors="replace",
            start_new_session=True,
            preexec_fn=end_with_parent if sys.platform == "linux" else None,
        )
    patience = threading.Timer(START_SECONDS, process.kill)
    patience.start()
    try:
        told = next((match for line in process.stdout if (match := TOLD.search(line))), None)
        patience.cancel()
        if told is None:
            raise NotServed(f"the provider did not start within {START_SECONDS} s: {executable}: it said:\n{log.read_text(errors='replace')[-2000:]}")
        yield dict(environment) | {VARIABLE: json.dumps({f"{binary.registry}/{PROVIDER}": reattach for reattach in json.loads(told[1]).values()})}
    finally:
        patience.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.stdout.close()
        process.wait()


def end_with_parent() -> None:
    """Should this script be killed, the kernel kills the provider."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

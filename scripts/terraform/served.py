"""One provider process for many Terraform commands.

Terraform starts the provider some five times for each run of a test, and compares its checksum each time; with the real one
that is a second of work every time. A provider that was started with `-debug` serves any number of commands
[Terraform plugin development, "Debugging providers"]. Only for what asks nothing of AWS: its configuration would be shared.
"""

import contextlib
import json
import re
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

from scripts.children import child
from scripts.refused import Refused
from scripts.terraform.binary import Binary
from scripts.terraform.mirrors import PROVIDER

VARIABLE = "TF_REATTACH_PROVIDERS"
TOLD = re.compile(rf"{VARIABLE}='(.*)'")
START_SECONDS = 120


class NotServed(Refused):
    """The provider cannot be started; says what it said."""


@contextlib.contextmanager
def served(binary: Binary, initialised: Path, environment: Mapping[str, str], scratch: Path) -> Iterator[dict[str, str]]:
    """Starts the provider that `init` has installed in this folder; gives the environment in which Terraform uses it."""
    installed = initialised / ".terraform" / "providers" / binary.registry / PROVIDER
    executable = next(iter(sorted(installed.glob("*/*/terraform-provider-aws*"))), None)
    if executable is None:
        raise NotServed(f"the provider is not installed: {installed}: see what init said above")
    log = scratch / "provider.log"
    # Its socket lies in the scratch folder, and goes with it.
    own = dict(environment, TMPDIR=str(scratch))
    output = {"stdout": subprocess.PIPE, "text": True, "errors": "replace"}
    with (
        open(log, "wb") as errors,
        child([executable.resolve(), "-debug"], signal.SIGKILL, env=own, stderr=errors, **output) as process,
    ):
        patience = threading.Timer(START_SECONDS, process.kill)
        patience.start()
        told = next((match for line in process.stdout if (match := TOLD.search(line))), None)
        patience.cancel()
        if told is None:
            raise NotServed(f"the provider did not start within {START_SECONDS} s: {executable}: it said:\n{log.read_text(errors='replace')[-2000:]}")
        yield dict(environment) | {VARIABLE: json.dumps({f"{binary.registry}/{PROVIDER}": reattach for reattach in json.loads(told[1]).values()})}

"""Runs one provider process for many Terraform commands.

For each run of a test, Terraform starts the provider about five times and compares its checksum each time. With the real
provider each start takes a second. A provider that was started with `-debug` serves any number of commands
[Terraform plugin development, "Debugging providers"]. This is only for commands that do not call AWS, because all of them
share the provider's configuration.
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
from scripts.task import TaskError
from scripts.terraform.binary import Binary
from scripts.terraform.mirrors import PROVIDER

VARIABLE = "TF_REATTACH_PROVIDERS"
REATTACH = re.compile(rf"{VARIABLE}='(.*)'")
START_SECONDS = 120


class NotServed(TaskError):
    """The provider cannot be started. The text holds its output."""


@contextlib.contextmanager
def served(binary: Binary, initialised: Path, environment: Mapping[str, str], scratch: Path) -> Iterator[dict[str, str]]:
    """Starts the provider that `init` has installed in this folder. Yields the environment in which Terraform uses it."""
    installed = initialised / ".terraform" / "providers" / binary.registry / PROVIDER
    executable = next(iter(sorted(installed.glob("*/*/terraform-provider-aws*"))), None)
    if executable is None:
        raise NotServed(f"the provider is not installed: {installed}: see what init said above")
    log = scratch / "provider.log"
    # The socket lies in the scratch folder and is removed with it.
    own = dict(environment, TMPDIR=str(scratch))
    output = {"stdout": subprocess.PIPE, "text": True, "errors": "replace"}
    with (
        open(log, "wb") as errors,
        child([executable.resolve(), "-debug"], signal.SIGKILL, env=own, stderr=errors, **output) as process,
    ):
        patience = threading.Timer(START_SECONDS, process.kill)
        patience.start()
        match = next((found for line in process.stdout if (found := REATTACH.search(line))), None)
        patience.cancel()
        if match is None:
            raise NotServed(f"the provider did not start within {START_SECONDS} s: {executable}: it said:\n{log.read_text(errors='replace')[-2000:]}")
        yield dict(environment) | {VARIABLE: json.dumps({f"{binary.registry}/{PROVIDER}": reattach for reattach in json.loads(match[1]).values()})}

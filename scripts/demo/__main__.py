"""Builds and installs what the demo needs, then runs it: python3 -m scripts.demo [OPTIONS of the demo]"""

import os
import subprocess
import sys
import time

from scripts import requirements, task
from scripts.build import ROOT, BuildFailed, host_architecture, host_runs_lambdas
from scripts.build.compile import target_folder
from scripts.tools import ensure

HELP = {"-h", "--help"}
# The Lambda functions of the demo, and the operator's tool that its last part uses.
FUNCTIONS = ("demo-backend", "sqs-router", "kinesis-router", "dynamodb-router", "eventbridge-router")
TENANTCTL = "tenantctl"
# The size of the target folder after a first build, rounded up.
BUILD_BYTES = 2 * requirements.GIB


def main() -> None:
    begun = time.monotonic()
    arguments = sys.argv[1:]
    check_machine()
    more = [] if HELP & set(arguments) else build(arguments)
    tools = ensure("demo")
    os.chdir(ROOT)
    python = str(tools / "python")
    # Python finds its venv by the path it is started with.
    os.execv(python, [python, "-m", "demo", "--begun", str(begun), *more, *arguments])


def check_machine() -> None:
    if not host_runs_lambdas():
        raise BuildFailed(f"the demo runs the routers as plain processes: {sys.platform}: they are built for Linux; use a Linux machine or container")
    host_architecture()
    requirements.writable()


def build(arguments: list[str]) -> list[str]:
    """Starts the build of everything that the arguments do not provide. Returns the options that tell the demo about the build."""
    functions = FUNCTIONS if not named("--zips", arguments) else ()
    tool = (TENANTCTL,) if "--full" in arguments and not named("--tenantctl", arguments) else ()
    if not functions and not tool:
        return []
    requirements.rust()
    requirements.space(BUILD_BYTES)
    folder = target_folder() / "demo-zips"
    # The builder ends when the demo, which reads its output, has ended.
    builder = subprocess.Popen(
        [sys.executable, "-m", "scripts.demo.build", str(folder), *functions, *tool], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
    )
    events = os.dup(builder.stdout.fileno())
    os.set_inheritable(events, True)
    return ["--events", str(events), *(["--building", str(folder)] if functions else [])]


def named(option: str, arguments: list[str]) -> bool:
    return any(argument == option or argument.startswith(f"{option}=") for argument in arguments)


if __name__ == "__main__":
    task.run(main)

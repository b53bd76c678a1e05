"""Builds and installs what the demo needs, then becomes it: python3 -m scripts.demo [what the demo takes]"""

import os
import subprocess
import sys

from scripts.build import ROOT, BuildFailed, host_architecture, host_runs_lambdas
from scripts.build.compile import run, target_folder
from scripts.tools import ToolsUnavailable, ensure

HELP = {"-h", "--help"}


def main() -> None:
    if not host_runs_lambdas():
        sys.exit(f"the demo runs the routers as plain processes: {sys.platform}: they are made for Linux; use a Linux machine or container")
    arguments = sys.argv[1:]
    try:
        host_architecture()
        tools = ensure("demo")
        if not HELP & set(arguments):
            if "--zips" not in arguments:
                build()
            if "--tenantctl" not in arguments:
                arguments += ["--tenantctl", tenantctl()]
    except (BuildFailed, ToolsUnavailable) as problem:
        sys.exit(str(problem))
    os.chdir(ROOT)
    python = str(tools / "python")
    os.execv(python, [python, "-m", "demo", *arguments])  # a venv is found by the name it is started with


def build() -> None:
    """Cargo itself knows what is up to date."""
    built = subprocess.run([sys.executable, "-m", "scripts.build"], cwd=ROOT, stdout=sys.stderr.fileno())
    if built.returncode != 0:
        sys.exit(built.returncode)


def tenantctl() -> str:
    """The operator's tool, as the tests have built it: how fast it is, the demo does not show."""
    run(["cargo", "build", "--locked", "--package", "tenantctl"], os.environ)
    return str(target_folder() / "debug" / "tenantctl")


if __name__ == "__main__":
    main()

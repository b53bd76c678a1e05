"""Builds the zips and installs the tools of the acceptance test, then runs it: python3 -m scripts.acceptance [OPTIONS of acceptance]"""

import os
import subprocess
import sys

from scripts import task
from scripts.build import ROOT
from scripts.tools import ensure

# These options create nothing, so they need no build.
ONLY_TELLS = {"-h", "--help", "--print-policy", "--destroy"}


def main() -> None:
    arguments = sys.argv[1:]
    tools = ensure("demo")
    names = {argument.partition("=")[0] for argument in arguments}
    if not names & (ONLY_TELLS | {"--zips"}):
        built = subprocess.run([sys.executable, "-m", "scripts.build"], cwd=ROOT, stdout=sys.stderr.fileno())
        if built.returncode != 0:
            sys.exit(built.returncode)
    python = str(tools / "python")
    # The module is imported from the repository; it writes its files into the current folder.
    os.environ["PYTHONPATH"] = str(ROOT)
    os.execv(python, [python, "-m", "acceptance", *arguments])  # Python finds its venv by the path it is started with.


if __name__ == "__main__":
    task.run(main)

"""Builds and installs what acceptance needs, then becomes it: python3 -m scripts.acceptance [what acceptance takes]"""

import os
import subprocess
import sys

from scripts import refused
from scripts.build import ROOT
from scripts.tools import ensure

# With these nothing is created, so that nothing is built.
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
    # It is imported from here, and writes its files where it was called.
    os.environ["PYTHONPATH"] = str(ROOT)
    os.execv(python, [python, "-m", "acceptance", *arguments])  # a venv is found by the name it is started with


if __name__ == "__main__":
    refused.run(main)

"""Installs the npm packages of verification/bench/node, which the benchmark compares with the router.

The runtime client compiles a native client and curl. That takes minutes, and needs programs that a machine may lack.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.build import ROOT
from scripts.task import TaskError
from scripts.tools import ToolsUnavailable, ensure

FOLDER = ROOT / "verification" / "bench" / "node"
PACKAGES = FOLDER / "node_modules"
# Built by the runtime client's install script; nothing runs without it.
NATIVE_CLIENT = PACKAGES / "aws-lambda-ric" / "dist" / "rapid-client.node"

OLDEST_NODE = 20
# The PATH of a Lambda function, and so where the loops find node.
LAMBDA_PATH = "/usr/local/bin:/usr/bin:/bin"
# The programs that compile it, and Debian's package of each.
NEEDED = {"npm": "npm", "g++": "g++", "make": "make", "autoconf": "autoconf", "automake": "automake", "libtoolize": "libtool"}


class LoopsUnavailable(TaskError):
    """The Node loops cannot run here. The text says what to do."""


def ensure_installed() -> None:
    """Installs the packages if they are missing, or if their pins or Node have changed."""
    stamp, wanted = PACKAGES / "installed", fingerprint(node_version(node()))
    if not stamp.exists() or stamp.read_text() != wanted:
        install()
        stamp.write_text(wanted)


def node() -> Path:
    found = shutil.which("node", path=LAMBDA_PATH)
    if found is None:
        raise LoopsUnavailable(f"node is not installed: {LAMBDA_PATH}: install Node {OLDEST_NODE} or newer there (Debian: nodejs)")
    return Path(found)


def node_version(node: Path) -> str:
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if major(version) < OLDEST_NODE:
        raise LoopsUnavailable(f"node is too old: {node}: it is {version}; install Node {OLDEST_NODE} or newer")
    return version


def major(version: str) -> int:
    return int(version.removeprefix("v").partition(".")[0])


def fingerprint(version: str) -> str:
    pins = b"".join((FOLDER / name).read_bytes() for name in ("package.json", "package-lock.json"))
    return hashlib.sha256(pins + version.encode()).hexdigest()


def install() -> None:
    packages = missing(NEEDED)
    if packages:
        raise LoopsUnavailable(f"the Node loops cannot be built: programs are missing: on Debian: apt-get install {' '.join(packages)}")
    print(f"installing the packages of {FOLDER.relative_to(ROOT)}: this takes minutes", file=sys.stderr)
    # Standard output belongs to the caller.
    installed = subprocess.run(["npm", "ci"], cwd=FOLDER, env=environment(), stdout=sys.stderr.fileno())
    if installed.returncode != 0 or not NATIVE_CLIENT.exists():
        raise LoopsUnavailable("the Node loops cannot be installed: npm ci: see the message above; this needs a reachable npm registry")


def missing(needed: dict[str, str]) -> list[str]:
    return [package for program, package in needed.items() if shutil.which(program) is None]


def environment() -> dict[str, str]:
    """The environment of the build: with CMake, with a Python that its build scripts support, and with Node's own headers if they are installed."""
    try:
        found = {**os.environ, "PATH": f"{ensure('node_loops')}:{os.environ['PATH']}"}
    except ToolsUnavailable as problem:
        raise LoopsUnavailable(str(problem)) from problem
    prefix = node().resolve().parents[1]
    if (prefix / "include" / "node" / "node.h").exists():
        found["npm_config_nodedir"] = str(prefix)
    return found

"""How a named test is run, and what its output says of it."""

import re
import sys
from dataclasses import dataclass

from scripts.terraform.binary import terraform_binary

PASSED, FAILED, SILENT = "passed", "failed", "silent"

# Cargo unifies features over the packages that it is asked for: with the outermost beside it, a crate is tested with the
# same dependencies as in the whole workspace, and none is built twice.
OUTERMOST = "sqs-router"


@dataclass(frozen=True)
class Place:
    """Tests that one command runs."""

    kind: str
    # A package, a folder of Terraform, or nothing.
    where: str
    # A target of the package, a file of the folder, or a Python module.
    what: str

    def prepared(self) -> list[str] | None:
        """What has to be run once before."""
        return [terraform_binary().path, "init", "-backend=false", "-input=false", "-no-color"] if self.kind == "terraform" else None

    def command(self, names: list[str]) -> list[str]:
        match self.kind:
            case "rust":
                packages = ["-p", self.where] + ([] if self.where == OUTERMOST else ["-p", OUTERMOST])
                return ["cargo", "test", "--locked", *packages, *self.what.split(), "--", *names]
            case "terraform":
                return [terraform_binary().path, "test", "-no-color", f"-filter=tests/{self.what}"]
            case _:
                return [sys.executable, "-m", "unittest", "-v", self.what]

    def verdict(self, name: str, output: str) -> str:
        """What the output says of this test; `silent` where it did not run, as after an error of the compiler."""
        found = set(re.findall(self.line(re.escape(name)), output, re.MULTILINE))
        if found & {"FAILED", "fail", "FAIL", "ERROR"}:
            return FAILED
        return PASSED if found else SILENT

    def line(self, name: str) -> str:
        match self.kind:
            case "rust":
                return rf"^test (?:\S+::)?{name} \.\.\. (ok|FAILED)"
            case "terraform":
                return rf'^\s*run "{name}"\.\.\. (pass|fail)'
            case _:
                return rf"^{name} \(.*\)(?:\n.*)? \.\.\. (ok|FAIL|ERROR)"


@dataclass(frozen=True)
class Proof:
    """The test that fails when a control is missing."""

    place: Place
    name: str

    def __str__(self) -> str:
        return f'`{self.place.where}: run "{self.name}"`' if self.place.kind == "terraform" else f"`{self.name}`"


def rust(package: str, target: str, name: str) -> Proof:
    return Proof(Place("rust", package, target if target.startswith("--") else f"--test {target}"), name)


def terraform(folder: str, file: str, name: str) -> Proof:
    return Proof(Place("terraform", folder, f"{file}.tftest.hcl"), name)


def python(module: str, name: str) -> Proof:
    return Proof(Place("python", "", module), name)

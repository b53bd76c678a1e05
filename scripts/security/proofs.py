"""Runs a named test, and reads its outcome from the output."""

import re
import sys
from dataclasses import dataclass

from scripts.terraform.binary import terraform_binary

PASSED, FAILED, SILENT = "passed", "failed", "silent"

# Cargo unifies features over the packages of one command. Together with the outermost package, a crate is tested with the
# dependencies of the whole workspace, and nothing is built twice.
OUTERMOST = "sqs-router"


@dataclass(frozen=True)
class TestTarget:
    """A set of tests that one command runs."""

    kind: str
    # A package, a Terraform folder, or empty.
    where: str
    # A target of the package, a file of the folder, or a Python module.
    what: str

    def preparation(self) -> list[str] | None:
        """The command that must run once before the tests."""
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

    def outcome(self, name: str, output: str) -> str:
        """The outcome of this test in the output; `silent` if it did not run, for example after a compiler error."""
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
    """The test that fails when a control is removed."""

    target: TestTarget
    name: str

    def __str__(self) -> str:
        return f'`{self.target.where}: run "{self.name}"`' if self.target.kind == "terraform" else f"`{self.name}`"


def rust(package: str, target: str, name: str) -> Proof:
    return Proof(TestTarget("rust", package, target if target.startswith("--") else f"--test {target}"), name)


def terraform(folder: str, file: str, name: str) -> Proof:
    return Proof(TestTarget("terraform", folder, f"{file}.tftest.hcl"), name)


def python(module: str, name: str) -> Proof:
    return Proof(TestTarget("python", "", module), name)

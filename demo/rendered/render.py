"""Asks Terraform for the resources of a configuration: `terraform test` with a mocked provider, so that any provider works.

The configuration is applied twice without real resources. The first run gives the list of resources. The second run gives each
one the ARN and URL that others refer to, and returns all arguments.
"""

import json
import re
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from demo.configurations import BACKEND, BACKEND_SECONDS, CONFIGURATIONS, copied
from demo.rendered import Rendered, Resource
from demo.rendered.kinds import ARCHITECTURE, KINDS, LEFT_OUT, arn
from demo.setup import SetupFailed
from scripts.build import LAMBDAS
from scripts.terraform.providers import Providers

TEST = Path("tests") / "render.tftest.hcl"
# What a provider fills in for an argument that is not set, by the argument's type. No configuration sets any of these.
UNSAID = {"string": "", "number": -1000000}


def render(name: str, providers: Providers, scratch: Path) -> Rendered:
    """The resources of one of the demo's configurations."""
    folder = copied(CONFIGURATIONS[name].folder, scratch / name)
    session = Session(providers, folder, header(name, empty_zips(scratch / "zips")))
    session.terraform("init", "-backend=false", "-input=false", "-no-color")
    plan = session.run("plan")["test_plan"]
    planned = {change["address"]: change["change"] for change in plan["resource_changes"] if change["mode"] == "managed"}
    types = {change["address"]: change["type"] for change in plan["resource_changes"] if change["mode"] == "managed"}
    refuse_unknown(types, planned)
    [schemas] = plan["provider_schemas"].values()
    overrides = {address: override(types[address], change, schemas["resource_schemas"]) for address, change in planned.items()}
    state = session.run("apply", overrides)["test_state"]
    found = sorted(resources(state["root_module"]), key=lambda resource: (list(KINDS).index(resource["type"]), resource["address"]))
    left_out: dict[str, list[str]] = {}
    for address in sorted(types.keys() - {resource["address"] for resource in found}):
        left_out.setdefault(types[address], []).append(address)
    kept = [Resource(each["address"], each["type"], arguments(each), overrides[each["address"]].get("exports", {})) for each in found]
    return Rendered(kept, left_out, {name: output["value"] for name, output in state.get("outputs", {}).items()})


def refuse_unknown(types: dict[str, str], planned: dict[str, dict]) -> None:
    """Raises `SetupFailed` for a resource or argument that is neither created nor left out on purpose."""
    for address, type in types.items():
        if type not in KINDS and type not in LEFT_OUT:
            raise SetupFailed(f"the demo does not create this resource: {address}: add it to demo/rendered/kinds.py, or leave it out there")
        if type in KINDS:
            said = {name for name, value in planned[address]["after"].items() if said_of(value) is not None}
            if forgotten := said - {*KINDS[type].arguments, *KINDS[type].ignored}:
                names = ", ".join(sorted(forgotten))
                raise SetupFailed(f"the demo creates {address} without {names}: demo/rendered/kinds.py: keep the argument there, or ignore it there")


def header(name: str, zips: Path) -> str:
    given = {
        "backend_arn": arn("lambda", f"function:{BACKEND}"),
        "backend_timeout_seconds": BACKEND_SECONDS,
        "artifacts_directory": str(zips),
        "architecture": ARCHITECTURE,
    }
    variables = given | CONFIGURATIONS[name].variables
    lines = "".join(f"  {variable} = {json.dumps(value)}\n" for variable, value in variables.items())
    return f'mock_provider "aws" {{}}\n\nvariables {{\n{lines}}}\n'


def empty_zips(folder: Path) -> Path:
    """Creates empty zips, because no kept argument depends on their content."""
    folder.mkdir(exist_ok=True)
    for name in LAMBDAS:
        zipfile.ZipFile(folder / f"{name}-{ARCHITECTURE}.zip", "w").close()
    return folder


def override(type: str, change: dict, schemas: dict) -> dict:
    """The mocked attributes of a resource: those by which others refer to it, and the defaults of arguments that are not set."""
    kind = KINDS.get(type)
    if kind is None:
        return {}
    exports, attributes = kind.exports(change["after"]), schemas[type]["block"]["attributes"]
    ambiguous = [name for name in kind.arguments if attributes.get(name, {}).get("computed") and change["after_unknown"].get(name) is True]
    unsaid = {name: UNSAID[attributes[name]["type"]] for name in ambiguous if name not in exports}
    return {"exports": exports, "values": unsaid | exports}


def resources(module: dict) -> Iterator[dict]:
    """The resources of a module that are kept, and of the modules in it."""
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed" and resource["type"] in KINDS)
    for child in module.get("child_modules", []):
        yield from resources(child)


def arguments(resource: dict) -> dict:
    said = {name: said_of(resource["values"].get(name)) for name in KINDS[resource["type"]].arguments}
    if "filename" in said:
        said["filename"] = Path(said["filename"]).name
    return {name: value for name, value in said.items() if value is not None}


def said_of(value):
    """The arguments that are set."""
    if isinstance(value, dict):
        value = {name: part for name, inner in value.items() if (part := said_of(inner)) is not None}
    elif isinstance(value, list):
        value = [part for inner in value if (part := said_of(inner)) is not None]
    return None if value in ({}, [], *UNSAID.values()) else value


class Session:
    """Terraform in one working copy."""

    def __init__(self, providers: Providers, folder: Path, header: str):
        self.providers, self.folder, self.header = providers, folder, header

    def run(self, command: str, overrides: dict[str, dict] | None = None) -> dict:
        """Runs one test. Returns the message with its result."""
        filled = {address: override["values"] for address, override in (overrides or {}).items() if override.get("values")}
        blocks = "".join(
            f"\n  override_resource {{\n    target = {address}\n    values = {json.dumps(values)}\n  }}\n" for address, values in filled.items()
        )
        test = self.folder / TEST
        test.parent.mkdir(exist_ok=True)
        test.write_text(f'{self.header}\nrun "{command}" {{\n  command = {command}\n{blocks}}}\n')
        messages = [json.loads(line) for line in self.terraform("test", f"-filter={TEST}", "-verbose", "-json").splitlines()]
        return next(message for message in messages if message["type"] == ("test_plan" if command == "plan" else "test_state"))

    def terraform(self, *command: str) -> str:
        environment = self.providers.environment()
        done = subprocess.run([self.providers.binary.path, *command], cwd=self.folder, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SetupFailed(f"terraform {command[0]} failed: {self.folder}: see its output:\n{problem(done.stdout)}{done.stderr}")
        return done.stdout


def problem(output: str) -> str:
    """The errors in a test's JSON output, or the whole output if there are none."""
    errors = re.findall(r'"summary":"(.*?)","detail":"(.*?)"', output)
    return "".join(f"{summary}: {detail}\n" for summary, detail in errors) or output

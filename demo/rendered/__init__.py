"""The resources that the modules render for the demo, as files: `files/<configuration>.json`.

If Terraform cannot apply, they are created from these files through the AWS APIs. Terraform wrote the files, and a test
compares them with what it renders now. After a change of a module or an example, write them again with any provider:
`python3 -m demo.rendered --write`.

- `kinds`   the types of resources: what is kept of each, and which types are left out, with the reason
- `render`  asks Terraform for the resources of a configuration
- `files`   the files
- `create`  creates the resources of a file; `calls` has the API call of each type
"""

import json
from dataclasses import dataclass
from pathlib import Path

FILES = Path(__file__).parent / "files"


@dataclass(frozen=True)
class Resource:
    """A resource as a configuration renders it."""

    address: str
    type: str
    # The arguments that the configuration sets.
    arguments: dict
    # The attributes by which other resources refer to it.
    exports: dict[str, str]


@dataclass(frozen=True)
class Rendered:
    """A configuration's resources and outputs."""

    resources: list[Resource]
    # Addresses of resources that are not created through the APIs, by type.
    left_out: dict[str, list[str]]
    outputs: dict

    def text(self) -> str:
        """The text of the file, with one line for each resource."""
        lines = ",\n".join(f"    {json.dumps(vars(resource), sort_keys=True)}" for resource in self.resources)
        left_out, outputs = (json.dumps(part, indent=2, sort_keys=True).replace("\n", "\n  ") for part in (self.left_out, self.outputs))
        return f'{{\n  "resources": [\n{lines}\n  ],\n  "left_out": {left_out},\n  "outputs": {outputs}\n}}\n'

    @classmethod
    def read(cls, text: str) -> "Rendered":
        content = json.loads(text)
        return cls([Resource(**resource) for resource in content["resources"]], content["left_out"], content["outputs"])


def file_of(name: str) -> Path:
    return FILES / f"{name}.json"


def load(name: str) -> Rendered:
    """Reads the file of one of the demo's configurations."""
    return Rendered.read(file_of(name).read_text())

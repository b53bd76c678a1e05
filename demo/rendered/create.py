"""Creates the resources of a file through the AWS APIs."""

import re
from collections.abc import Iterable
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from demo.rendered import Rendered, Resource
from demo.rendered.calls import CALLS
from demo.rendered.kinds import ARCHITECTURE, KINDS
from demo.setup import SetupFailed
from demo.setup.cloud import Cloud


class Creator:
    """One configuration while it is being created."""

    def __init__(self, cloud: Cloud, rendered: Rendered, zips: Path, architecture: str):
        self.cloud, self.rendered, self.zips, self.architecture = cloud, rendered, zips, architecture
        # The real names of resources, by their names in the file.
        self.names: dict[str, str] = {}

    def early(self) -> int:
        """Creates the resources that need no router. Returns how many there were."""
        return self.create(resource for resource in self.rendered.resources if KINDS[resource.type].early)

    def late(self) -> int:
        """Creates the routers, and the resources that invoke them."""
        return self.create(resource for resource in self.rendered.resources if not KINDS[resource.type].early)

    def outputs(self) -> dict:
        return self.here(self.rendered.outputs)

    def create(self, resources: Iterable[Resource]) -> int:
        chosen = sorted(resources, key=turn)
        for resource in chosen:
            said = self.here(resource.arguments)
            try:
                made = CALLS[resource.type](self.cloud, said | self.code(said))
            except (BotoCoreError, ClientError, ValueError) as problem:
                raise SetupFailed(f"a resource cannot be created: {resource.address}: the emulator said: {problem}") from problem
            self.names |= {name: made[attribute] for attribute, name in resource.exports.items() if made[attribute] != name}
        return len(chosen)

    def code(self, said: dict) -> dict:
        """A function's zip for this machine's architecture."""
        if "filename" not in said:
            return {}
        zip_file = self.zips / said["filename"].replace(ARCHITECTURE, self.architecture)
        return {"architectures": [self.architecture], "zip": zip_file.read_bytes()}

    def here(self, value):
        """Replaces the names of the file by the real ones."""
        match value:
            case dict():
                return {name: self.here(part) for name, part in value.items()}
            case list():
                return [self.here(part) for part in value]
            case str() if self.names:
                # A name must not match the beginning of a longer one.
                names = "|".join(re.escape(name) for name in sorted(self.names, key=len, reverse=True))
                return re.sub(rf"(?:{names})(?![\w.-])", lambda found: self.names[found[0]], value)
        return value


def turn(resource: Resource) -> tuple[int, bool]:
    """The position in the order of creation: by type, and queues after their dead-letter queues."""
    return list(KINDS).index(resource.type), "redrive_policy" in resource.arguments

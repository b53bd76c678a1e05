"""Creates the demo's configurations: Terraform applies them, or their rendered resources are created through the AWS APIs.

Both do so in two parts, since routers take minutes to build: first the resources that need no router, then the routers and the
resources that invoke them. Each part is a generator, so that several can run in parallel.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from demo.configurations import BACKEND, BACKEND_SECONDS, CONFIGURATIONS
from demo.rendered import Rendered, load
from demo.rendered.create import Creator
from demo.rendered.kinds import KINDS, LEFT_OUT, arn
from demo.setup.cloud import Cloud
from demo.setup.terraform import AT_ONCE, WorkingCopy
from scripts.terraform.providers import Providers

VARIABLES = {"backend_arn": arn("lambda", f"function:{BACKEND}"), "backend_timeout_seconds": BACKEND_SECONDS}


@dataclass
class WithTerraform:
    """Terraform applies the configurations with the real provider."""

    cloud: Cloud
    zips: Path
    architecture: str
    providers: Providers
    _copies: dict[str, WorkingCopy] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.providers.binary} applied them, with hashicorp/aws from: {self.providers}"

    def early(self, name: str) -> Iterator[None]:
        given = VARIABLES | {"artifacts_directory": str(self.zips), "architecture": self.architecture}
        configuration = CONFIGURATIONS[name]
        working_copy = self._copies[name] = WorkingCopy(self.cloud, self.providers, name, configuration.folder, given | configuration.variables)
        working_copy.prepare()
        yield from working_copy.run("init")
        targets = (f"-target={address}" for address in early_of(load(name)))
        # Resources that need a zip fail here, whether the zips exist or not.
        yield from working_copy.run("apply", "-auto-approve", AT_ONCE, "-var=artifacts_directory=/not-built-yet", *targets)

    def late(self, name: str) -> Iterator[None]:
        yield from self._copies[name].run("apply", "-auto-approve", AT_ONCE)

    def outputs(self, name: str) -> dict:
        return self._copies[name].outputs()


def early_of(rendered: Rendered) -> list[str]:
    """Addresses of the resources that need no router."""
    created = [resource.address for resource in rendered.resources if KINDS[resource.type].early]
    return created + [address for type, addresses in rendered.left_out.items() if LEFT_OUT[type][1] for address in addresses]


@dataclass
class WithoutTerraform:
    """The rendered resources are created through the AWS APIs."""

    cloud: Cloud
    zips: Path
    architecture: str
    # Why Terraform is not used.
    why: str
    created: int = 0
    _creators: dict[str, Creator] = field(default_factory=dict)

    def __str__(self) -> str:
        left_out = sum(len(addresses) for name in CONFIGURATIONS for addresses in load(name).left_out.values())
        return (
            f"Terraform was NOT used ({self.why}): {self.created} resources were created through the AWS APIs as the modules render "
            f"them; {left_out} alarms and bucket settings, which have no effect on the emulator, were left out"
        )

    def early(self, name: str) -> Iterator[None]:
        creator = self._creators[name] = Creator(self.cloud, load(name), self.zips, self.architecture)
        self.created += creator.early()
        yield

    def late(self, name: str) -> Iterator[None]:
        self.created += self._creators[name].late()
        yield

    def outputs(self, name: str) -> dict:
        return self._creators[name].outputs()


Deployment = WithTerraform | WithoutTerraform

"""Finds hashicorp/aws on this machine, and the settings with which Terraform finds it.

The order is: the user's own CLI configuration, the registry, a mirror on this machine, and for `validate` and `test` a
provider that only has schemas. Each choice is tried first: `init` must install the wanted version from it.
"""

import contextlib
import hashlib
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from pathlib import Path

from scripts.build import ROOT
from scripts.terraform import mirrors, schema_only
from scripts.terraform.attempt import attempt
from scripts.terraform.binary import Binary, terraform_binary
from scripts.terraform.mirrors import PROVIDER
from scripts.terraform.workspace import QUIET
from scripts.tools import ToolsUnavailable

HOME = ROOT / ".tools" / "terraform"
# The release with which the demo and the examples are applied on the emulator, the last one of its major version. A newer
# one may call APIs that the emulator lacks.
APPLIED_VERSION = "5.100.0"
# Variables that a user may have set for other work, and that would change the outcome of the checks.
FOREIGN = re.compile(r"TF_(CLI_ARGS(_\w+)?|DATA_DIR|WORKSPACE|VAR_\w+|LOG\w*|INPUT)$")
INSTALLATION = re.compile(r"^\s*provider_installation\b", re.MULTILINE)

Say = Callable[[str], None]


class Need(Enum):
    """What the provider is needed for. The value is the version constraint."""

    # `validate`, and `test` with mock_provider. Schemas are enough.
    CHECK = ">= 6.23, < 7.0"
    # `plan` and `apply` on the emulator.
    APPLY = APPLIED_VERSION


class Kind(StrEnum):
    """The origin of the provider."""

    USER = "user's configuration"
    REGISTRY = "registry"
    MIRROR = "mirror"
    SCHEMA_ONLY = "schema only"
    NONE = "none"


@dataclass(frozen=True)
class Providers:
    """The origin of the provider, and how Terraform runs with it."""

    kind: Kind
    binary: Binary
    # The configuration file, host or folder; empty if there is none.
    where: str = ""
    # Environment variables to set; None removes one.
    changes: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def real(self) -> bool:
        """Whether this provider can plan and apply."""
        return self.kind in (Kind.USER, Kind.REGISTRY, Kind.MIRROR)

    def environment(self, base: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment to run Terraform in."""
        kept = {name: value for name, value in base.items() if not FOREIGN.match(name) and name not in self.changes}
        return kept | QUIET | {name: value for name, value in self.changes.items() if value is not None}

    def __str__(self) -> str:
        return f"{self.kind} ({self.where})" if self.where else str(self.kind)


def on_stderr(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def find(
    need: Need,
    say: Say = on_stderr,
    environment: Mapping[str, str] = os.environ,
    system: tuple[str, ...] = mirrors.SYSTEM,
    home: Path = HOME,
) -> Providers:
    """Finds the provider. `say` gets one line for each thing that is tried, for each problem, and for the choice.

    `system`: the folders of this machine that are searched for mirrors. `home`: where configurations are written.
    Raises `TerraformUnavailable` if there is no binary that could use a provider.
    """
    binary = terraform_binary(environment)
    environment, ignored = usable(environment, say)
    for candidate in found_by(binary, need, environment, ignored, system, home, say):
        with tempfile.TemporaryDirectory(prefix="tenant-router-providers-") as scratch:
            result = attempt(binary, need.value, candidate.environment(environment), Path(scratch), say)
        if result.installed:
            say(f"providers: {PROVIDER} {result.version} for {need.name.lower()}: {candidate}")
            return candidate
        remove_empty(mirrors.own_cache(environment))
        say(f"providers: no {PROVIDER} {need.value} from {candidate}: {result.reason}")
    say(f"providers: {PROVIDER} {need.value} is unavailable: registry and mirrors: {REMEDY}")
    return Providers(Kind.NONE, binary, changes=ignored)


REMEDY = f"reach the registry once, or name a CLI configuration with a mirror that has {PROVIDER} in TF_CLI_CONFIG_FILE"


def usable(environment: Mapping[str, str], say: Say) -> tuple[dict[str, str], dict[str, str | None]]:
    """The environment without variables that name a missing file or folder, and those variables."""
    ignored: dict[str, str | None] = {}
    for name, what, there in (("TF_CLI_CONFIG_FILE", "file", Path.is_file), ("TF_PLUGIN_CACHE_DIR", "folder", Path.is_dir)):
        if (value := environment.get(name)) is not None and not (value and there(ROOT / value)):
            ignored[name] = None
            if value:
                say(f"{name} names no {what}: {value}: it is ignored; correct it or unset it")
    return {name: value for name, value in environment.items() if name not in ignored}, ignored


def found_by(
    binary: Binary, need: Need, environment: Mapping[str, str], ignored: Mapping[str, str | None], system: tuple[str, ...], home: Path, say: Say
) -> Iterator[Providers]:
    """The possible origins, in the order in which they are tried."""
    if (file := users_file(binary, environment)) is not None:
        # A relative path starts at the folder where the task started, not where Terraform runs.
        own = dict(ignored) | ({"TF_CLI_CONFIG_FILE": str(file)} if "TF_CLI_CONFIG_FILE" in environment else {})
        if INSTALLATION.search(file.read_text(errors="replace")):
            yield Providers(Kind.USER, binary, str(file), own)
        else:
            yield Providers(Kind.REGISTRY, binary, f"{binary.registry}, {file}", own | cache(environment))
    else:
        direct = configuration(home, "direct {}")
        yield Providers(Kind.REGISTRY, binary, binary.registry, dict(ignored) | {"TF_CLI_CONFIG_FILE": direct} | cache(environment))
    for folder in mirrors.candidates(environment, system):
        links = mirrors.as_host(folder, binary.registry, home / f"links-{fingerprint(str(folder))}")
        yield from_mirror(Kind.MIRROR, binary, links, str(folder), home)
    if need is Need.CHECK:
        try:
            yield from_mirror(Kind.SCHEMA_ONLY, binary, schema_only.mirror(home / "schema-only"), "for validate and test", home)
        except ToolsUnavailable as problem:
            say(str(problem))


def users_file(binary: Binary, environment: Mapping[str, str]) -> Path | None:
    """The CLI configuration that the binary reads by default."""
    if named := environment.get("TF_CLI_CONFIG_FILE"):
        return (ROOT / named).resolve()
    names = (".tofurc", ".terraformrc") if binary.product == "OpenTofu" else (".terraformrc",)
    return next((file for name in names if (file := Path(mirrors.home(environment), name)).is_file()), None)


def cache(environment: Mapping[str, str]) -> dict[str, str | None]:
    """Keeps downloads in a cache. The copies have no lock files, so otherwise every folder would download the provider again."""
    if environment.get("TF_PLUGIN_CACHE_DIR"):
        return {"TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}
    folder = mirrors.own_cache(environment)
    folder.mkdir(parents=True, exist_ok=True)
    return {"TF_PLUGIN_CACHE_DIR": str(folder), "TF_PLUGIN_CACHE_MAY_BREAK_DEPENDENCY_LOCK_FILE": "1"}


def remove_empty(folder: Path) -> None:
    """Removes the cache folders again if nothing was downloaded into them."""
    with contextlib.suppress(OSError):
        folder.rmdir()
        folder.parent.rmdir()


def from_mirror(kind: Kind, binary: Binary, mirror: Path, where: str, home: Path) -> Providers:
    config = configuration(home, f'filesystem_mirror {{ path = "{mirror}" }}')
    # Providers from a mirror are not copied into the user's plugin cache.
    return Providers(kind, binary, where, {"TF_CLI_CONFIG_FILE": config, "TF_PLUGIN_CACHE_DIR": None})


def configuration(home: Path, installation: str) -> str:
    """Writes a CLI configuration that installs providers from here only. Returns its path."""
    home.mkdir(parents=True, exist_ok=True)
    text = f"provider_installation {{\n  {installation}\n}}\n"
    file = home / f"{fingerprint(text)}.tfrc"
    file.write_text(text)
    return str(file)


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]

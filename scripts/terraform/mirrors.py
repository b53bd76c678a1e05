"""Finds folders of this machine that already hold providers in the layout of a filesystem mirror: HOST/NAMESPACE/TYPE/…

A plugin cache has the layout of an unpacked mirror, so it works as one.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

PROVIDER = "hashicorp/aws"
# Both registries serve the same releases of the same publishers.
REGISTRIES = ("registry.terraform.io", "registry.opentofu.org")
# Folders that an administrator shares between all users [Filesystem Hierarchy Standard 3.0, §3.13, §4.8, §4.9, §5.5, §5.8].
# They are searched two levels deep.
SYSTEM = ("/opt", "/srv", "/usr/local", "/usr/local/lib", "/usr/local/share", "/usr/share", "/usr/lib", "/var/lib", "/var/cache")
DEPTHS = ("", "*/", "*/*/")


def own_cache(environment: Mapping[str, str]) -> Path:
    """The plugin cache of the tasks, used if the user has not named one."""
    return Path(environment.get("XDG_CACHE_HOME") or Path(home(environment), ".cache")) / "tenant-router" / "terraform-plugins"


def candidates(environment: Mapping[str, str], system: tuple[str, ...] = SYSTEM) -> list[Path]:
    """The folders that hold any version of the provider, the user's own first."""
    found: dict[Path, None] = {}
    for folder in [*caches(environment), *implied(environment), *in_system(system)]:
        if any(host_folder(folder, host).is_dir() for host in REGISTRIES):
            found.setdefault(folder.resolve())
    return list(found)


def caches(environment: Mapping[str, str]) -> Iterator[Path]:
    if named := environment.get("TF_PLUGIN_CACHE_DIR"):
        yield Path(named)
    yield own_cache(environment)


def implied(environment: Mapping[str, str]) -> Iterator[Path]:
    """The folders that Terraform and OpenTofu search by default [Terraform CLI configuration, "Implied local mirror directories"]."""
    user = home(environment)
    data = [environment.get("XDG_DATA_HOME") or f"{user}/.local/share"]
    data += (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    yield Path(user, ".terraform.d/plugins")
    for folder in filter(None, data):
        yield Path(folder, "terraform/plugins")
        yield Path(folder, "opentofu/plugins")
    for folder in (user, "/"):
        yield Path(folder, "Library/Application Support/io.terraform/plugins")


def in_system(prefixes: tuple[str, ...]) -> Iterator[Path]:
    for prefix in prefixes:
        for depth in DEPTHS:
            for host in REGISTRIES:
                for provider in sorted(Path(prefix).glob(f"{depth}{host}/{PROVIDER}")):
                    yield provider.parents[2]


def host_folder(mirror: Path, host: str) -> Path:
    return mirror / host / PROVIDER


def home(environment: Mapping[str, str]) -> str:
    return environment.get("HOME") or str(Path.home())


def as_host(mirror: Path, host: str, into: Path) -> Path:
    """The mirror itself if it has the provider under this registry's host; otherwise a folder of links to the provider under that host."""
    if host_folder(mirror, host).is_dir():
        return mirror
    [other] = [known for known in REGISTRIES if known != host]
    there = host_folder(mirror, other)
    for package in [*there.glob("terraform-provider-*.zip"), *there.glob("*/*/")]:
        link = host_folder(into, host) / package.relative_to(there)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(package)
    return into

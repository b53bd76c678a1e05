"""Where the provider comes from, in which order, and what is reported. The tests use the real binary and a registry on loopback."""

import os
import shutil
import socket
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from scripts.terraform import attempt, mirrors, providers, schema_only
from scripts.terraform.binary import TerraformUnavailable, terraform_binary
from scripts.terraform.providers import APPLIED_VERSION, Kind, Need
from scripts.test.tests import loopback_registry

try:
    BINARY, MISSING = terraform_binary(), ""
except TerraformUnavailable as problem:
    BINARY, MISSING = None, str(problem)
# The tests' registry is unreachable on every machine, because nothing listens on port 1.
UNREACHABLE = "http://127.0.0.1:1"


def put(mirror: Path, version: str, host: str = "registry.terraform.io") -> Path:
    """Puts a release into a mirror. `init` does not start it."""
    place = mirrors.host_folder(mirror, host) / version / schema_only.package()
    place.mkdir(parents=True)
    file = place / f"terraform-provider-aws_v{version}_x5"
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return mirror


@unittest.skipIf(MISSING, MISSING)
class Case(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.home, self.said = self.folder / "home", []
        self.home.mkdir()
        self.variables = {"HOME": str(self.home), "PATH": os.environ["PATH"], "XDG_DATA_DIRS": str(self.folder / "data"), "HTTPS_PROXY": UNREACHABLE}

    def find(self, need: Need, **variables: str) -> providers.Providers:
        self.said.clear()
        own = self.folder / "own"
        return providers.find(need, self.said.append, self.variables | variables, (str(self.folder / "system"),), own)

    def write(self, name: str, text: str) -> Path:
        file = self.folder / name
        file.write_text(text)
        return file

    def says(self, pattern: str) -> None:
        self.assertRegex("\n".join(self.said), rf"(?m){pattern}")


class Search(Case):
    def test_missing_provider_is_reported_with_the_remedy(self):
        found = self.find(Need.APPLY)
        self.assertEqual((found.kind, found.real), (Kind.NONE, False))
        self.says(r"^providers: no hashicorp/aws 5\.100\.0 from registry \(registry\.terraform\.io\): .*refused$")
        self.says(r"^providers: hashicorp/aws 5\.100\.0 is unavailable: .*TF_CLI_CONFIG_FILE$")
        self.assertEqual([path for path in self.home.rglob("*") if path.name != ".cache"], [])

    def test_checks_fall_back_to_the_schema_provider(self):
        found = self.find(Need.CHECK)
        self.assertEqual((found.kind, found.real), (Kind.SCHEMA_ONLY, False))
        self.says(r"^providers: hashicorp/aws 6\.66\.0 for check: schema only")

    def test_missing_cli_configuration_is_reported_and_ignored(self):
        put(self.folder / "system" / "kept" / "here", APPLIED_VERSION)
        found = self.find(Need.APPLY, TF_CLI_CONFIG_FILE="/no/such/terraformrc")
        self.assertEqual(found.kind, Kind.MIRROR)
        self.says("^TF_CLI_CONFIG_FILE names no file: /no/such/terraformrc: it is ignored; correct it or unset it$")
        self.assertNotEqual(found.environment({"TF_CLI_CONFIG_FILE": "/no/such/terraformrc"})["TF_CLI_CONFIG_FILE"], "/no/such/terraformrc")

    def test_missing_plugin_cache_is_reported_and_ignored(self):
        found = self.find(Need.CHECK, TF_PLUGIN_CACHE_DIR="/no/such/folder")
        self.assertEqual(found.kind, Kind.SCHEMA_ONLY)
        self.says("^TF_PLUGIN_CACHE_DIR names no folder: /no/such/folder: ")

    def test_users_configuration_comes_first_and_stays_unchanged(self):
        put(self.folder / "theirs", APPLIED_VERSION)
        put(self.folder / "system", APPLIED_VERSION)
        file = self.write("terraformrc", f'provider_installation {{\n  filesystem_mirror {{ path = "{self.folder}/theirs" }}\n}}\n')
        found = self.find(Need.APPLY, TF_CLI_CONFIG_FILE=str(file))
        self.assertEqual((found.kind, found.where, found.real), (Kind.USER, str(file), True))
        self.assertEqual(found.environment(self.variables | {"TF_CLI_CONFIG_FILE": str(file)})["TF_CLI_CONFIG_FILE"], str(file))
        self.assertEqual(list(self.home.iterdir()), [])

    def test_configuration_in_the_home_folder_is_used(self):
        put(self.folder / "theirs", APPLIED_VERSION)
        (self.home / ".terraformrc").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{self.folder}/theirs" }}\n}}\n')
        found = self.find(Need.APPLY)
        self.assertEqual((found.kind, found.where), (Kind.USER, str(self.home / ".terraformrc")))
        self.assertNotIn("TF_CLI_CONFIG_FILE", found.environment(self.variables))

    def test_search_goes_on_after_a_configuration_without_the_version(self):
        put(self.folder / "theirs", APPLIED_VERSION)
        file = self.write("terraformrc", f'provider_installation {{\n  filesystem_mirror {{ path = "{self.folder}/theirs" }}\n}}\n')
        found = self.find(Need.CHECK, TF_CLI_CONFIG_FILE=str(file))
        self.assertEqual(found.kind, Kind.SCHEMA_ONLY)
        self.says(r"from user's configuration \(.*terraformrc\): no available releases match")

    def test_mirrors_are_found_in_implied_and_system_folders(self):
        cache = self.folder / "cache"
        for mirror in (self.home / ".terraform.d/plugins", self.folder / "data/terraform/plugins", self.folder / "system/a/b", cache):
            with self.subTest(mirror):
                put(mirror, APPLIED_VERSION)
                found = self.find(Need.APPLY, **({"TF_PLUGIN_CACHE_DIR": str(cache)} if mirror == cache else {}))
                self.assertEqual((found.kind, found.where), (Kind.MIRROR, str(mirror)))
                shutil.rmtree(mirror)

    def test_mirrored_provider_is_not_copied_into_the_users_cache(self):
        put(self.folder / "system", APPLIED_VERSION)
        cache = self.folder / "cache"
        cache.mkdir()
        found = self.find(Need.APPLY, TF_PLUGIN_CACHE_DIR=str(cache))
        self.assertEqual((found.kind, list(cache.iterdir())), (Kind.MIRROR, []))
        self.assertNotIn("TF_PLUGIN_CACHE_DIR", found.environment({"TF_PLUGIN_CACHE_DIR": str(cache)}))

    def test_mirror_of_the_other_registry_is_used_through_links(self):
        put(self.folder / "system", APPLIED_VERSION, "registry.opentofu.org")
        found = self.find(Need.APPLY)
        self.assertEqual((found.kind, found.where), (Kind.MIRROR, str(self.folder / "system")))

    def test_unrelated_variables_do_not_reach_terraform(self):
        found = self.find(Need.CHECK)
        foreign = {"TF_CLI_ARGS_init": "-upgrade", "TF_DATA_DIR": "/tmp", "TF_WORKSPACE": "x", "TF_VAR_name": "x", "TF_LOG": "trace"}
        self.assertEqual(foreign.keys() & found.environment(foreign | {"HOME": "/"}).keys(), set())


class Registry(Case):
    def configured(self, url: str) -> None:
        (self.home / ".terraformrc").write_text(f'host "{BINARY.registry}" {{\n  services = {{ "providers.v1" = "{url}" }}\n}}\n')

    def test_reachable_registry_is_used_before_any_mirror(self):
        put(self.folder / "system", loopback_registry.VERSION)
        with loopback_registry.registry() as server:
            self.configured(server.url)
            found = self.find(Need.CHECK)
            self.assertEqual(found.kind, Kind.REGISTRY)
            self.says("^providers: downloading hashicorp/aws 6\\.99\\.0; it is kept in ")
            downloads = [path for path in server.asked if path.endswith(".zip")]
            self.find(Need.CHECK)
            self.assertEqual([path for path in server.asked if path.endswith(".zip")], downloads)

    def test_downloaded_provider_is_used_without_the_registry(self):
        with loopback_registry.registry() as server:
            self.configured(server.url)
            self.find(Need.CHECK)
        found = self.find(Need.CHECK)
        self.assertEqual((found.kind, found.where), (Kind.MIRROR, str(mirrors.own_cache(self.variables).resolve())))

    def test_silent_registry_is_given_up_soon(self):
        with socket.create_server(("127.0.0.1", 0)) as silent, mock.patch.object(attempt, "DECISION_SECONDS", 1):
            self.configured(f"http://127.0.0.1:{silent.getsockname()[1]}/")
            found = self.find(Need.CHECK)
        self.assertEqual(found.kind, Kind.SCHEMA_ONLY)
        self.says("no answer within 1 s$")


if __name__ == "__main__":
    unittest.main()

"""The packages of the Node loops are pinned, and missing programs are reported."""

import json
import unittest
from unittest.mock import patch

from scripts import node_loops
from scripts.node_loops import FOLDER, LoopsUnavailable, fingerprint, install, major, missing


class Pins(unittest.TestCase):
    def test_packages_are_pinned_by_version_and_hash(self):
        asked = json.loads((FOLDER / "package.json").read_text())["dependencies"]
        locked = json.loads((FOLDER / "package-lock.json").read_text())["packages"]
        self.assertEqual(locked.pop("")["dependencies"], asked)
        for name, version in asked.items():
            self.assertEqual(locked[f"node_modules/{name}"]["version"], version)
        for name, package in locked.items():
            self.assertTrue(package["integrity"].startswith("sha512-"), name)
            self.assertNotIn("resolved", package, name)

    def test_other_node_version_is_another_installation(self):
        self.assertNotEqual(fingerprint("v20.20.2"), fingerprint("v22.1.0"))


class Missing(unittest.TestCase):
    def test_missing_program_is_reported_by_its_debian_package(self):
        self.assertEqual(missing({"sh": "dash", "no-such-program": "its-package"}), ["its-package"])
        with (
            patch.object(node_loops, "NEEDED", {"no-such-program": "its-package"}),
            self.assertRaisesRegex(LoopsUnavailable, "apt-get install its-package"),
        ):
            install()

    def test_node_versions_are_compared_as_numbers(self):
        self.assertLess(major("v9.11.2"), major("v20.20.2"))


if __name__ == "__main__":
    unittest.main()

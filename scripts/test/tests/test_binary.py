"""Which Terraform or OpenTofu runs, and what is said where there is none that could."""

import os
import tempfile
import unittest
from pathlib import Path

from scripts.terraform.binary import TerraformUnavailable, terraform_binary


class Binaries(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def program(self, name: str, says: str, code: int = 0) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n[ \"$1\" = version ] && echo '{says}'\nexit {code}\n")
        path.chmod(0o755)
        return path

    def found(self, **variables: str):
        return terraform_binary({"PATH": f"{self.folder}:/bin:/usr/bin"} | variables)

    def refused(self, **variables: str) -> str:
        with self.assertRaises(TerraformUnavailable) as caught:
            self.found(**variables)
        message = str(caught.exception)
        self.assertEqual(message.count("\n"), 0)
        return message

    def test_terraform_is_the_default(self):
        path = self.program("terraform", "Terraform v1.11.4")
        binary = self.found()
        self.assertEqual((binary.path, str(binary), binary.registry), (str(path), "Terraform 1.11.4", "registry.terraform.io"))

    def test_the_variable_names_another_one_by_name_or_path(self):
        self.program("terraform", "Terraform v1.11.4")
        path = self.program("tofu", "OpenTofu v1.9.0")
        for named in ("tofu", str(path)):
            binary = self.found(TERRAFORM=named)
            self.assertEqual((binary.path, str(binary), binary.registry), (str(path), "OpenTofu 1.9.0", "registry.opentofu.org"))

    def test_a_missing_one_is_named_with_what_to_install(self):
        # Only the empty folder: this machine may have one.
        missing = {"PATH": str(self.folder)}
        self.assertRegex(self.refused(**missing), r"^terraform is not installed: PATH: install Terraform 1\.9 or newer \(.*\), or set TERRAFORM=tofu")
        self.assertRegex(self.refused(TERRAFORM="tofu", **missing), r"^tofu is not installed: TERRAFORM=tofu: install OpenTofu 1\.9 or newer ")

    def test_an_old_one_is_refused_by_its_version(self):
        path = self.program("terraform", "Terraform v1.8.5")
        self.assertEqual(
            self.refused(), f"Terraform 1.8.5 is too old: {path}: install Terraform 1.9 or newer (developer.hashicorp.com/terraform/install)"
        )

    def test_another_program_of_the_name_is_refused(self):
        self.program("terraform", "a game about planets")
        self.assertRegex(self.refused(), "^neither Terraform nor OpenTofu: ")

    def test_a_file_for_another_machine_is_refused(self):
        (self.folder / "terraform").write_bytes(b"\x7fELF not for this machine")
        os.chmod(self.folder / "terraform", 0o755)
        self.assertRegex(self.refused(), "^terraform cannot be run: ")


if __name__ == "__main__":
    unittest.main()

"""Which Terraform or OpenTofu binary runs, and which message appears if there is none."""

import os
import tempfile
import unittest
from pathlib import Path

from scripts.terraform.binary import TerraformUnavailable, terraform_binary


class Binaries(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def program(self, name: str, says: str, code: int = 0) -> Path:
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n[ \"$1\" = version ] && echo '{says}'\nexit {code}\n")
        path.chmod(0o755)
        return path

    def found(self, **variables: str):
        return terraform_binary({"PATH": f"{self.folder}:/bin:/usr/bin"} | variables)

    def error_of(self, **variables: str) -> str:
        with self.assertRaises(TerraformUnavailable) as caught:
            self.found(**variables)
        message = str(caught.exception)
        self.assertEqual(message.count("\n"), 0)
        return message

    def test_terraform_is_the_default_binary(self):
        path = self.program("terraform", "Terraform v1.11.4")
        binary = self.found()
        self.assertEqual((binary.path, str(binary), binary.registry), (str(path), "Terraform 1.11.4", "registry.terraform.io"))

    def test_variable_selects_a_binary_by_name_or_path(self):
        self.program("terraform", "Terraform v1.11.4")
        path = self.program("tofu", "OpenTofu v1.9.0")
        for named in ("tofu", str(path)):
            binary = self.found(TERRAFORM=named)
            self.assertEqual((binary.path, str(binary), binary.registry), (str(path), "OpenTofu 1.9.0", "registry.opentofu.org"))

    def test_missing_binary_is_reported_with_what_to_install(self):
        # The PATH holds only the empty folder, because this machine may have Terraform.
        missing = {"PATH": str(self.folder)}
        self.assertRegex(
            self.error_of(**missing), r"^terraform is not installed: PATH: install Terraform 1\.9 or newer \(.*\), or set TERRAFORM=tofu"
        )
        self.assertRegex(self.error_of(TERRAFORM="tofu", **missing), r"^tofu is not installed: TERRAFORM=tofu: install OpenTofu 1\.9 or newer ")

    def test_old_version_is_rejected(self):
        path = self.program("terraform", "Terraform v1.8.5")
        self.assertEqual(
            self.error_of(), f"Terraform 1.8.5 is too old: {path}: install Terraform 1.9 or newer (developer.hashicorp.com/terraform/install)"
        )

    def test_other_program_with_the_same_name_is_rejected(self):
        self.program("terraform", "a game about planets")
        self.assertRegex(self.error_of(), "^neither Terraform nor OpenTofu: ")

    def test_binary_for_another_machine_is_rejected(self):
        (self.folder / "terraform").write_bytes(b"\x7fELF not for this machine")
        os.chmod(self.folder / "terraform", 0o755)
        self.assertRegex(self.error_of(), "^terraform cannot be run: ")


if __name__ == "__main__":
    unittest.main()

"""Copies of the Terraform folders, unchanged and for aws 5.x."""

import re
import tempfile
import unittest
from pathlib import Path

from scripts.terraform import workspace


class Copies(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.tree = workspace.copy(folder / "tree")

    def test_copy_has_every_folder_and_no_lock_file(self):
        for name in workspace.folders():
            self.assertTrue((self.tree / name / "versions.tf").is_file(), name)
        self.assertEqual([*self.tree.rglob(workspace.LOCK)], [])

    def test_lowered_folders_require_aws_5(self):
        workspace.lower_to_5x(self.tree)
        for path in self.tree.rglob("versions.tf"):
            wanted = re.findall(r'source\s*=\s*"hashicorp/aws".*?version\s*=\s*"(.*?)"', path.read_text(), re.DOTALL)
            self.assertEqual(wanted, ["~> 5.100"], path)
        text = "".join(path.read_text() for path in self.tree.rglob("*.tf"))
        self.assertNotIn("tenancy_config {", text)


if __name__ == "__main__":
    unittest.main()

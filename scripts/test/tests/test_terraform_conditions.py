"""The check of error messages finds a bad message."""

import tempfile
import unittest
from pathlib import Path

from scripts.terraform import conditions

TEXT = """
variable "name" {
  type = string

  validation {
    condition     = var.name != ""
    error_message = "The name is empty: name: give one."
  }

  validation {
    condition     = length(var.name) < 65
    error_message = "Too long."
  }
}
"""


class Conditions(unittest.TestCase):
    def setUp(self) -> None:
        scratch = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (scratch / "variables.tf").write_text(TEXT)
        self.found = conditions.of(scratch)

    def test_every_condition_is_found_and_can_be_removed(self) -> None:
        self.assertEqual([condition.message for condition in self.found], ["The name is empty: name: give one.", "Too long."])
        self.assertIn("length(var.name)", self.found[0].without)
        self.assertNotIn('var.name != ""', self.found[0].without)

    def test_message_without_place_and_remedy_is_reported(self) -> None:
        self.assertEqual(conditions.unhelpful(self.found), ["variables.tf: Too long."])


if __name__ == "__main__":
    unittest.main()

"""The check of the READMEs finds outdated tables."""

import tempfile
import unittest
from pathlib import Path

from scripts.terraform import check_readmes

VARIABLES = """
variable "tags" {
  description = "Tags | labels. Default: none."
  type        = map(string)
  default     = {}
}

variable "queue" {
  description = <<-EOT
    The queue.
    `arn`: its "ARN".
  EOT
  type = object({
    arn = string
  })

  validation {
    condition     = var.queue.arn != ""
    error_message = "Not an ARN: queue.arn: give one."
  }
}
"""
OUTPUTS = 'output "arn" {\n  description = "The ARN."\n  value       = var.queue.arn\n}\n'
DOCUMENT = "# m\n<!-- inputs -->\nold\n<!-- /inputs -->\n<!-- outputs -->\nold\n<!-- /outputs -->\n"


class Tables(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        (self.folder / "variables.tf").write_text(VARIABLES)
        (self.folder / "outputs.tf").write_text(OUTPUTS)

    def test_required_inputs_come_first(self) -> None:
        table = check_readmes.table(self.folder, "variable").splitlines()
        self.assertEqual(table[0], "2 inputs.")
        self.assertEqual(table[4], '| `queue` | `object` | required | The queue.<br>`arn`: its "ARN". |')
        self.assertEqual(table[5], "| `tags` | `map(string)` | `{}` | Tags \\| labels. Default: none. |")

    def test_outdated_table_changes_and_current_table_stays(self) -> None:
        fresh, problems = check_readmes.filled(DOCUMENT, self.folder)
        self.assertEqual(problems, [])
        self.assertNotEqual(fresh, DOCUMENT)
        self.assertIn("1 output.", fresh)
        self.assertEqual(check_readmes.filled(fresh, self.folder), (fresh, []))

    def test_changed_default_changes_the_table(self) -> None:
        fresh, _ = check_readmes.filled(DOCUMENT, self.folder)
        (self.folder / "variables.tf").write_text(VARIABLES.replace("= {}", "= null"))
        self.assertNotEqual(check_readmes.filled(fresh, self.folder)[0], fresh)

    def test_missing_markers_and_descriptions_are_reported(self) -> None:
        (self.folder / "outputs.tf").write_text('output "arn" {\n  value = 1\n}\n')
        _, problems = check_readmes.filled("# m\n<!-- outputs -->\n\n<!-- /outputs -->\n", self.folder)
        self.assertEqual(len(problems), 2)


if __name__ == "__main__":
    unittest.main()

"""The lint finds everything in our Terraform that OpenTofu lacks, and nothing that it supports."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from scripts.terraform import opentofu
from scripts.terraform.hcl import NotHcl, parse


class Lint(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def found(self, text: str, name: str = "main.tf") -> list[str]:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        with mock.patch.object(opentofu, "ROOT", self.folder):
            return [problem.removeprefix(f"OpenTofu 1.9 lacks this: {name}:") for problem in opentofu.problems_of(path)]

    def test_unknown_function_is_found_in_a_heredoc_template(self):
        text = 'locals {\n  a = <<-EOT\n    ${join(",", [for x in var.y : ephemeralasnull(x)])}\n  EOT\n}\n'
        self.assertEqual(self.found(text), ["3: function `ephemeralasnull`"])

    def test_words_in_texts_and_comments_are_not_functions(self):
        self.assertEqual(self.found('# made(up)\nlocals {\n  a = "made(up) $${made(up)} ${lower("x")}"\n}\n'), [])

    def test_provider_functions_are_found(self):
        self.assertEqual(
            self.found("locals {\n  a = provider::aws::arn_parse(var.x).region\n}\n"),
            ["2: a function of a provider or a namespace"] * 1 + ["2: function `arn_parse`"],
        )

    def test_type_constructors_are_known_in_variable_types_only(self):
        text = 'variable "x" {\n  type = map(object({ a = optional(list(string)) }))\n  default = map("a", 1)\n}\n'
        self.assertEqual(self.found(text), ["3: function `map`"])

    def test_unknown_blocks_and_arguments_are_found(self):
        self.assertEqual(self.found('ephemeral "aws_secretsmanager_secret_version" "x" {\n}\n'), ["1: block `ephemeral`"])
        self.assertEqual(self.found('variable "x" {\n  ephemeral = true\n}\n'), ["2: argument `ephemeral` of `variable`"])
        self.assertEqual(
            self.found('resource "aws_sqs_queue" "q" {\n  lifecycle {\n    action_trigger {\n      events = []\n    }\n  }\n}\n'),
            ["3: block `action_trigger` in `lifecycle`"],
        )

    def test_write_only_arguments_are_found_in_nested_blocks(self):
        text = 'resource "aws_x" "y" {\n  a {\n    password_wo = "x"\n  }\n}\n'
        self.assertEqual(self.found(text), ["3: write-only argument `password_wo`"])

    def test_references_to_ephemeral_resources_are_found(self):
        self.assertEqual(self.found("locals {\n  a = [ephemeral.aws_x.y.z, var.ephemeral.b]\n}\n"), ["2: reference to `ephemeral`"])

    def test_mock_may_set_only_unset_computed_attributes(self):
        (self.folder / "main.tf").write_text('module "a" {\n  source = "./a"\n}\n')
        (self.folder / "a").mkdir()
        (self.folder / "a" / "main.tf").write_text('resource "aws_s3_bucket" "b" {\n  bucket = "x"\n}\n')
        text = 'mock_provider "aws" {\n  mock_resource "aws_s3_bucket" {\n    defaults = { arn = "x", bucket = "y", force_destroy = true }\n  }\n}\n'
        self.assertEqual(
            self.found(text, "tests/a.tftest.hcl"),
            [
                "3: a mock of `aws_s3_bucket.bucket`, which the configuration sets",
                "3: a mock of `aws_s3_bucket.force_destroy`, which the provider does not compute",
            ],
        )

    def test_unknown_arguments_of_a_run_are_found(self):
        text = 'run "a" {\n  command   = plan\n  parallel  = true\n  state_key = "x"\n}\ntest {\n  parallel = true\n}\n'
        self.assertEqual(
            self.found(text, "tests/a.tftest.hcl"), ["3: argument `parallel` of `run`", "4: argument `state_key` of `run`", "6: block `test`"]
        )

    def test_overrides_of_instances_are_recognized(self):
        for target, instance in (('module.a["b"].aws_sqs_queue.q', True), ("module.a.aws_sqs_queue.q", False)):
            self.found(f'override_resource {{\n  target = {target}\n  values = {{ arn = "x" }}\n}}\n', "tests/a.tftest.hcl")
            self.assertEqual(opentofu.overrides_instances(self.folder), instance)


class Reading(unittest.TestCase):
    def test_blocks_have_labels_lines_and_attributes(self):
        whole = parse('a "b" c {\n  d = {\n    e = "}"\n  }\n\n  f {\n  }\n}\n')
        [block] = whole.blocks
        self.assertEqual((block.type, block.labels, block.line, [*block.attributes]), ("a", ["b", "c"], 1, ["d"]))
        self.assertEqual([(inner.type, inner.line) for inner in block.blocks], [("f", 6)])

    def test_invalid_hcl_is_rejected_with_its_line(self):
        for text in ('a {\n  b = "c\n}\n', "a {\n}\n}\n", "a {\n  = 1\n}\n"):
            with self.assertRaisesRegex(NotHcl, "line [23]$|line 2"):
                parse(text)


if __name__ == "__main__":
    unittest.main()

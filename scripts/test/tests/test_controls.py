"""The controls of `./taskw controls` exist, and belong to the threats of docs/security.md."""

import unittest

from scripts.build import ROOT
from scripts.security.__main__ import BEGIN, END, PAGE
from scripts.security.controls import CONTROLS
from scripts.security.proofs import FAILED, PASSED, SILENT, python, rust, terraform


def threats() -> dict[str, str]:
    """The row of each threat in docs/security.md, by the threat's title."""
    section = PAGE.read_text().split("\n## Threats\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line][1:]
    return {row[2:].split(": ")[0]: row for row in rows}


class Controls(unittest.TestCase):
    def test_every_control_occurs_once_and_changes_its_file(self):
        for control in CONTROLS:
            count = (ROOT / control.file).read_text().count(control.old)
            self.assertEqual(count, 1, f"{control.file}: {control.old!r}: correct `old` in scripts/security")
            self.assertNotEqual(control.old, control.new)

    def test_threats_and_controls_match(self):
        self.assertEqual({control.threat for control in CONTROLS}, set(threats()))

    def test_the_page_names_the_test_of_each_control(self):
        rows = threats()
        for control in CONTROLS:
            self.assertIn(str(control.proof), rows[control.threat], control.what)

    def test_the_page_has_markers_for_the_results(self):
        before, rest = PAGE.read_text().split(BEGIN)
        self.assertTrue(before and END in rest)


class Outcomes(unittest.TestCase):
    def test_cargo_output_is_read_and_compiler_errors_are_silent(self):
        proof = rust("tenancy", "behaviour", "it_holds")
        for output, outcome in [
            ("test rules::it_holds ... ok\n", PASSED),
            ("test it_holds ... FAILED\n", FAILED),
            ("test rules::it_holds_too ... FAILED\ntest it_holds ... ok\n", PASSED),
            ("error[E0308]: mismatched types\n", SILENT),
        ]:
            self.assertEqual(proof.target.outcome(proof.name, output), outcome, output)

    def test_terraform_output_is_read(self):
        proof = terraform("modules/a", "iam", "it_holds")
        for output, outcome in [
            ('  run "it_holds"... pass\n', PASSED),
            ('  run "it_holds"... fail\n', FAILED),
            ('  run "it_holds"... skip\n', SILENT),
        ]:
            self.assertEqual(proof.target.outcome(proof.name, output), outcome, output)

    def test_unittest_output_is_read(self):
        proof = python("a.b", "test_it_holds")
        for word, outcome in [("ok", PASSED), ("FAIL", FAILED), ("ERROR", FAILED)]:
            self.assertEqual(proof.target.outcome(proof.name, f"test_it_holds (a.b.C.test_it_holds) ... {word}\n"), outcome)


if __name__ == "__main__":
    unittest.main()

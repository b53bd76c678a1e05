"""The controls that `./taskw controls` takes out are there, and belong to the threats of docs/security.md."""

import unittest

from scripts.build import ROOT
from scripts.security.__main__ import BEGIN, END, PAGE
from scripts.security.controls import CONTROLS
from scripts.security.proofs import FAILED, PASSED, SILENT, python, rust, terraform


def threats() -> dict[str, str]:
    """Each threat's name, and its row."""
    section = PAGE.read_text().split("\n## Threats\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "---" not in line][1:]
    return {row[2:].split(": ")[0]: row for row in rows}


class Controls(unittest.TestCase):
    def test_every_control_is_found_exactly_once_and_its_change_changes_it(self):
        for control in CONTROLS:
            count = (ROOT / control.file).read_text().count(control.old)
            self.assertEqual(count, 1, f"{control.file}: {control.old!r}: correct `old` in scripts/security")
            self.assertNotEqual(control.old, control.new)

    def test_every_threat_has_a_control_that_is_taken_out_and_every_control_a_threat(self):
        self.assertEqual({control.threat for control in CONTROLS}, set(threats()))

    def test_a_controls_test_is_one_of_those_that_prove_it(self):
        rows = threats()
        for control in CONTROLS:
            self.assertIn(str(control.proof), rows[control.threat], control.what)

    def test_the_page_has_a_place_for_what_came_of_it(self):
        before, rest = PAGE.read_text().split(BEGIN)
        self.assertTrue(before and END in rest)


class Verdicts(unittest.TestCase):
    def test_what_cargo_says_of_a_test_is_read_and_an_error_of_the_compiler_is_no_failure(self):
        proof = rust("tenancy", "behaviour", "it_holds")
        for output, verdict in [
            ("test rules::it_holds ... ok\n", PASSED),
            ("test it_holds ... FAILED\n", FAILED),
            ("test rules::it_holds_too ... FAILED\ntest it_holds ... ok\n", PASSED),
            ("error[E0308]: mismatched types\n", SILENT),
        ]:
            self.assertEqual(proof.place.verdict(proof.name, output), verdict, output)

    def test_what_terraform_says_of_a_run_is_read(self):
        proof = terraform("modules/a", "iam", "it_holds")
        for output, verdict in [
            ('  run "it_holds"... pass\n', PASSED),
            ('  run "it_holds"... fail\n', FAILED),
            ('  run "it_holds"... skip\n', SILENT),
        ]:
            self.assertEqual(proof.place.verdict(proof.name, output), verdict, output)

    def test_what_unittest_says_of_a_test_is_read(self):
        proof = python("a.b", "test_it_holds")
        for word, verdict in [("ok", PASSED), ("FAIL", FAILED), ("ERROR", FAILED)]:
            self.assertEqual(proof.place.verdict(proof.name, f"test_it_holds (a.b.C.test_it_holds) ... {word}\n"), verdict)


if __name__ == "__main__":
    unittest.main()

"""The texts of scripts/seeded_bugs exist in the code, and the page lists all bugs."""

import contextlib
import io
import subprocess
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from scripts.build import ROOT
from scripts.seeded_bugs import __main__ as seeded_bugs
from scripts.seeded_bugs.__main__ import FOUND, with_bugs
from scripts.seeded_bugs.bug import Bug, TextNotFound, seeded
from scripts.seeded_bugs.bugs import BUGS
from scripts.seeded_bugs.page import PAGE, Found, page, row


def bug(name: str, old: str, new: str, within: str = "") -> Bug:
    return Bug(name, "crates/a/src/lib.rs", old, new, "it goes wrong", "it seemed right", within)


class Bugs(unittest.TestCase):
    def test_every_bug_occurs_once_and_has_a_unique_name(self):
        self.assertGreaterEqual(len(BUGS), 25)
        self.assertEqual(len({bug.name for bug in BUGS}), len(BUGS))
        for bug in BUGS:
            bug.span((ROOT / bug.file).read_text())
            self.assertNotEqual(bug.old, bug.new)
        with_bugs()

    def test_page_lists_all_bugs(self):
        rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][2:]
        listed = [line.split(" | `")[0] + line.split("` | ", 1)[1].rsplit(" | `", 1)[0] for line in rows]
        of = [row(bug, Found("acknowledged", 1)) for bug in BUGS]
        self.assertEqual(listed, [line.split(" | `")[0] + line.split("` | ", 1)[1].rsplit(" | `", 1)[0] for line in of])


class Seeding(unittest.TestCase):
    def test_bugs_are_switched_by_number_before_the_old_text(self):
        text = seeded("fn f() { g(1, 2) }", [(3, bug("a", "1", "0")), (4, bug("b", "1", "9"))])
        self.assertEqual(text, "fn f() { g((if crate::seeded::on(3) { 0 } else if crate::seeded::on(4) { 9 } else { 1 }), 2) }")

    def test_seeded_statement_stays_a_statement(self):
        text = seeded("f(); g();", [(1, bug("a", "g();", ""))])
        self.assertEqual(text, "f(); if crate::seeded::on(1) {  } else { g(); }")

    def test_ambiguous_text_is_found_by_its_context(self):
        text = seeded("a => 1, b => 1,", [(1, bug("a", "1", "2", within="b => 1,"))])
        self.assertTrue(text.startswith("a => 1, b => (if"))

    def test_missing_ambiguous_and_overlapping_texts_are_rejected(self):
        for bugs in ([bug("a", "z", "1")], [bug("a", "1", "2")], [bug("a", "b => 1", "2"), bug("b", "b", "2", within="b => 1")]):
            with self.assertRaises(TextNotFound):
                seeded("a => 1, b => 1", list(enumerate(bugs)))

    def test_promise_and_history_are_read_from_the_output(self):
        output = "sqs 1 histories\nhistory 41 of seed 7 breaks a promise; the smallest:\nbroken: order (records of one key)\nbroken: bytes (x)\n"
        self.assertEqual(FOUND.search(output).groups(), ("41", "order"))
        self.assertIsNone(FOUND.search("50000 histories in 3 s"))


class Simulating(unittest.TestCase):
    def run_printing(self, work):
        """What the function returned, and what it printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            return work(), printed.getvalue()

    def test_simulation_that_times_out_finds_no_bug(self):
        endless = subprocess.TimeoutExpired("simulate", seeded_bugs.TIMEOUT_SECONDS)
        with mock.patch.object(seeded_bugs, "simulate", side_effect=endless):
            found, printed = self.run_printing(lambda: seeded_bugs.attempt(1, bug("a", "1", "2")))
            self.assertIsNone(found)
            self.assertTrue(printed.startswith("SURVIVED (never ended)"), printed)
            is_clean, printed = self.run_printing(seeded_bugs.stays_clean)
            self.assertFalse(is_clean)
            self.assertIn("NEVER ENDED", printed)

    def test_outdated_page_is_reported(self):
        found = {bug.name: Found("acknowledged", 1) for bug in BUGS}
        with tempfile.TemporaryDirectory(dir=ROOT) as folder, mock.patch.object(seeded_bugs, "PAGE", Path(folder) / "page.md") as path:
            path.write_text(page(BUGS, found, seeded_bugs.WITHIN))
            self.assertEqual(self.run_printing(lambda: seeded_bugs.is_written(found)), (True, ""))
            later = found | {BUGS[0].name: Found("acknowledged", 2)}
            is_so, printed = self.run_printing(lambda: seeded_bugs.is_written(later))
            self.assertFalse(is_so)
            self.assertIn("./taskw seeded-bugs -- --write", printed)


if __name__ == "__main__":
    unittest.main()

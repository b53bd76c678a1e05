"""The bugs of scripts/seeded_bugs are there to be sown, and the page tells of them."""

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
from scripts.seeded_bugs.bug import Bug, NotThere, sown
from scripts.seeded_bugs.bugs import BUGS
from scripts.seeded_bugs.page import PAGE, Found, page, row


def bug(name: str, old: str, new: str, within: str = "") -> Bug:
    return Bug(name, "crates/a/src/lib.rs", old, new, "it goes wrong", "it seemed right", within)


class Bugs(unittest.TestCase):
    def test_every_bug_finds_its_place_and_has_a_name_of_its_own(self):
        self.assertGreaterEqual(len(BUGS), 25)
        self.assertEqual(len({bug.name for bug in BUGS}), len(BUGS))
        for bug in BUGS:
            bug.place((ROOT / bug.file).read_text())
            self.assertNotEqual(bug.old, bug.new)
        with_bugs()

    def test_the_page_tells_of_the_same_bugs_as_there_are(self):
        rows = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][2:]
        told = [line.split(" | `")[0] + line.split("` | ", 1)[1].rsplit(" | `", 1)[0] for line in rows]
        of = [row(bug, Found("receipt", 1)) for bug in BUGS]
        self.assertEqual(told, [line.split(" | `")[0] + line.split("` | ", 1)[1].rsplit(" | `", 1)[0] for line in of])


class Sowing(unittest.TestCase):
    def test_a_bug_stands_behind_its_number_and_the_old_text_behind_all_of_them(self):
        text = sown("fn f() { g(1, 2) }", [(3, bug("a", "1", "0")), (4, bug("b", "1", "9"))])
        self.assertEqual(text, "fn f() { g((if crate::seeded::on(3) { 0 } else if crate::seeded::on(4) { 9 } else { 1 }), 2) }")

    def test_a_statement_stays_one(self):
        text = sown("f(); g();", [(1, bug("a", "g();", ""))])
        self.assertEqual(text, "f(); if crate::seeded::on(1) {  } else { g(); }")

    def test_a_text_that_stands_there_twice_is_found_within_what_does_not(self):
        text = sown("a => 1, b => 1,", [(1, bug("a", "1", "2", within="b => 1,"))])
        self.assertTrue(text.startswith("a => 1, b => (if"))

    def test_what_is_not_there_once_or_overlaps_is_refused(self):
        for bugs in ([bug("a", "z", "1")], [bug("a", "1", "2")], [bug("a", "b => 1", "2"), bug("b", "b", "2", within="b => 1")]):
            with self.assertRaises(NotThere):
                sown("a => 1, b => 1", list(enumerate(bugs)))

    def test_the_promise_and_the_history_are_read_from_what_the_simulation_says(self):
        output = "sqs 1 histories\nhistory 41 of seed 7 breaks a promise; the smallest:\nbroken: order (records of one key)\nbroken: bytes (x)\n"
        self.assertEqual(FOUND.search(output).groups(), ("41", "order"))
        self.assertIsNone(FOUND.search("50000 histories in 3 s"))


class Hunting(unittest.TestCase):
    def told(self, work):
        """What it gave, and what it printed."""
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            return work(), printed.getvalue()

    def test_a_hunt_that_never_ends_finds_nothing_and_proves_nothing(self):
        endless = subprocess.TimeoutExpired("simulate", seeded_bugs.PATIENCE)
        with mock.patch.object(seeded_bugs, "hunt", side_effect=endless):
            found, printed = self.told(lambda: seeded_bugs.attempt(1, bug("a", "1", "2")))
            self.assertIsNone(found)
            self.assertTrue(printed.startswith("SURVIVED (never ended)"), printed)
            is_clean, printed = self.told(seeded_bugs.stays_clean)
            self.assertFalse(is_clean)
            self.assertIn("NEVER ENDED", printed)

    def test_a_page_that_says_something_else_than_was_found_is_told(self):
        found = {bug.name: Found("receipt", 1) for bug in BUGS}
        with tempfile.TemporaryDirectory(dir=ROOT) as folder, mock.patch.object(seeded_bugs, "PAGE", Path(folder) / "page.md") as path:
            path.write_text(page(BUGS, found, seeded_bugs.WITHIN))
            self.assertEqual(self.told(lambda: seeded_bugs.is_written(found)), (True, ""))
            later = found | {BUGS[0].name: Found("receipt", 2)}
            is_so, printed = self.told(lambda: seeded_bugs.is_written(later))
            self.assertFalse(is_so)
            self.assertIn("./taskw seeded-bugs -- --write", printed)


if __name__ == "__main__":
    unittest.main()

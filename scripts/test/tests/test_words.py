"""Which retired words the lint reports. The tests have their own list, so that this file contains no retired word."""

import contextlib
import io
import re
import unittest

from scripts.lint import report
from scripts.lint.words import LIST, as_words, problems_in, retired

WORDS = {re.compile(r"\b[Gg]izmos?\b"): "device", re.compile(r"\bput by\b|_by_hand\b"): "stored"}


def check(**texts: str) -> tuple[int, str]:
    """The exit code and the output of the lint for files with these names and texts."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = report("words", {name: problems_in(f"{name}.py", text, WORDS) for name, text in texts.items()})
    return code, printed.getvalue()


class Words(unittest.TestCase):
    def test_text_without_retired_words_passes(self):
        self.assertEqual(check(a="def device(): ...\n", b="# Gizmology is another word.\n"), (0, "words: looked at 2, found 0 wrong\n"))

    def test_retired_word_fails_with_its_replacement(self):
        code, output = check(a="first line\n# Uses a gizmo.\n", b="")
        self.assertEqual(code, 1)
        self.assertEqual(output, '"gizmo" is a retired word: a.py:2: write "device"\nwords: looked at 2, found 1 wrong\n')

    def test_word_is_found_inside_every_kind_of_identifier(self):
        for line in ("old_gizmo = 1", "let gizmos_of = 1;", "class OldGizmo:", "struct GizmoList;", "OLD_GIZMO = 1", "oldGizmo2()"):
            self.assertEqual(check(a=line)[0], 1, line)

    def test_phrase_is_found_in_prose_and_identifiers(self):
        for line in ("# It is put by.", "def put_by(): ...", "made_by_hand"):
            self.assertEqual(len(problems_in("a.py", line, WORDS)), 1, line)

    def test_each_line_is_reported_once_for_a_word(self):
        self.assertEqual(len(problems_in("a.py", "gizmo = gizmo\nfine = 1\nold_gizmo = 2\n", WORDS)), 2)

    def test_file_name_is_checked_too(self):
        self.assertEqual(problems_in("src/old_gizmo.py", "", WORDS), ['"gizmo" is a retired word: src/old_gizmo.py: its path: write "device"'])

    def test_identifiers_are_split_into_words(self):
        self.assertEqual(as_words("one_two threeFour FiveSix SEVEN_EIGHT nine9"), "one two three Four Five Six seven eight nine 9")


class List(unittest.TestCase):
    def test_every_word_has_a_replacement(self):
        entries = [line for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        self.assertEqual(len(retired()), len(entries))
        self.assertTrue(all(retired().values()))

    def test_no_word_matches_everything(self):
        for word in retired():
            self.assertIsNone(word.search("A plain sentence with record, tenant and queue."), word.pattern)

    def test_terms_of_aws_are_allowed(self):
        for line in ("StartingPosition = TRIM_HORIZON", "receipt_handle", "ReceiptHandle", "the receipt handle"):
            self.assertEqual(problems_in("a.py", line, retired()), [], line)


if __name__ == "__main__":
    unittest.main()

"""Which inputs a corpus takes over."""

import unittest

from scripts.fuzz.distil import chosen

CONTROL = "\n".join(["4", "0", "kept", "little", "much", "nothing", "STARTED 0 9", "FT 0 1 2", "COV 0 1", "FT 1 3", "FT 2 2 3 4 5", "FT 3 1"])


class Distil(unittest.TestCase):
    def test_what_reaches_most_that_is_new_is_taken_and_what_reaches_nothing_new_is_not(self):
        self.assertEqual(chosen(CONTROL, {"kept"}), ["much"])
        self.assertEqual(chosen(CONTROL.replace("FT 1 3", "FT 1 3 9"), {"kept"}), ["much", "little"])

    def test_no_more_are_taken_than_are_read(self):
        self.assertEqual(chosen(CONTROL.replace("FT 1 3", "FT 1 3 9"), {"kept"}, most=1), ["much"])

"""Which inputs are copied into a corpus."""

import unittest

from scripts.fuzz.distil import chosen

CONTROL = "\n".join(["4", "0", "kept", "little", "much", "nothing", "STARTED 0 9", "FT 0 1 2", "COV 0 1", "FT 1 3", "FT 2 2 3 4 5", "FT 3 1"])


class Distil(unittest.TestCase):
    def test_inputs_that_reach_the_most_new_code_are_chosen(self):
        self.assertEqual(chosen(CONTROL, {"kept"}), ["much"])
        self.assertEqual(chosen(CONTROL.replace("FT 1 3", "FT 1 3 9"), {"kept"}), ["much", "little"])

    def test_number_of_chosen_inputs_is_limited(self):
        self.assertEqual(chosen(CONTROL.replace("FT 1 3", "FT 1 3 9"), {"kept"}, most=1), ["much"])

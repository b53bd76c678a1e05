"""Which licences are accepted."""

import unittest

from scripts.lint.licences import permitted


class Licences(unittest.TestCase):
    def test_a_permissive_licence_is_accepted(self):
        for expression in ("MIT", "MIT OR Apache-2.0", "MIT/Apache-2.0", "Apache-2.0 AND ISC", "(MIT OR Apache-2.0) AND Unicode-3.0"):
            self.assertTrue(permitted(expression), expression)

    def test_one_accepted_alternative_is_enough(self):
        self.assertTrue(permitted("GPL-3.0-only OR MIT"))
        self.assertTrue(permitted("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"))

    def test_what_must_be_kept_together_must_all_be_accepted(self):
        self.assertFalse(permitted("MIT AND GPL-3.0-only"))
        self.assertFalse(permitted("(MIT OR ISC) AND GPL-3.0-only"))

    def test_none_and_unknown_ones_and_nonsense_are_refused(self):
        for expression in ("", "GPL-3.0-only", "MIT OR", "(MIT", "MIT)", "MIT MIT", "Apache-2.0 WITH LLVM-exception"):
            self.assertFalse(permitted(expression), expression)

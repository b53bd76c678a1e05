"""Which licences are accepted, and which crates may be there twice."""

import unittest

from scripts.lint.licences import TWICE, duplicates, permitted


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


class Duplicates(unittest.TestCase):
    ACCEPTED = frozenset(f"{name} v{version}" for name in TWICE for version in ("1.0.0", "2.0.0"))

    def test_a_crate_in_two_versions_is_named_unless_it_is_accepted(self):
        self.assertEqual(duplicates(self.ACCEPTED | {"http v1.0.0", "http v1.0.0 (*)", "json v0.1.0 (/somewhere)"}), [])
        [problem] = duplicates(self.ACCEPTED | {"http v0.2.0", "http v1.0.0"})
        self.assertIn("http 0.2.0 and 1.0.0", problem)

    def test_a_reason_for_what_is_there_once_is_an_error(self):
        once = self.ACCEPTED - {f"{next(iter(TWICE))} v1.0.0"}
        self.assertIn(f"no longer there twice: {next(iter(TWICE))}", duplicates(once)[0])

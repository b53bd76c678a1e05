"""Which licences are allowed, and which crates may occur in two versions."""

import unittest

from scripts.lint.licences import TWICE, duplicates, permitted


class Licences(unittest.TestCase):
    def test_permissive_licence_is_accepted(self):
        for expression in ("MIT", "MIT OR Apache-2.0", "MIT/Apache-2.0", "Apache-2.0 AND ISC", "(MIT OR Apache-2.0) AND Unicode-3.0"):
            self.assertTrue(permitted(expression), expression)

    def test_one_allowed_alternative_is_enough(self):
        self.assertTrue(permitted("GPL-3.0-only OR MIT"))
        self.assertTrue(permitted("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"))

    def test_all_licences_joined_by_and_must_be_allowed(self):
        self.assertFalse(permitted("MIT AND GPL-3.0-only"))
        self.assertFalse(permitted("(MIT OR ISC) AND GPL-3.0-only"))

    def test_missing_unknown_and_malformed_licences_are_rejected(self):
        for expression in ("", "GPL-3.0-only", "MIT OR", "(MIT", "MIT)", "MIT MIT", "Apache-2.0 WITH LLVM-exception"):
            self.assertFalse(permitted(expression), expression)


class Duplicates(unittest.TestCase):
    ACCEPTED = frozenset(f"{name} v{version}" for name in TWICE for version in ("1.0.0", "2.0.0"))

    def test_crate_in_two_versions_is_reported_unless_accepted(self):
        self.assertEqual(duplicates(self.ACCEPTED | {"http v1.0.0", "http v1.0.0 (*)", "json v0.1.0 (/somewhere)"}), [])
        [problem] = duplicates(self.ACCEPTED | {"http v0.2.0", "http v1.0.0"})
        self.assertIn("http 0.2.0 and 1.0.0", problem)

    def test_acceptance_of_a_single_version_is_an_error(self):
        once = self.ACCEPTED - {f"{next(iter(TWICE))} v1.0.0"}
        self.assertIn(f"no longer hold this crate twice: {next(iter(TWICE))}", duplicates(once)[0])

"""The results of a suite are read from its output. A suite without a test or with a bad exit code has failed."""

import unittest

from scripts.test import counting
from scripts.test.counting import Count, count


class Counting(unittest.TestCase):
    def test_suite_without_a_test_has_failed(self):
        self.assertEqual(count(counting.cargo_test, "", 0), Count(0, 1))

    def test_suite_that_was_killed_after_its_tests_has_failed(self):
        self.assertEqual(count(counting.closing_line, "3 passed, 0 failed\n", 137), Count(3, 1))

    def test_failures_and_exit_code_count_once(self):
        self.assertEqual(count(counting.closing_line, "terraform: 3 passed, 2 failed\n", 1), Count(3, 2))

    def test_check_without_counts_is_one_test(self):
        self.assertEqual(count(counting.one_check, "whatever", 0), Count(1, 0))
        self.assertEqual(count(counting.one_check, "whatever", 1), Count(0, 1))

    def test_cargo_test_counts_all_binaries(self):
        output = "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured\n"
        self.assertEqual(counting.cargo_test(output), (4, 2))

    def test_nextest_counts_every_test_that_did_not_pass(self):
        output = "     Summary [   1.2s] 12 tests run: 9 passed (1 slow), 1 failed, 2 timed out, 4 skipped\n"
        self.assertEqual(counting.nextest(output), (9, 3))
        self.assertEqual(counting.nextest("     Summary [   0.1s] 1 test run: 1 passed, 0 skipped\n"), (1, 0))

    def test_cancelled_nextest_run_is_read(self):
        self.assertEqual(counting.nextest("     Summary [   1.2s] 3/12 tests run: 2 passed, 1 failed, 0 skipped\n"), (2, 1))

    def test_skipped_unittests_do_not_count_as_passed(self):
        self.assertEqual(counting.unittest("Ran 5 tests in 0.1s\n\nOK (skipped=2)\n"), (3, 0))
        self.assertEqual(counting.unittest("Ran 5 tests in 0.1s\n\nFAILED (failures=1, errors=2)\n"), (2, 3))
        self.assertEqual(counting.unittest("Ran 1 test in 0.1s\n\nOK\n"), (1, 0))

    def test_only_the_last_closing_line_counts(self):
        self.assertEqual(counting.closing_line("readmes: 1 passed, 9 failed\nmore\nterraform: 7 passed, 0 failed\n"), (7, 0))

    def test_the_counts_of_checkov_are_read(self):
        self.assertEqual(counting.checkov("\nPassed checks: 107, Failed checks: 1, Skipped checks: 8\n"), (107, 1))

    def test_closing_line_may_end_with_skipped_tests(self):
        self.assertEqual(counting.closing_line("terraform: 7 passed, 1 failed, 3 skipped\n"), (7, 1))

    def test_skipped_checks_have_a_name_and_a_reason(self):
        output = "SKIPPED applied: no provider\nok one\nSKIPPED terraform .: validate (aws 5.x): no provider\n2 passed, 0 failed, 2 skipped\n"
        names = ("applied: no provider", "terraform .: validate (aws 5.x): no provider")
        self.assertEqual(count(counting.closing_line, output, 0), Count(2, 0, names))

    def test_suite_of_skipped_tests_fails_only_by_its_exit_code(self):
        output = "SKIPPED applied: no provider\napplied: 0 passed, 0 failed, 1 skipped\n"
        self.assertEqual(count(counting.closing_line, output, 0).failed, 0)
        self.assertEqual(count(counting.closing_line, output, 1).failed, 1)

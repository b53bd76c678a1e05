"""The suites: in each lane one after the other, lanes side by side; none is left out, and none's output is torn."""

import contextlib
import io
import sys
import tempfile
import unittest

from scripts.test import counting, suites
from scripts.test.lanes import Lane
from scripts.test.page import page
from scripts.test.run import report, run_all
from scripts.test.suites import Suite


def suite(name: str, program: str, lane: Lane = Lane.REST, after: str = "") -> Suite:
    return Suite(name, lambda: [sys.executable, "-c", program], counting.closing_line, lane, after)


class Run(unittest.TestCase):
    def shown(self, suites: list[Suite]):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            done = run_all(suites)
        return done, out.getvalue()

    def test_lanes_run_side_by_side_and_each_output_stays_in_one_piece(self):
        # Each waits for the other to have begun: one after the other they would never end well.
        program = """
import pathlib, time
pathlib.Path({own!r}).touch()
end = time.monotonic() + 30
while not pathlib.Path({other!r}).exists() and time.monotonic() < end:
    time.sleep(0.01)
print("first line"); print("1 passed, " + ("0" if pathlib.Path({other!r}).exists() else "1") + " failed")
"""
        with tempfile.TemporaryDirectory() as folder:
            one, two = f"{folder}/one", f"{folder}/two"
            suites = [
                suite("one", program.format(own=one, other=two), Lane.CARGO),
                suite("two", program.format(own=two, other=one)),
            ]
            done, shown = self.shown(suites)
        self.assertEqual([each.count.failed for each in done], [0, 0])
        for name in ("one", "two"):
            self.assertIn(f"━━ {name}\nfirst line\n1 passed, 0 failed\n", shown)

    def test_a_suite_that_cannot_run_beside_another_is_counted_as_failed(self):
        missing = Suite("missing", lambda: ["/no/such/program"], counting.closing_line, Lane.CARGO)
        done, shown = self.shown([missing, suite("fine", "print('2 passed, 0 failed')"), suite("last", "print('1 passed, 0 failed')")])
        self.assertEqual([(each.count.passed, bool(each.count.failed)) for each in done], [(0, True), (2, False), (1, False)])
        self.assertIn("missing cannot run", shown)

    def test_a_suite_waits_for_the_one_that_makes_what_it_uses(self):
        with tempfile.TemporaryDirectory() as folder:
            makes = f"import pathlib, time; time.sleep(0.5); pathlib.Path({folder!r}, 'made').touch(); print('1 passed, 0 failed')"
            uses = f"import pathlib; print('%d passed, 0 failed' % pathlib.Path({folder!r}, 'made').exists())"
            done, _ = self.shown([suite("uses", uses, after="makes"), suite("makes", makes, Lane.CARGO)])
        self.assertEqual([(each.suite.name, each.count.passed) for each in done], [("uses", 1), ("makes", 1)])

    def test_a_suite_whose_maker_was_not_chosen_runs_all_the_same(self):
        done, _ = self.shown([suite("uses", "print('1 passed, 0 failed')", after="makes"), suite("other", "print('1 passed, 0 failed')", Lane.CARGO)])
        self.assertEqual([each.count.failed for each in done], [0, 0])

    def test_what_a_suite_computes_is_counted_with_its_children(self):
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(i for i in range(5_000_000))']); print('1 passed, 0 failed')"
        done, _ = self.shown([suite("busy", program)])
        self.assertGreater(done[0].cpu_seconds, 0.05)


class Reported(unittest.TestCase):
    def reported(self, *programs: str) -> tuple[int, list[str]]:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = report(run_all([suite(f"suite-{number}", program) for number, program in enumerate(programs)]), 1)
        return code, out.getvalue().splitlines()

    def test_the_last_line_is_the_sum_and_what_was_skipped_is_named_above(self):
        skips = "print('SKIPPED apply: no provider'); print('3 passed, 0 failed, 1 skipped')"
        code, lines = self.reported(skips, "print('2 passed, 1 failed')")
        self.assertEqual((code, lines[-1]), (1, "5 passed, 1 failed, 1 skipped"))
        self.assertEqual(lines[-4:-2], ["skipped:", "  apply: no provider"])

    def test_skipped_checks_alone_fail_no_run(self):
        self.assertEqual(self.reported("print('SKIPPED a: b'); print('0 passed, 0 failed, 1 skipped')")[0], 0)

    def test_a_run_of_no_suite_has_failed(self):
        code, lines = self.reported()
        self.assertEqual((code, lines[-1]), (1, "0 passed, 0 failed, 0 skipped"))

    def test_the_page_has_a_row_for_each_suite_and_one_for_all(self):
        done = run_all([suite("one", "print('2 passed, 0 failed')"), suite("two", "print('3 passed, 0 failed')")])
        rows = [line for line in page(done, 90, warm=False).splitlines() if line.startswith("| ")]
        self.assertEqual([row.split(" | ")[:2] for row in rows[2:]], [["| one", "2"], ["| two", "3"], ["| all", "5"]])
        self.assertIn("from a fresh clone: 1.5 minutes", page(done, 90, warm=False))


class Listed(unittest.TestCase):
    def test_what_a_suite_waits_for_is_a_suite_of_the_other_lane(self):
        known = {suite.name: suite for suite in suites.suites()}
        for each in known.values():
            if each.after:
                self.assertNotEqual(known[each.after].lane, each.lane)

    def test_every_lint_is_a_suite_and_a_part_of_the_quick_run(self):
        known = {suite.name: suite for suite in suites.suites()}
        self.assertEqual(suites.LINTS - known.keys(), set())
        slow = {"checkov"}
        self.assertEqual({name for name in suites.LINTS if not known[name].shortened()}, slow)


if __name__ == "__main__":
    unittest.main()

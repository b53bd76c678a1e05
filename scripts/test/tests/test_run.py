"""The suites: one after the other, or side by side where they say so; none is left out, and none's output is torn."""

import contextlib
import io
import sys
import tempfile
import unittest

from scripts.test import counting
from scripts.test.run import run_all
from scripts.test.suites import Suite


def suite(name: str, program: str, beside: bool = False) -> Suite:
    return Suite(name, lambda: [sys.executable, "-c", program], counting.closing_line, beside)


class Run(unittest.TestCase):
    def shown(self, suites: list[Suite]):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            done = run_all(suites)
        return done, out.getvalue()

    def test_neighbours_run_side_by_side_and_each_output_stays_in_one_piece(self):
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
                suite("one", program.format(own=one, other=two), True),
                suite("two", program.format(own=two, other=one), True),
            ]
            done, shown = self.shown(suites)
        self.assertEqual([each.count.failed for each in done], [0, 0])
        for name in ("one", "two"):
            self.assertIn(f"━━ {name}\nfirst line\n1 passed, 0 failed\n", shown)

    def test_a_suite_that_cannot_run_beside_another_is_counted_as_failed(self):
        missing = Suite("missing", lambda: ["/no/such/program"], counting.closing_line, True)
        done, shown = self.shown([missing, suite("fine", "print('2 passed, 0 failed')", True), suite("last", "print('1 passed, 0 failed')")])
        self.assertEqual([(each.count.passed, bool(each.count.failed)) for each in done], [(0, True), (2, False), (1, False)])
        self.assertIn("missing cannot run", shown)


if __name__ == "__main__":
    unittest.main()

"""Suites of a group run one after the other, groups in parallel. No suite is left out, and outputs are not mixed."""

import contextlib
import io
import sys
import tempfile
import unittest

from scripts.test import counting, suites
from scripts.test.page import page
from scripts.test.parallel import Group
from scripts.test.run import report, run_all
from scripts.test.suites import Suite


def suite(name: str, program: str, group: Group = Group.REST, after: str = "") -> Suite:
    return Suite(name, lambda: [sys.executable, "-c", program], counting.closing_line, group, after)


class Run(unittest.TestCase):
    def shown(self, suites: list[Suite]):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            done = run_all(suites)
        return done, out.getvalue()

    def test_groups_run_in_parallel_and_outputs_are_not_mixed(self):
        # Each suite waits until the other has started. One after the other, both would fail.
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
                suite("one", program.format(own=one, other=two), Group.CARGO),
                suite("two", program.format(own=two, other=one)),
            ]
            done, shown = self.shown(suites)
        self.assertEqual([each.count.failed for each in done], [0, 0])
        for name in ("one", "two"):
            self.assertIn(f"━━ {name}\nfirst line\n1 passed, 0 failed\n", shown)

    def test_suite_that_cannot_start_has_failed(self):
        missing = Suite("missing", lambda: ["/no/such/program"], counting.closing_line, Group.CARGO)
        done, shown = self.shown([missing, suite("fine", "print('2 passed, 0 failed')"), suite("last", "print('1 passed, 0 failed')")])
        self.assertEqual([(each.count.passed, bool(each.count.failed)) for each in done], [(0, True), (2, False), (1, False)])
        self.assertIn("missing cannot run", shown)

    def test_suite_waits_for_the_suite_it_depends_on(self):
        with tempfile.TemporaryDirectory() as folder:
            makes = f"import pathlib, time; time.sleep(0.5); pathlib.Path({folder!r}, 'made').touch(); print('1 passed, 0 failed')"
            uses = f"import pathlib; print('%d passed, 0 failed' % pathlib.Path({folder!r}, 'made').exists())"
            done, _ = self.shown([suite("uses", uses, after="makes"), suite("makes", makes, Group.CARGO)])
        self.assertEqual([(each.suite.name, each.count.passed) for each in done], [("uses", 1), ("makes", 1)])

    def test_suite_runs_if_its_dependency_was_not_chosen(self):
        done, _ = self.shown(
            [suite("uses", "print('1 passed, 0 failed')", after="makes"), suite("other", "print('1 passed, 0 failed')", Group.CARGO)]
        )
        self.assertEqual([each.count.failed for each in done], [0, 0])

    def test_cpu_seconds_include_child_processes(self):
        program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'sum(i for i in range(5_000_000))']); print('1 passed, 0 failed')"
        done, _ = self.shown([suite("busy", program)])
        self.assertGreater(done[0].cpu_seconds, 0.05)


class Reported(unittest.TestCase):
    def reported(self, *programs: str) -> tuple[int, list[str]]:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            code = report(run_all([suite(f"suite-{number}", program) for number, program in enumerate(programs)]), 1)
        return code, out.getvalue().splitlines()

    def test_last_line_is_the_sum_below_the_skipped_tests(self):
        skips = "print('SKIPPED apply: no provider'); print('3 passed, 0 failed, 1 skipped')"
        code, lines = self.reported(skips, "print('2 passed, 1 failed')")
        self.assertEqual((code, lines[-1]), (1, "5 passed, 1 failed, 1 skipped"))
        self.assertEqual(lines[-4:-2], ["skipped:", "  apply: no provider"])

    def test_run_of_skipped_checks_has_not_failed(self):
        self.assertEqual(self.reported("print('SKIPPED a: b'); print('0 passed, 0 failed, 1 skipped')")[0], 0)

    def test_run_without_a_suite_has_failed(self):
        code, lines = self.reported()
        self.assertEqual((code, lines[-1]), (1, "0 passed, 0 failed, 0 skipped"))

    def test_page_has_a_row_for_each_suite_and_the_sum(self):
        done = run_all([suite("one", "print('2 passed, 0 failed')"), suite("two", "print('3 passed, 0 failed')")])
        rows = [line for line in page(done, 90, warm=False).splitlines() if line.startswith("| ")]
        self.assertEqual([row.split(" | ")[:2] for row in rows[2:]], [["| one", "2"], ["| two", "3"], ["| all", "5"]])
        self.assertIn("from a fresh clone: 1.5 minutes", page(done, 90, warm=False))


class Listed(unittest.TestCase):
    def test_suites_wait_only_for_suites_of_the_other_group(self):
        known = {suite.name: suite for suite in suites.suites()}
        for each in known.values():
            if each.after:
                self.assertNotEqual(known[each.after].group, each.group)

    def test_release_gives_all_suites_with_zips_the_optimized_ones(self):
        def commands(release: bool) -> dict[str, list[str]]:
            chosen = (suite for suite in suites.suites(release) if suite.name in {"zips", "acceptance", "end-to-end"})
            return {suite.name: suite.command() for suite in chosen}

        plain, optimized = commands(release=False), commands(release=True)
        self.assertEqual(len(plain), 3)
        self.assertEqual(optimized, {name: [*command, "--release"] for name, command in plain.items()})

    def test_every_lint_is_a_suite_of_the_quick_run(self):
        known = {suite.name: suite for suite in suites.suites()}
        self.assertEqual(suites.LINTS - known.keys(), set())
        slow = {"checkov"}
        self.assertEqual({name for name in suites.LINTS if not known[name].shortened()}, slow)


if __name__ == "__main__":
    unittest.main()

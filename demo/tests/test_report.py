"""The report says how everything was created, how long it took, and which phases did not run."""

import io
import unittest

from rich.console import Console

from demo.evidence.checks import RULES, check
from demo.evidence.facts import facts
from demo.run import Times
from demo.setup.deploy import WithoutTerraform
from demo.show import page
from demo.show.progress import PLAIN_SECONDS, Steps
from demo.show.report import header, row, show
from demo.tests import perfect_registry
from demo.tests.perfect import perfect

TIMES = {"first_row_seconds": 150.2, "first_row_after_build_seconds": 12.4, "seconds": 201.0}


def shown(figures, checks) -> str:
    out = io.StringIO()
    show(Console(file=out, width=200), figures, checks, "by hand", TIMES)
    return out.getvalue()


class Report(unittest.TestCase):
    def setUp(self):
        self.seen = perfect()
        self.first = facts(self.seen, None, None)

    def test_first_phase_alone_names_what_full_adds(self):
        printed = shown(self.first, check(self.seen, RULES))
        self.assertIn("with --full: routers that are killed while they work", printed)
        self.assertNotIn("second phase", printed)
        self.assertIn("566 messages of 8 tenants: each one ended where it should, none was lost.", printed)

    def test_all_phases_are_reported(self):
        printed = shown(facts(self.seen, perfect(), perfect_registry.perfect()), [])
        self.assertIn("second phase: 566 messages", printed)
        self.assertIn("third phase: 148 messages", printed)
        self.assertNotIn("--full", printed)
        self.assertIn("1280 messages", printed)

    def test_times_and_deployment_are_reported(self):
        printed = shown(self.first, [])
        self.assertIn("Queues, routers and mappings: by hand", printed)
        self.assertIn("First rows after 150 s, of which 12 s after the routers were built; 201 s in total.", printed)

    def test_report_says_that_terraform_was_not_used_and_why(self):
        made = WithoutTerraform(None, None, "arm64", "terraform is not installed: PATH", created=83)
        self.assertIn("Terraform was NOT used (terraform is not installed: PATH): 83 resources were created through the AWS APIs", str(made))

    def test_row_is_aligned_with_the_header(self):
        [fifo] = [source for source in self.first.sources if source.name == "fifo"]
        self.assertEqual(len(header()), len(row(fifo)))
        self.assertRegex(row(fifo), r"^  SQS FIFO +133 +126 +6 +1 ")

    def test_figures_of_all_phases_are_at_the_top_of_the_json(self):
        figures = facts(self.seen, perfect(), perfect_registry.perfect()).data()
        self.assertEqual((figures["rushed"], figures["guarded"], figures["killed"]), (566, 148, 2))
        self.assertTrue({"second", "third"}.isdisjoint(figures))
        self.assertNotIn("rushed", self.first.data())


class Clock(unittest.TestCase):
    def test_first_row_is_counted_from_the_end_of_the_build(self):
        times = Times(begun=100, first_row=250, built=240, ended=300).data()
        self.assertEqual(times, {"first_row_seconds": 150, "first_row_after_build_seconds": 10, "seconds": 200})

    def test_row_before_the_end_of_the_build_counts_zero(self):
        self.assertEqual(Times(begun=100, first_row=200, built=240, ended=300).data()["first_row_after_build_seconds"], 0)

    def test_whole_time_counts_if_everything_was_built(self):
        self.assertEqual(Times(begun=100, first_row=120, built=30, ended=300).data()["first_row_after_build_seconds"], 20)

    def test_long_step_prints_its_progress(self):
        out, now = io.StringIO(), [0.0]
        steps = Steps(Console(file=out, width=200), lambda: now[0])
        with steps.long_step("Building") as note:
            for second in range(2 * PLAIN_SECONDS + 2):
                now[0] = float(second)
                note(f"{second} s gone")
        self.assertEqual(out.getvalue().count("s gone"), 2)


class Page(unittest.TestCase):
    def test_table_has_each_duration_in_minutes(self):
        times = {"first_row_seconds": 90.0, "first_row_after_build_seconds": 6.0, "seconds": 150.0}
        rows = page.table(times, full=False).splitlines()[2:]
        self.assertEqual(rows, ["| first rows | 1.5 |", "| first rows, after the routers were built | 0.1 |", "| the whole demo | 2.5 |"])

    def test_readme_has_a_place_for_the_table(self):
        text = page.PAGE.read_text()
        self.assertEqual((text.count(page.BEGIN), text.count(page.END)), (1, 1))

"""The report says how everything was created, how long it took, and what was not played."""

import io
import unittest

from rich.console import Console

from demo.evidence.checks import RULES, check
from demo.evidence.facts import facts
from demo.play import Times
from demo.show.progress import PLAIN_SECONDS, Steps
from demo.show.report import header, row, show
from demo.stage.deploy import WithoutTerraform
from demo.tests import perfect_trust
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

    def test_first_act_alone_names_what_full_adds(self):
        told = shown(self.first, check(self.seen, RULES))
        self.assertIn("with --full: routers that are killed at work", told)
        self.assertNotIn("second act", told)
        self.assertIn("566 messages of 8 tenants: each where it belongs, none lost.", told)

    def test_all_acts_are_reported(self):
        told = shown(facts(self.seen, perfect(), perfect_trust.perfect()), [])
        self.assertIn("second act: 566 messages", told)
        self.assertIn("third act: 148 messages", told)
        self.assertNotIn("--full", told)
        self.assertIn("1280 messages", told)

    def test_times_and_the_way_of_creation_are_told(self):
        told = shown(self.first, [])
        self.assertIn("Queues, routers and mappings: by hand", told)
        self.assertIn("First rows after 150 s, of which 12 s after the routers were built; all of it in 201 s.", told)

    def test_report_says_that_terraform_was_not_used_and_why(self):
        made = WithoutTerraform(None, None, "arm64", "terraform is not installed: PATH", created=83)
        self.assertIn("Terraform was NOT used (terraform is not installed: PATH): 83 resources were created through the AWS APIs", str(made))

    def test_row_stands_under_the_header(self):
        [fifo] = [source for source in self.first.sources if source.name == "fifo"]
        self.assertEqual(len(header()), len(row(fifo)))
        self.assertRegex(row(fifo), r"^  SQS FIFO +133 +126 +6 +1 ")

    def test_figures_of_all_acts_are_at_the_top_of_the_json(self):
        told = facts(self.seen, perfect(), perfect_trust.perfect()).data()
        self.assertEqual((told["rushed"], told["guarded"], told["killed"]), (566, 148, 2))
        self.assertTrue({"second", "third"}.isdisjoint(told))
        self.assertNotIn("rushed", self.first.data())


class Clock(unittest.TestCase):
    def test_first_row_is_counted_from_the_end_of_the_build(self):
        times = Times(begun=100, first_row=250, built=240, ended=300).data()
        self.assertEqual(times, {"first_row_seconds": 150, "first_row_after_build_seconds": 10, "seconds": 200})

    def test_row_before_the_end_of_the_build_waited_for_nothing(self):
        self.assertEqual(Times(begun=100, first_row=200, built=240, ended=300).data()["first_row_after_build_seconds"], 0)

    def test_where_all_was_built_before_the_whole_time_counts(self):
        self.assertEqual(Times(begun=100, first_row=120, built=30, ended=300).data()["first_row_after_build_seconds"], 20)

    def test_long_step_tells_how_far_it_is_now_and_then(self):
        out, now = io.StringIO(), [0.0]
        steps = Steps(Console(file=out, width=200), lambda: now[0])
        with steps.long_step("Building") as note:
            for second in range(2 * PLAIN_SECONDS + 2):
                now[0] = float(second)
                note(f"{second} s gone")
        self.assertEqual(out.getvalue().count("s gone"), 2)

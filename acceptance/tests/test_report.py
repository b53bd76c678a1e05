"""The two files have every check, every answer, every figure, and what was not measured with its reason."""

import json
import tempfile
import unittest
from pathlib import Path

from acceptance.promises import Check
from acceptance.questions import Answer
from acceptance.report import Report


def report(**more) -> Report:
    made = Report(
        run="accept-0a1b2c",
        account="123456789012",
        region="eu-west-1",
        endpoint=None,
        parts=("sqs", "kinesis"),
        versions={"Terraform": "Terraform 1.11.4"},
        differences=(),
        cost_bound_dollars=2.5,
        started="2026-11-30T20:00:00+00:00",
        seconds=61.2,
    )
    made.checks = [
        Check("sqs-quickstart", "it is applied"),
        Check("kinesis-fan-out", "no message is lost", ["anvil-1 (kinesis) is nowhere"]),
        Check("tenant-credentials", "each tenant's order", not_measured="the emulator passes no client context"),
    ]
    made.answers = [
        Answer("Does A?", "yes: B | C", {"lines": 3}),
        Answer("Does D?", not_measured="only AWS can answer this", rehearsed=True),
    ]
    made.examples = {"sqs-quickstart": {"created": {"aws_sqs_queue": 3}, "messages sent": 7}}
    for name, value in more.items():
        setattr(made, name, value)
    return made


class Files(unittest.TestCase):
    def test_the_json_has_everything_and_the_sum(self):
        with tempfile.TemporaryDirectory() as folder:
            data, page = report().write(Path(folder))
            told = json.loads(data.read_text())
            self.assertEqual((data.name, page.name), ("acceptance.json", "acceptance.md"))
        self.assertEqual((told["passed"], told["failed"], told["account"], told["cost_bound_dollars"]), (1, 1, "123456789012", 2.5))
        self.assertEqual([check["holds"] for check in told["checks"]], [True, False, None])
        self.assertEqual(told["answers"][0]["evidence"], {"lines": 3})

    def test_page_has_every_check_with_its_result(self):
        page = "\n".join(report().page())
        self.assertIn("| sqs-quickstart | it is applied | holds |", page)
        self.assertIn("| kinesis-fan-out | no message is lost | **fails** |", page)
        self.assertIn("not measured: the emulator passes no client context", page)
        self.assertIn("anvil-1 (kinesis) is nowhere", page)
        self.assertIn("1 checks passed, 1 failed, 1 not measured.", page)

    def test_page_has_answers_but_never_an_emulators(self):
        page = "\n".join(report().page())
        self.assertIn("| Does A? | yes: B \\| C |", page)
        self.assertIn("| Does D? | not measured: only AWS can answer this; its code worked there |", page)
        self.assertIn('"lines": 3', page)

    def test_page_names_the_emulator_and_its_differences(self):
        page = "\n".join(report(endpoint="http://127.0.0.1:1", differences=("aws 5.100.0",)).page())
        self.assertIn("an emulator at http://127.0.0.1:1", page)
        self.assertIn("- aws 5.100.0", page)
        self.assertNotIn("emulator at", "\n".join(report().page()))

    def test_page_has_figures_and_stale_tags(self):
        page = "\n".join(report(stale_tags=["arn:aws:sqs:eu-west-1:1:gone"]).page())
        self.assertIn("| sqs-quickstart | created | 3 aws_sqs_queue |", page)
        self.assertIn("`arn:aws:sqs:eu-west-1:1:gone`", page)

    def test_the_last_line_is_what_the_tests_count(self):
        self.assertEqual(report().closing(), "acceptance: 1 passed, 1 failed, 1 skipped")
        self.assertEqual(
            list(report().lines()),
            [
                "ok      sqs-quickstart: it is applied",
                "FAILED  kinesis-fan-out: no message is lost\n        anvil-1 (kinesis) is nowhere",
                "SKIPPED tenant-credentials: each tenant's order: the emulator passes no client context",
                "ANSWER  Does A? yes: B | C",
                "OPEN    Does D? not measured: only AWS can answer this; its code worked there",
            ],
        )

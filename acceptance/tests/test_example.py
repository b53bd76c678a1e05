"""The steps of an example: after any failure, settings are restored and everything is destroyed."""

import tempfile
import unittest
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from acceptance.example import Applied, Example
from acceptance.tests.clients import Client, target


class Done:
    """A command that has ended."""

    def __init__(self, code: int, log: Path):
        self.code, self.log = code, log


class Deployment:
    """A fake Terraform. It fails at these commands, this often."""

    def __init__(self, folder: Path, failing: Counter, log: str = ""):
        self.failing, self.begun, self.is_prepared, self.state = failing, [], False, {}
        self.tree = type("Tree", (), {"target": target("http://127.0.0.1:1", s3=Client())})()
        self.variables = {"name": "accept-0a1b2c-x"}
        self.log = folder / "log"
        self.log.write_text(log)

    def prepare(self) -> None:
        self.is_prepared = True

    def start(self, command: str, *_options: str) -> Done:
        self.begun.append(command)
        self.failing[command] -= 1
        if command == "apply":
            self.state = {"resources": []}
        return Done(int(self.failing[command] >= 0), self.log)

    def outputs(self) -> dict:
        return {}

    def created(self) -> Counter:
        return Counter(aws_sqs_queue=2)

    def resources(self, _type: str) -> list:
        return []


class Course(unittest.TestCase):
    def setUp(self):
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.folder, self.undone = folder, []

    def applied(self, failing: dict | None = None, use=None, log: str = "") -> Applied:
        return Applied(Example("x", "sqs", "x", use=use or self.use), Deployment(self.folder, Counter(failing or {}), log), None, None)

    def use(self, applied: Applied) -> Iterator[None]:
        applied.undo.callback(self.undone.append, "undone")
        yield

    def ended(self, applied: Applied) -> dict[str, bool]:
        for _ in applied.steps():
            pass
        return {check.what: check.holds for check in applied.checks}

    def test_example_is_applied_used_planned_again_and_destroyed(self):
        applied = self.applied()
        self.assertEqual(
            self.ended(applied), dict.fromkeys(("it is initialised", "it is applied", "a second plan changes nothing", "it is destroyed"), True)
        )
        self.assertEqual(applied.deployment.begun, ["init", "apply", "plan", "destroy"])
        self.assertEqual((applied.facts, self.undone, applied.destroyed), ({"created": {"aws_sqs_queue": 2}}, ["undone"], True))

    def test_failed_apply_is_explained_and_destroyed(self):
        log = "Error: InvalidParameterValueException: Tenancy configuration is not supported for this account"
        applied = self.applied({"apply": 1}, log=log)
        self.assertEqual(self.ended(applied), {"it is initialised": True, "it is applied": False, "it is destroyed": True})
        self.assertIn("tenant isolation is not enabled", applied.checks[1].wrong[0])

    def test_failed_init_applies_nothing(self):
        applied = self.applied({"init": 1})
        self.assertEqual(self.ended(applied), {"it is initialised": False})
        self.assertEqual((applied.deployment.begun, applied.destroyed), (["init"], True))

    def test_example_is_initialised_once(self):
        applied = self.applied()
        for _ in applied.initialised():
            pass
        self.ended(applied)
        self.assertEqual(applied.deployment.begun.count("init"), 1)

    def test_failed_use_is_undone_planned_and_destroyed(self):
        def broken(applied: Applied) -> Iterator[None]:
            yield from self.use(applied)
            raise ValueError("no such queue")

        applied = self.applied(use=broken)
        self.assertEqual(self.ended(applied)["it is used"], False)
        self.assertEqual((self.undone, applied.deployment.begun[-1], applied.destroyed), (["undone"], "destroy", True))

    def test_unexpected_error_is_reported_and_all_is_destroyed(self):
        applied = self.applied()
        applied.deployment.outputs = lambda: {}["no such output"]
        self.assertEqual(self.ended(applied)["it completes"], False)
        self.assertTrue(applied.destroyed)

    def test_full_bucket_is_reported_and_destroy_is_tried(self):
        applied = self.applied()
        applied.deployment.resources = lambda _: [{"bucket": "b"}]
        self.assertEqual(self.ended(applied)["its buckets are emptied"], False)
        self.assertEqual(applied.deployment.begun[-1], "destroy")

    def test_second_plan_with_changes_fails(self):
        applied = self.applied({"plan": 1})
        self.assertEqual([what for what, holds in self.ended(applied).items() if not holds], ["a second plan changes nothing"])
        self.assertTrue(applied.destroyed)

    def test_destroy_is_retried_and_reported_once(self):
        applied = self.applied({"destroy": 2})
        self.assertEqual(self.ended(applied)["it is destroyed"], True)
        self.assertEqual(applied.deployment.begun.count("destroy"), 3)
        self.assertEqual([check.what for check in applied.checks].count("it is destroyed"), 1)

    def test_failed_destroy_is_reported(self):
        applied = self.applied({"destroy": 99})
        self.assertEqual((self.ended(applied)["it is destroyed"], applied.destroyed), (False, False))

    def test_interrupted_example_is_destroyed_later(self):
        applied = self.applied()
        course = applied.steps()
        while "apply" not in applied.deployment.begun or not applied.facts:
            next(course)
        course.close()
        self.assertEqual(self.undone, ["undone"])
        for _ in applied.destroying():
            pass
        self.assertEqual((applied.deployment.begun[-1], applied.destroyed), ("destroy", True))

    def test_interrupt_before_apply_needs_no_destroy(self):
        applied = self.applied()
        applied.deployment.prepare()
        for _ in applied.destroying():
            pass
        self.assertEqual((applied.deployment.begun, applied.destroyed, applied.checks), ([], True, []))

    def test_example_that_never_started_is_not_destroyed(self):
        applied = self.applied()
        list(applied.destroying())
        self.assertEqual(applied.deployment.begun, [])

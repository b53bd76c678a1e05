"""The whole run: however it ends, everything is destroyed, and leftovers are searched for."""

import io
import unittest
from collections.abc import Iterator
from unittest import mock

from rich.console import Console

from acceptance import run
from acceptance.promises import Check
from acceptance.run import Run, needs
from acceptance.tests.clients import target
from demo.show.progress import Steps


class Part:
    """A fake example, question or existing resource."""

    def __init__(self, breaks: BaseException | None = None, removal: Exception | None = None):
        self.breaks, self.removal, self.told = breaks, removal, []
        self.name, self.text, self.run = "x", "Does it?", "accept-0a1b2c"
        self.checks: list[Check] = []
        self.facts, self.command, self.errors, self.answer = {}, None, [], None

    def steps(self) -> Iterator[None]:
        yield
        if self.breaks:
            raise self.breaks

    create = steps

    def closing(self) -> Iterator[None]:
        self.told.append("closing")
        yield

    def attempt(self, course) -> Iterator[None]:
        return course()

    def destroying(self) -> Iterator[None]:
        self.told.append("destroyed")
        yield

    def remove(self) -> None:
        self.told.append("removed")
        if self.removal:
            raise self.removal


def asked_once(holds, _seconds) -> Iterator[None]:
    holds()
    yield


class Course(unittest.TestCase):
    def setUp(self):
        for name, answer in (("by_name", []), ("by_tag", [])):
            patch = mock.patch.object(run.leftovers, name, return_value=answer)
            setattr(self, name, patch.start())
            self.addCleanup(patch.stop)

    def run_of(self, example: Part, question: Part | None = None, existing: Part | None = None) -> Run:
        tree = mock.Mock(target=target("http://127.0.0.1:1"))
        steps = Steps(Console(file=io.StringIO()))
        return Run(tree, existing or Part(), [example], [question or Part()], steps)

    def failed(self, run: Run) -> list[str]:
        return [check.what for check in run.all_checks if not check.holds]

    def test_everything_is_destroyed_after_success(self):
        example, question = Part(), Part()
        run = self.run_of(example, question)
        run.play()
        self.assertEqual((example.told, question.told, self.failed(run), run.nothing_left), (["destroyed"], ["closing", "removed"], [], True))

    def test_everything_is_destroyed_after_a_reported_failure(self):
        example = Part(breaks=ValueError("no such thing"))
        run = self.run_of(example)
        run.play()
        self.assertEqual((example.told, self.failed(run), run.nothing_left), (["destroyed"], ["it completes"], True))

    def test_everything_is_destroyed_after_a_failed_setup(self):
        example, existing = Part(), Part(breaks=ValueError("no role"))
        self.run_of(example, existing=existing).play()
        self.assertEqual((example.told, existing.told), (["destroyed"], ["removed"]))

    def test_everything_is_destroyed_after_ctrl_c(self):
        example = Part(breaks=KeyboardInterrupt())
        run = self.run_of(example)
        with self.assertRaises(KeyboardInterrupt):
            run.play()
        self.assertEqual((example.told, run.nothing_left), (["destroyed"], True))

    def test_failed_removal_does_not_stop_the_others(self):
        question, existing = Part(removal=ValueError("in use")), Part()
        run = self.run_of(Part(), question, existing)
        run.play()
        self.assertEqual((existing.told, run.nothing_left), (["removed"], False))

    def test_leftovers_are_reported(self):
        self.by_name.return_value = ["queue accept-0a1b2c-x"]
        found = self.run_of(Part())
        with mock.patch.object(run, "until", asked_once):
            found.play()
        self.assertEqual((self.failed(found), found.nothing_left), (["nothing is left, by name"], False))

    def test_unannounced_resources_are_reported(self):
        example = Part()
        example.name, example.facts = "sqs-quickstart", {"created": {"aws_sqs_queue": 99}}
        self.assertFalse(self.run_of(example).announced(example).holds)

    def test_parts_need_what_their_examples_and_questions_expect(self):
        self.assertEqual(needs(("kafka",)), frozenset())
        self.assertEqual(needs(("step-functions",)), frozenset({"backend"}))
        self.assertEqual(needs(("sqs",)), frozenset({"backend", "queue", "bucket"}))

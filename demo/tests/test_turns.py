"""Courses take turns, and however they end, each one is closed."""

import time
import unittest
from collections.abc import Iterator

from demo.turns import pause, side_by_side, until


class Broken(Exception):
    pass


class SideBySide(unittest.TestCase):
    def setUp(self):
        self.told: list[str] = []

    def course(self, name: str, steps: int, breaks: bool = False) -> Iterator[None]:
        try:
            for _ in range(steps):
                yield
            if breaks:
                raise Broken
        finally:
            self.told.append(name)

    def test_generators_take_turns_until_all_have_ended(self):
        left: list[int] = []
        side_by_side([self.course("long", 2), self.course("short", 1)], 0, left.append)
        self.assertEqual((self.told, left), (["short", "long"], [2, 1, 0]))

    def test_error_in_one_generator_closes_the_others(self):
        with self.assertRaises(Broken):
            side_by_side([self.course("waits", 99), self.course("breaks", 1, breaks=True)], 0)
        self.assertEqual(self.told, ["breaks", "waits"])


class Waiting(unittest.TestCase):
    def given(self, course: Iterator[None]):
        while True:
            try:
                next(course)
            except StopIteration as ended:
                return ended.value

    def test_wait_ends_when_the_condition_holds(self):
        answers = iter((False, False, True))
        self.assertTrue(self.given(until(lambda: next(answers), 60)))

    def test_wait_ends_after_the_timeout(self):
        self.assertFalse(self.given(until(lambda: False, 0.01)))

    def test_pause_takes_its_time(self):
        begun = time.monotonic()
        self.given(pause(0.02))
        self.assertGreaterEqual(time.monotonic() - begun, 0.02)

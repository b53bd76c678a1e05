"""The course of applied examples: none is forgotten, and whatever stops it, nothing is left running."""

import unittest
from collections.abc import Iterator

from demo.applied.examples import EXAMPLES, forgotten
from demo.applied.run import side_by_side


class Broken(Exception):
    pass


class Applied(unittest.TestCase):
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

    def test_every_example_is_applied_somewhere_or_listed_with_the_reason(self):
        self.assertEqual(forgotten(), set())

    def test_functions_that_the_emulator_isolates_have_names_of_their_own(self):
        names = [example.name + end for example in EXAMPLES for end in example.isolated]
        self.assertEqual(len(names), len(set(names)))

    def test_courses_take_turns_until_all_have_ended(self):
        left: list[int] = []
        side_by_side([self.course("long", 2), self.course("short", 1)], left.append)
        self.assertEqual((self.told, left), (["short", "long"], [2, 1, 0]))

    def test_where_one_breaks_the_others_are_ended_too(self):
        with self.assertRaises(Broken):
            side_by_side([self.course("waits", 99), self.course("breaks", 1, breaks=True)], lambda _: None)
        self.assertEqual(self.told, ["breaks", "waits"])

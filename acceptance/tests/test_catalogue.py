"""The parts: every example is used, and all names are valid."""

import unittest
from pathlib import Path

from acceptance.catalogue import EXAMPLES, PARTS, forgotten, of
from acceptance.created import CREATED
from acceptance.existing import Existing
from acceptance.options import RUN
from acceptance.questions.catalogue import QUESTIONS, asked_with
from acceptance.run import variables
from acceptance.target import Target
from acceptance.unfinished import new_name

EXISTING = Existing(Target("123456789012", "eu-west-1"), "accept-0a1b2c", Path("dist"), "arm64", Path("/nowhere"))


class Catalogue(unittest.TestCase):
    def test_every_example_is_applied_by_some_part(self):
        self.assertEqual(forgotten(), set())
        self.assertEqual(of(PARTS), list(EXAMPLES))

    def test_every_example_is_used_and_announced(self):
        self.assertEqual([example.name for example in EXAMPLES if example.use is None], [])
        self.assertEqual(set(CREATED), {example.name for example in EXAMPLES})

    def test_every_question_is_asked_with_some_part(self):
        self.assertEqual(asked_with(PARTS), list(QUESTIONS))
        self.assertEqual({part for question in QUESTIONS for part in question.parts} - set(PARTS), set())

    def test_names_are_unique_and_short_enough_for_a_bucket(self):
        names = [variables(example, EXISTING)["name"] for example in EXAMPLES if example.name != "tenant-credentials"]
        self.assertEqual([name for name in names if len(name) > 29], [])
        self.assertEqual(len({example.short for example in EXAMPLES}), len(EXAMPLES))

    def test_run_names_are_unique_and_valid_for_destroy(self):
        names = {new_name() for _ in range(50)}
        self.assertEqual(len(names), 50)
        self.assertEqual([name for name in names if not RUN.fullmatch(name)], [])

    def test_zips_come_from_the_bucket_if_the_example_uses_it(self):
        given = {example.name: variables(example, EXISTING) for example in of(("sqs",))}
        self.assertEqual(given["s3-artifacts"]["artifacts_bucket"], "accept-0a1b2c-zips-123456789012")
        self.assertNotIn("artifacts_directory", given["s3-artifacts"])
        self.assertEqual(given["sqs-quickstart"]["artifacts_directory"], "dist")

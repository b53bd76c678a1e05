"""The printed policy allows everything that is created, and nothing outside the names of runs."""

import contextlib
import io
import json
import unittest

from acceptance.__main__ import main
from acceptance.catalogue import EXAMPLES, PARTS
from acceptance.created import CREATED
from acceptance.permissions import ASKING, NEEDS, TYPES, USES
from acceptance.policy import ANY_RESOURCE, LONGEST, OF_FUNCTION, actions, policy
from acceptance.questions.catalogue import QUESTIONS
from acceptance.target import Target

TARGET = Target("123456789012", "eu-west-1")


class Policy(unittest.TestCase):
    def test_every_created_type_has_permissions_and_no_other(self):
        self.assertEqual({type for created in CREATED.values() for type in created}, set(TYPES))

    def test_every_example_and_question_has_permissions_and_no_other(self):
        self.assertEqual(set(USES), {example.name for example in EXAMPLES})
        self.assertEqual(set(ASKING), {question.__name__ for question in QUESTIONS})
        self.assertEqual(set(NEEDS), {need for example in EXAMPLES for need in example.needs})

    def test_policy_fits_into_one_managed_policy(self):
        self.assertLessEqual(len(json.dumps(policy(TARGET, PARTS), separators=(",", ":"))), LONGEST)

    def test_write_access_is_limited_to_run_names(self):
        for statement in policy(TARGET, PARTS)["Statement"]:
            if statement["Resource"] == ["*"]:
                free = set(statement["Action"])
                self.assertTrue(free <= ANY_RESOURCE or free <= OF_FUNCTION and "Condition" in statement, free)
            else:
                others = [arn for arn in statement["Resource"] if "accept-" not in arn]
                self.assertLessEqual(set(others), {f"{TARGET.arn('events', 'event-bus')}/default", TARGET.arn("lambda", "event-source-mapping:*")})

    def test_actions_without_a_resource_only_read(self):
        looks = ("Describe", "List", "Get", "Lookup", "Validate")
        self.assertEqual([action for action in ANY_RESOURCE if not action.split(":")[1].startswith(looks)], [])

    def test_fewer_parts_need_fewer_permissions(self):
        self.assertLess(actions(("sqs",)), actions(("sqs", "kinesis")))
        self.assertFalse(any(action.startswith(("kinesis:Create", "dynamodb:Create", "states:Create")) for action in actions(("sqs",))))

    def test_the_command_prints_nothing_but_the_json(self):
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = main(["--account", "123456789012", "--region", "eu-west-1", "--only", "kinesis", "--print-policy"])
        self.assertEqual((code, json.loads(out.getvalue())), (0, policy(TARGET, ("kinesis",))))

    def test_other_partition_has_other_arns(self):
        china = policy(Target("123456789012", "cn-north-1"), PARTS)
        arns = [arn for statement in china["Statement"] for arn in statement["Resource"] if arn != "*"]
        self.assertEqual([arn for arn in arns if not arn.startswith("arn:aws-cn:")], [])

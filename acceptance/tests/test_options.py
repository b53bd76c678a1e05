"""What is refused before anything is created, each with what is wrong, where and what to do."""

import os
import unittest
from unittest import mock

from botocore.exceptions import ClientError, NoCredentialsError

from acceptance.account import refuse_low_quota
from acceptance.catalogue import PARTS
from acceptance.options import TaskError, read, refuse_other_account
from acceptance.target import Target

NAMED = ["--account", "123456789012", "--region", "eu-west-1"]
NO_REGION = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


class Client:
    """Answers every call with the same, or fails with it."""

    def __init__(self, answer):
        self.answer = answer

    def __getattr__(self, _operation):
        def call(**_asked):
            if isinstance(self.answer, Exception):
                raise self.answer
            return self.answer

        return call


def target(service: str, answer) -> Target:
    return Target("123456789012", "eu-west-1", _clients={service: Client(answer)})


def caller(account: str) -> dict:
    return {"Account": account, "Arn": f"arn:aws:iam::{account}:user/me"}


@mock.patch.dict(os.environ, NO_REGION, clear=True)
class CommandLine(unittest.TestCase):
    def refused(self, *arguments: str) -> str:
        with self.assertRaises(TaskError) as refusal:
            read([*NAMED, *arguments], PARTS)
        self.assertEqual(len(str(refusal.exception).split(": ", 2)), 3, refusal.exception)
        return str(refusal.exception)

    def test_account_and_region_must_be_named(self):
        for given in (NAMED[:2], NAMED[2:]):
            with self.assertRaises(SystemExit), mock.patch("sys.stderr"):
                read(given, PARTS)

    def test_what_is_no_account_and_no_region_is_refused(self):
        self.assertIn("12 digits", self.refused("--account", "12345"))
        self.assertIn("no such region", self.refused("--region", "eu-west-99"))

    def test_parts_are_taken_in_their_own_order(self):
        self.assertEqual(read([*NAMED, "--only", "kinesis, sqs"], PARTS).parts, ("sqs", "kinesis"))
        self.assertEqual(read(NAMED, PARTS).parts, PARTS)

    def test_a_part_that_does_not_exist_is_refused_with_those_that_do(self):
        self.assertIn("sqs,kinesis", self.refused("--only", "sqs,rabbitmq"))
        self.assertIn("no such part", self.refused("--only", ","))

    def test_an_endpoint_in_the_environment_is_refused(self):
        with mock.patch.dict(os.environ, {"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1"}):
            self.assertIn("AWS_ENDPOINT_URL_SQS", self.refused())
            self.assertEqual(read([*NAMED, "--endpoint-url", "http://127.0.0.1:1"], PARTS).target.endpoint, "http://127.0.0.1:1")

    def test_a_run_to_destroy_is_named_as_runs_are(self):
        self.assertIn("--destroy", self.refused("--destroy", "../../home"))


@mock.patch.dict(os.environ, NO_REGION | {"AWS_CONFIG_FILE": os.devnull}, clear=True)
class Account(unittest.TestCase):
    def test_the_named_account_is_accepted(self):
        self.assertEqual(refuse_other_account(target("sts", caller("123456789012"))), "arn:aws:iam::123456789012:user/me")

    def test_credentials_of_another_account_are_refused_with_both(self):
        with self.assertRaisesRegex(TaskError, "210987654321.*--account 123456789012"):
            refuse_other_account(target("sts", caller("210987654321")))

    def test_another_region_in_the_environment_is_refused(self):
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            with mock.patch.dict(os.environ, {name: "us-east-1"}), self.assertRaisesRegex(TaskError, "us-east-1"):
                refuse_other_account(target("sts", caller("123456789012")))
        with mock.patch.dict(os.environ, {"AWS_REGION": "eu-west-1"}):
            refuse_other_account(target("sts", caller("123456789012")))

    def test_without_credentials_it_is_said_whose_are_needed(self):
        with self.assertRaisesRegex(TaskError, "log in to account 123456789012"):
            refuse_other_account(target("sts", NoCredentialsError()))

    def test_a_low_quota_is_told_by_name_with_the_remedy(self):
        with self.assertRaisesRegex(TaskError, "quota is 10, .*Service Quotas"):
            refuse_low_quota(target("lambda", {"AccountLimit": {"ConcurrentExecutions": 10}}))
        refuse_low_quota(target("lambda", {"AccountLimit": {"ConcurrentExecutions": 1000}}))

    def test_a_missing_permission_is_told_by_name(self):
        denied = ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "User: x is not authorized to perform: lambda:GetAccountSettings"}}, "X"
        )
        with self.assertRaisesRegex(TaskError, "a permission is missing: lambda:GetAccountSettings"):
            refuse_low_quota(target("lambda", denied))

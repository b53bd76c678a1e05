"""What is rejected before anything is created: each message says what is wrong, where and what to do."""

import os
import unittest
from unittest import mock

from botocore.exceptions import ClientError, NoCredentialsError

from acceptance.account import check_quota
from acceptance.catalogue import PARTS
from acceptance.options import RunRejected, check_account, read
from acceptance.target import Target

NAMED = ["--account", "123456789012", "--region", "eu-west-1"]
NO_REGION = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


class Client:
    """Answers every call with the same response, or raises the same error."""

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
        with self.assertRaises(RunRejected) as refusal:
            read([*NAMED, *arguments], PARTS)
        self.assertEqual(len(str(refusal.exception).split(": ", 2)), 3, refusal.exception)
        return str(refusal.exception)

    def test_account_and_region_must_be_named(self):
        for given in (NAMED[:2], NAMED[2:]):
            with self.assertRaises(SystemExit), mock.patch("sys.stderr"):
                read(given, PARTS)

    def test_invalid_account_and_region_are_rejected(self):
        self.assertIn("12 digits", self.refused("--account", "12345"))
        self.assertIn("does not exist in this region", self.refused("--region", "eu-west-99"))

    def test_parts_keep_their_own_order(self):
        self.assertEqual(read([*NAMED, "--only", "kinesis, sqs"], PARTS).parts, ("sqs", "kinesis"))
        self.assertEqual(read(NAMED, PARTS).parts, PARTS)

    def test_unknown_part_is_rejected_with_the_known_ones(self):
        self.assertIn("sqs,kinesis", self.refused("--only", "sqs,rabbitmq"))
        self.assertIn("no such part", self.refused("--only", ","))

    def test_endpoint_in_the_environment_is_rejected(self):
        with mock.patch.dict(os.environ, {"AWS_ENDPOINT_URL_SQS": "http://127.0.0.1:1"}):
            self.assertIn("AWS_ENDPOINT_URL_SQS", self.refused())
            self.assertEqual(read([*NAMED, "--endpoint-url", "http://127.0.0.1:1"], PARTS).target.endpoint, "http://127.0.0.1:1")

    def test_run_to_destroy_needs_a_valid_name(self):
        self.assertIn("--destroy", self.refused("--destroy", "../../home"))


@mock.patch.dict(os.environ, NO_REGION | {"AWS_CONFIG_FILE": os.devnull}, clear=True)
class Account(unittest.TestCase):
    def test_the_named_account_is_accepted(self):
        self.assertEqual(check_account(target("sts", caller("123456789012"))), "arn:aws:iam::123456789012:user/me")

    def test_credentials_of_another_account_are_rejected(self):
        with self.assertRaisesRegex(RunRejected, "210987654321.*--account 123456789012"):
            check_account(target("sts", caller("210987654321")))

    def test_other_region_in_the_environment_is_rejected(self):
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            with mock.patch.dict(os.environ, {name: "us-east-1"}), self.assertRaisesRegex(RunRejected, "us-east-1"):
                check_account(target("sts", caller("123456789012")))
        with mock.patch.dict(os.environ, {"AWS_REGION": "eu-west-1"}):
            check_account(target("sts", caller("123456789012")))

    def test_missing_credentials_are_reported_with_the_account(self):
        with self.assertRaisesRegex(RunRejected, "log in to account 123456789012"):
            check_account(target("sts", NoCredentialsError()))

    def test_low_quota_is_reported_with_the_remedy(self):
        with self.assertRaisesRegex(RunRejected, "quota is 10, .*Service Quotas"):
            check_quota(target("lambda", {"AccountLimit": {"ConcurrentExecutions": 10}}))
        check_quota(target("lambda", {"AccountLimit": {"ConcurrentExecutions": 1000}}))

    def test_missing_permission_is_reported_by_name(self):
        denied = ClientError(
            {"Error": {"Code": "AccessDeniedException", "Message": "User: x is not authorized to perform: lambda:GetAccountSettings"}}, "X"
        )
        with self.assertRaisesRegex(RunRejected, "a permission is missing: lambda:GetAccountSettings"):
            check_quota(target("lambda", denied))

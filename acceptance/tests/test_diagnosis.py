"""Failures of the account are recognized in the output of Terraform and AWS."""

import unittest

from acceptance.diagnosis import FAILURES, explained, found

# The ends of Terraform logs, and messages of AWS SDKs.
SAMPLES = {
    "tenant isolation is not enabled": (
        "│ Error: creating Lambda Function (accept-0a1b2c-quickstart): operation error Lambda: CreateFunction, https response error StatusCode: 400, "
        "RequestID: 1, InvalidParameterValueException: Tenancy configuration is not supported for this account\n"
    ),
    "the Lambda concurrency quota is too low": (
        "api error InvalidParameterValueException: Specified ReservedConcurrentExecutions for function decreases account's "
        "UnreservedConcurrentExecution below its minimum value of [10]."
    ),
    "the rate of requests is limited": "An error occurred (TooManyRequestsException) when calling the Invoke operation: Rate exceeded",
    "a quota is used up": "│ Error: creating Kinesis Stream: LimitExceededException: on-demand stream limit exceeded",
    "the credentials have expired": "operation error STS, api error ExpiredToken: The security token included in the request is expired",
    "a permission is missing": (
        "│ Error: creating IAM Role (x): AccessDenied: User: arn:aws:iam::1:user/me is not authorized to perform: iam:CreateRole on resource: y"
    ),
    "the provider cannot be installed": "│ Error: Failed to query available provider packages\n│\n│ Could not retrieve the list of versions",
    "a name is taken": "│ Error: creating CloudWatch Logs Log Group: ResourceAlreadyExistsException: The specified log group already exists",
}


class Diagnosis(unittest.TestCase):
    def test_every_failure_is_recognized_in_its_sample(self):
        self.assertEqual({name: found(text).name for name, text in SAMPLES.items()}, {name: name for name in SAMPLES})
        self.assertEqual({failure.name for failure in FAILURES}, set(SAMPLES))

    def test_failure_has_name_place_and_remedy(self):
        told = explained(SAMPLES["a permission is missing"], "terraform apply ended with 1: some.log")
        self.assertEqual(told.split(": ")[:2], ["a permission is missing", "iam:CreateRole"])
        self.assertIn("--print-policy", told)
        self.assertIn("some.log", told)

    def test_tenancy_error_differs_from_other_parameter_errors(self):
        self.assertIsNone(found("InvalidParameterValueException: Unzipped size must be smaller than 262144000 bytes"))

    def test_other_errors_stay_unchanged(self):
        self.assertEqual(explained("ValueError: no such thing"), "ValueError: no such thing")
        self.assertEqual(explained("the log's end", "terraform plan ended with 2"), "terraform plan ended with 2\nthe log's end")

"""An upper bound of a run's cost: its quantities times assumed prices, each with its page.

The prices are list prices of US East (N. Virginia) in US dollars, read in November 2026, without any free tier. They are assumptions:
check them where it matters.
"""

from collections import Counter
from dataclasses import dataclass

from acceptance.catalogue import of
from acceptance.created import CREATED
from acceptance.demo_messages import MESSAGES
from acceptance.questions.catalogue import asked_with
from acceptance.questions.stream import FirstRecordNamed

# No run takes as long.
HOURS = 3
HOURS_OF_A_MONTH = 730
# Other regions are more expensive, but none is twice as expensive.
REGIONS = 2.0

# For an example that does not use the demo's messages.
FEW_MESSAGES = 20
# How often a message is delivered at most, and how many functions it passes each time.
TRIES, FUNCTIONS_OF_A_MESSAGE = 10, 2
# The largest average of an invocation: GB-seconds, and bytes of log.
GB_SECONDS, LOG_GB = 0.5, 5e-6
# Creating an isolated environment costs as much as running for this time [Lambda developer guide "Tenant isolation"].
ENVIRONMENT_SECONDS = 10
# Lambda polls a queue and a shard all the time, even if they are empty.
REQUESTS_OF_A_QUEUE_HOUR = 10_000
# A router's own metrics, for each dimension.
METRICS_OF_A_FUNCTION = 30


@dataclass(frozen=True)
class Price:
    """One line of the bound."""

    what: str
    # The number of units, and the dollars for each.
    units: float
    dollars: float
    page: str

    @property
    def cost(self) -> float:
        return self.units * self.dollars * REGIONS


def bound(parts: tuple[str, ...]) -> list[Price]:
    """The lines of the upper bound for these parts."""
    created: Counter[str] = sum((Counter(CREATED[example.name]) for example in of(parts)), Counter())
    handed = TRIES * messages(parts)
    invocations = FUNCTIONS_OF_A_MESSAGE * handed
    months = HOURS / HOURS_OF_A_MONTH
    asked_shards = HOURS if FirstRecordNamed in asked_with(parts) else 0
    lines = [
        Price("Lambda requests", invocations, 0.20e-6, "AWS Lambda pricing"),
        Price("Lambda GB-seconds", invocations * GB_SECONDS, 0.0000166667, "AWS Lambda pricing"),
        Price("environments of tenants created, in GB-seconds", handed * GB_SECONDS * ENVIRONMENT_SECONDS, 0.0000166667, "AWS Lambda pricing"),
        Price("SQS requests", 10 * handed + created["aws_sqs_queue"] * HOURS * REQUESTS_OF_A_QUEUE_HOUR, 0.50e-6, "Amazon SQS pricing"),
        Price("Kinesis on-demand stream hours", created["aws_kinesis_stream"] * HOURS, 0.04, "Amazon Kinesis Data Streams pricing"),
        Price("""The largest number of messages.""", asked_shards, 0.015, "Amazon Kinesis Data Streams pricing"),
        Price("Kinesis GB to and from consumers", created["aws_kinesis_stream"] * 0.1, 0.13, "Amazon Kinesis Data Streams pricing"),
        Price("DynamoDB writes and reads", handed if created["aws_dynamodb_table"] else 0, 1.25e-6, "Amazon DynamoDB pricing"),
        Price("EventBridge events", handed if created["aws_cloudwatch_event_rule"] else 0, 1.00e-6, "Amazon EventBridge pricing"),
        Price("EventBridge Pipes requests", created["aws_pipes_pipe"] * HOURS * REQUESTS_OF_A_QUEUE_HOUR, 0.40e-6, "Amazon EventBridge pricing"),
        Price("Step Functions transitions", created["aws_sfn_state_machine"] * 1_000, 0.025e-3, "AWS Step Functions pricing"),
        Price("S3 requests", created["aws_s3_bucket"] * 1_000 + handed, 0.005e-3, "Amazon S3 pricing"),
        Price("alarms, in months", created["aws_cloudwatch_metric_alarm"] * months, 0.10, "Amazon CloudWatch pricing"),
        Price("dashboards, in months", created["aws_cloudwatch_dashboard"] * months, 3.00, "Amazon CloudWatch pricing"),
        Price("metrics, in months", created["aws_lambda_function"] * METRICS_OF_A_FUNCTION * months, 0.30, "Amazon CloudWatch pricing"),
        Price("GB of logs", invocations * LOG_GB, 0.50, "Amazon CloudWatch pricing"),
        Price("KMS requests", created["aws_kinesis_stream"] * 10_000, 0.03e-4, "AWS Key Management Service pricing"),
    ]
    return [line for line in lines if line.units]


def messages(parts: tuple[str, ...]) -> int:
    """How many messages are sent at most."""
    return sum(len(MESSAGES[example.name]()) if example.name in MESSAGES else FEW_MESSAGES for example in of(parts))


def total(lines: list[Price]) -> float:
    return sum(line.cost for line in lines)

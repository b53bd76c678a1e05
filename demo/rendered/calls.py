"""The API calls that create each type of resource. Each one returns the attributes that other resources refer to."""

import json
import time
from collections.abc import Callable

from demo.setup import REGION
from demo.setup.cloud import Cloud

Made = dict[str, str]

# Arguments whose API names differ in more than the case of letters.
SQS = {
    "fifo_queue": "FifoQueue",
    "content_based_deduplication": "ContentBasedDeduplication",
    "deduplication_scope": "DeduplicationScope",
    "fifo_throughput_limit": "FifoThroughputLimit",
    "visibility_timeout_seconds": "VisibilityTimeout",
    "message_retention_seconds": "MessageRetentionPeriod",
    "redrive_policy": "RedrivePolicy",
}
# Names that differ from the API's in more than the case of letters.
OTHERS = {"destination_arn": "Destination", "target_id": "Id"}
# Arguments whose keys are chosen by the user.
VERBATIM = "variables"
# How often a new stream is asked whether it is active.
POLL_SECONDS = 0.1


def api(value):
    """Arguments in the form of the API: in CamelCase, a block as its content."""
    if isinstance(value, dict):
        return {OTHERS.get(name) or camel(name): part if name == VERBATIM else api(block(part)) for name, part in value.items()}
    return [api(part) for part in value] if isinstance(value, list) else value


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


def block(value):
    """Unwraps a block. Terraform holds every block in a list, even if there can be only one."""
    return value[0] if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) else value


def role(cloud: Cloud, said: dict) -> Made:
    made = cloud.client("iam").create_role(RoleName=said["name"], AssumeRolePolicyDocument=said["assume_role_policy"])
    return {"arn": made["Role"]["Arn"]}


def role_policy(cloud: Cloud, said: dict) -> Made:
    cloud.client("iam").put_role_policy(RoleName=said["role"], PolicyName=said["name"], PolicyDocument=said["policy"])
    return {}


def log_group(cloud: Cloud, said: dict) -> Made:
    logs = cloud.client("logs")
    logs.create_log_group(logGroupName=said["name"])
    logs.put_retention_policy(logGroupName=said["name"], retentionInDays=said["retention_in_days"])
    [group] = logs.describe_log_groups(logGroupNamePrefix=said["name"], limit=1)["logGroups"]
    return {"arn": group["arn"].removesuffix(":*")}


def queue(cloud: Cloud, said: dict) -> Made:
    sqs = cloud.client("sqs")
    # SQS rejects FifoQueue=false for a standard queue.
    attributes = {SQS[name]: text(value) for name, value in said.items() if name in SQS and value is not False}
    url = sqs.create_queue(QueueName=said["name"], Attributes=attributes)["QueueUrl"]
    return {"url": url, "arn": sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]}


def text(value) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def queue_policy(cloud: Cloud, said: dict) -> Made:
    cloud.client("sqs").set_queue_attributes(QueueUrl=said["queue_url"], Attributes={"Policy": said["policy"]})
    return {}


def bucket(cloud: Cloud, said: dict) -> Made:
    cloud.client("s3").create_bucket(Bucket=said["bucket"], CreateBucketConfiguration={"LocationConstraint": REGION})
    return {"bucket": said["bucket"], "id": said["bucket"], "arn": f"arn:aws:s3:::{said['bucket']}"}


def stream(cloud: Cloud, said: dict) -> Made:
    kinesis, name = cloud.client("kinesis"), said["name"]
    kinesis.create_stream(StreamName=name, StreamModeDetails=api(block(said["stream_mode_details"])))
    while (summary := kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"])["StreamStatus"] != "ACTIVE":
        time.sleep(POLL_SECONDS)
    if said["retention_period"] > summary["RetentionPeriodHours"]:
        kinesis.increase_stream_retention_period(StreamName=name, RetentionPeriodHours=said["retention_period"])
    return {"arn": summary["StreamARN"]}


def consumer(cloud: Cloud, said: dict) -> Made:
    made = cloud.client("kinesis").register_stream_consumer(StreamARN=said["stream_arn"], ConsumerName=said["name"])
    return {"arn": made["Consumer"]["ConsumerARN"]}


def table(cloud: Cloud, said: dict) -> Made:
    dynamodb, keys = cloud.client("dynamodb"), {"HASH": said["hash_key"]} | ({"RANGE": said["range_key"]} if "range_key" in said else {})
    more = {}
    if said.get("stream_enabled"):
        more["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": said["stream_view_type"]}
    dynamodb.create_table(
        TableName=said["name"],
        BillingMode=said["billing_mode"],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for kind, name in keys.items()],
        AttributeDefinitions=[{"AttributeName": attribute["name"], "AttributeType": attribute["type"]} for attribute in said["attribute"]],
        **more,
    )
    for ttl in said.get("ttl", []):
        dynamodb.update_time_to_live(TableName=said["name"], TimeToLiveSpecification=api(ttl))
    made = dynamodb.describe_table(TableName=said["name"])["Table"]
    return {"arn": made["TableArn"]} | ({"stream_arn": made["LatestStreamArn"]} if more else {})


def event_bus(cloud: Cloud, said: dict) -> Made:
    return {"arn": cloud.client("events").create_event_bus(Name=said["name"])["EventBusArn"]}


def rule(cloud: Cloud, said: dict) -> Made:
    return {"arn": cloud.client("events").put_rule(**api(said))["RuleArn"]}


def target(cloud: Cloud, said: dict) -> Made:
    target = {name: value for name, value in said.items() if name not in ("rule", "event_bus_name")}
    answer = cloud.client("events").put_targets(Rule=said["rule"], EventBusName=said["event_bus_name"], Targets=[api(target)])
    if answer["FailedEntryCount"]:
        raise ValueError(f"{answer['FailedEntries']}")
    return {}


def function(cloud: Cloud, said: dict) -> Made:
    arguments = api({name: value for name, value in said.items() if name not in ("filename", "zip")})
    made = cloud.client("lambda").create_function(**arguments, Code={"ZipFile": said["zip"]})
    return {"arn": made["FunctionArn"]}


def permission(cloud: Cloud, said: dict) -> Made:
    cloud.client("lambda").add_permission(**api(said))
    return {}


def invoke_config(cloud: Cloud, said: dict) -> Made:
    cloud.client("lambda").put_function_event_invoke_config(**api(said))
    return {}


def mapping(cloud: Cloud, said: dict) -> Made:
    cloud.client("lambda").create_event_source_mapping(**api(said))
    return {}


CALLS: dict[str, Callable[[Cloud, dict], Made]] = {
    "aws_iam_role": role,
    "aws_iam_role_policy": role_policy,
    "aws_cloudwatch_log_group": log_group,
    "aws_sqs_queue": queue,
    "aws_sqs_queue_policy": queue_policy,
    "aws_s3_bucket": bucket,
    "aws_kinesis_stream": stream,
    "aws_kinesis_stream_consumer": consumer,
    "aws_dynamodb_table": table,
    "aws_cloudwatch_event_bus": event_bus,
    "aws_cloudwatch_event_rule": rule,
    "aws_cloudwatch_event_target": target,
    "aws_lambda_function": function,
    "aws_lambda_permission": permission,
    "aws_lambda_function_event_invoke_config": invoke_config,
    "aws_lambda_event_source_mapping": mapping,
}

"""What a request needs a grant for, where MiniStack enforces IAM and takes it for something else.

- the resource, where it does not see which one is meant and would ask for a grant on all [Service Authorization Reference];
- the action: of a batch that of one message [SQS developer guide "Amazon SQS API permissions: Actions and resource reference"], of Lambda's
  operations each its own;
- the transport: it speaks HTTP, on the loopback interface, and policies that ask for TLS would refuse everything;
- the policies of tables, which it keeps and does not ask [DynamoDB developer guide "Using resource-based policies for DynamoDB"].
"""

import json
from urllib.parse import unquote

from ministack.core import iam_actions, iam_evaluator
from ministack.core.arn import parse_arn
from ministack.services import dynamodb, dynamodb_streams

from demo.emulator.patching import replace

PARAMETERS = ["service", "method", "path", "headers", "body", "query_params", "region", "account_id"]
# What a request names, and the ARN of that behind region and account; the first that is there counts.
NAMED = {
    "lambda": (("FunctionName", "function:"),),
    "events": (("ArchiveName", "archive/"), ("Rule", "rule/default/")),
    # Each client of CloudWatch speaks one of two protocols, which write lists in their own way.
    "monitoring": (
        ("DashboardName", "dashboard/"),
        ("DashboardNames", "dashboard/"),
        ("DashboardNames.member.1", "dashboard/"),
        ("AlarmNames", "alarm:"),
        ("AlarmNames.member.1", "alarm:"),
    ),
}
ARNS = ("ResourceARN", "ResourceArn", "resourceArn", "ConsumerARN", "StreamArn")
# The service as its ARNs have it.
IN_ARN = {"monitoring": "cloudwatch"}
# Operations of Lambda that IAM calls otherwise.
OPERATIONS = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}
# Of all regions.
GLOBAL = {"dashboard/"}


def install() -> None:
    replace(iam_actions, "extract_resource_arn", PARAMETERS, resource)
    replace(iam_actions, "extract_iam_action", PARAMETERS[:6], action)
    iam_actions._BOTOCORE_SERVICE_MAP["lambda"] = ["lambda"]
    replace(iam_evaluator, "_resolve_condition_key", ["key", "ctx"], condition)
    dynamodb.table_policy_for_arn = table_policy
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["dynamodb"] = ("dynamodb", "table_policy_for_arn")


def action(original, service, method, path, headers, body, query_params):
    if service == "lambda" and (operation := iam_actions._match_rest_action(service, method, path, query_params)):
        return f"lambda:{OPERATIONS.get(operation, operation)}"
    found = original(service, method, path, headers, body, query_params)
    return found.removesuffix("Batch") if found and found.startswith("sqs:") else found


def condition(original, key, ctx):
    return "true" if key.lower() == "aws:securetransport" else original(key, ctx)


def table_policy(arn: str):
    """A table's own policy, and whose it is."""
    kept = dynamodb._resource_policies.get(arn)
    return (kept["Policy"], parse_arn(arn).account_id) if kept else None


def resource(original, service, method, path, headers, body, query_params, region, account_id):
    found = original(service, method, path, headers, body, query_params, region, account_id)
    if found != "*":
        return found
    given = {name: value[0] if isinstance(value, list) and value else value for name, value in (fields(body) | query_params).items()}
    # An iterator knows its stream.
    if "dynamodb" in service and given.get("ShardIterator"):
        given |= {"StreamArn": (dynamodb_streams._decode_iterator(given["ShardIterator"]) or {}).get("arn")}
    if arn := next((given[name] for name in ARNS if given.get(name)), None):
        return arn
    if "arn:" in unquote(path):
        return unquote(path)[unquote(path).index("arn:") :]
    if service == "pipes" and path.count("/") > 2:
        return f"arn:aws:pipes:{region}:{account_id}:pipe/{path.rpartition('/')[2]}"
    for name, before in NAMED.get(service, ()):
        if given.get(name):
            place = "" if before in GLOBAL else region
            return f"arn:aws:{IN_ARN.get(service, service)}:{place}:{account_id}:{before}{given[name]}"
    return found


def fields(body: bytes) -> dict:
    """The fields of a JSON body."""
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

"""Corrects which grant a request needs where MiniStack enforces IAM and gets it wrong.

- The resource: where MiniStack does not recognize it and would require a grant on all resources [Service Authorization Reference].
- The action: a batch needs the action of a single message [SQS developer guide "Amazon SQS API permissions: Actions and resource
  reference"]; each operation of Lambda needs its own.
- The transport: the emulator speaks HTTP on the loopback interface, so policies that require TLS would deny everything.
- The policies of tables, which MiniStack stores but does not evaluate [DynamoDB developer guide "Using resource-based policies for
  DynamoDB"].
"""

import json
from urllib.parse import unquote

from ministack.core import iam_actions, iam_evaluator
from ministack.core.arn import parse_arn
from ministack.services import dynamodb, dynamodb_streams

from demo.emulator.patching import replace

PARAMETERS = ["service", "method", "path", "headers", "body", "query_params", "region", "account_id"]
# The parameters that name a resource, and its ARN behind region and account. The first parameter that a request has counts.
NAMED = {
    "lambda": (("FunctionName", "function:"),),
    "events": (("ArchiveName", "archive/"), ("Rule", "rule/default/")),
    # Clients of CloudWatch speak one of two protocols, which encode lists differently.
    "monitoring": (
        ("DashboardName", "dashboard/"),
        ("DashboardNames", "dashboard/"),
        ("DashboardNames.member.1", "dashboard/"),
        ("AlarmNames", "alarm:"),
        ("AlarmNames.member.1", "alarm:"),
    ),
}
ARNS = ("ResourceARN", "ResourceArn", "resourceArn", "ConsumerARN", "StreamArn")
# The service's name in its ARNs.
IN_ARN = {"monitoring": "cloudwatch"}
# Lambda operations whose IAM action has another name.
OPERATIONS = {"Invoke": "InvokeFunction", "InvokeAsync": "InvokeFunction", "InvokeWithResponseStream": "InvokeFunction"}
# Table names of all regions.
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
    """The resource-based policy of a table, and its owner account."""
    kept = dynamodb._resource_policies.get(arn)
    return (kept["Policy"], parse_arn(arn).account_id) if kept else None


def resource(original, service, method, path, headers, body, query_params, region, account_id):
    found = original(service, method, path, headers, body, query_params, region, account_id)
    if found != "*":
        return found
    given = {name: value[0] if isinstance(value, list) and value else value for name, value in (fields(body) | query_params).items()}
    # A shard iterator identifies its stream.
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
        content = json.loads(body or b"{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}

"""Checks in which order Terraform creates resources, by its own graph. A test of values cannot see the order."""

import re

EDGE = re.compile(r'^\s*"(.*?)" -> "(.*?)"', re.MULTILINE)
# For each folder: the resource that must wait, and the one it waits for.
ORDER = {
    "modules/sqs": [
        ("aws_lambda_event_source_mapping.queue", "module.router.aws_iam_role_policy.router"),
        ("module.router.aws_lambda_function.router", "module.router.aws_cloudwatch_log_group.router"),
        ("module.router.aws_lambda_function.router", "module.router.aws_iam_role_policy.router"),
    ],
    "modules/kinesis": [
        ("module.stream.aws_lambda_event_source_mapping.stream", "module.stream.module.router.aws_iam_role_policy.router"),
    ],
    "modules/dynamodb-stream": [
        ("module.stream.aws_lambda_event_source_mapping.stream", "module.stream.module.router.aws_iam_role_policy.router"),
    ],
    "modules/eventbridge": [
        ("aws_cloudwatch_event_target.router", "aws_sqs_queue_policy.buffer"),
        ("aws_cloudwatch_event_target.router", "aws_sqs_queue_policy.undelivered"),
        ("aws_cloudwatch_event_target.router", "aws_lambda_permission.rule"),
        ("aws_cloudwatch_event_target.router", "aws_lambda_function_event_invoke_config.router"),
        ("aws_lambda_function_event_invoke_config.router", "module.router.aws_iam_role_policy.router"),
    ],
    "examples/pipes-enrichment": [
        ("aws_pipes_pipe.orders", "aws_iam_role_policy.pipe"),
        ("aws_pipes_pipe.orders", "aws_iam_role_policy.pipe_enrichment"),
    ],
    "modules/backend": [
        ("aws_lambda_function.backend", "aws_cloudwatch_log_group.backend"),
        ("aws_lambda_function.backend", "aws_iam_role_policy.backend"),
        ("aws_lambda_function.backend", "aws_iam_role_policy.further"),
        ("aws_lambda_function_event_invoke_config.backend", "aws_iam_role_policy.backend"),
    ],
}


def missing(folder: str, graph: str) -> list[str]:
    """The required dependencies that are missing from the output of `terraform graph`."""
    edges: dict[str, set[str]] = {}
    for start, end in EDGE.findall(graph):
        edges.setdefault(_name(start), set()).add(_name(end))
    return [
        f"{later} does not wait for {earlier}: {folder}: name it in depends_on"
        for later, earlier in ORDER.get(folder, [])
        if earlier not in _reachable(later, edges)
    ]


def _name(node: str) -> str:
    """The resource address without OpenTofu's prefix and suffix."""
    return node.removeprefix("[root] ").removesuffix(" (expand)")


def _reachable(start: str, edges: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        for node in edges.get(ahead.pop(), set()) - seen:
            seen.add(node)
            ahead.append(node)
    return seen

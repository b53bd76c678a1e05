"""Looks for resources that are left of a run: lists every kind of resource by name, and everything by tag."""

from collections.abc import Iterator

from acceptance.target import TAG, Target

# (kind, client, operation, filter by prefix if the service has one, list in the response, name in an entry)
LISTED = (
    ("log group", "logs", "describe_log_groups", "logGroupNamePrefix", "logGroups", "logGroupName"),
    ("role", "iam", "list_roles", None, "Roles", "RoleName"),
    ("function", "lambda", "list_functions", None, "Functions", "FunctionName"),
    ("event source mapping", "lambda", "list_event_source_mappings", None, "EventSourceMappings", "FunctionArn"),
    ("queue", "sqs", "list_queues", "QueueNamePrefix", "QueueUrls", None),
    ("stream", "kinesis", "list_streams", None, "StreamNames", None),
    ("table", "dynamodb", "list_tables", None, "TableNames", None),
    ("bucket", "s3", "list_buckets", None, "Buckets", "Name"),
    ("rule", "events", "list_rules", "NamePrefix", "Rules", "Name"),
    ("event bus", "events", "list_event_buses", "NamePrefix", "EventBuses", "Name"),
    ("archive", "events", "list_archives", "NamePrefix", "Archives", "ArchiveName"),
    ("alarm", "cloudwatch", "describe_alarms", "AlarmNamePrefix", "MetricAlarms", "AlarmName"),
    ("dashboard", "cloudwatch", "list_dashboards", "DashboardNamePrefix", "DashboardEntries", "DashboardName"),
    ("pipe", "pipes", "list_pipes", "NamePrefix", "Pipes", "Name"),
    ("state machine", "stepfunctions", "list_state_machines", None, "stateMachines", "name"),
)
LOG_GROUPS = "/aws/lambda/"
# The service's name in an ARN, if it differs from the client's name.
IN_ARN = {"stepfunctions": "states"}


def by_name(target: Target, run: str) -> list[str]:
    """The resources whose name begins with the run's name, as `kind name`."""
    return [f"{kind} {name}" for kind, *listing in LISTED for name in named(target, run, *listing)]


def named(target: Target, run: str, service: str, operation: str, filter: str | None, answer: str, field: str | None) -> Iterator[str]:
    prefix = f"{LOG_GROUPS}{run}" if service == "logs" else run
    asked = {filter: prefix} if filter else {}
    for entry in entries(target.client(service), operation, answer, asked):
        name = entry if field is None else entry[field]
        # URLs and ARNs have the name at their end.
        if name.rpartition("/")[2].rpartition(":")[2].startswith(run) or name.startswith(prefix):
            yield name


def entries(client, operation: str, answer: str, asked: dict) -> Iterator:
    """All entries of a listing, from all pages."""
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**asked):
            yield from page.get(answer, [])
        return
    while True:
        page = getattr(client, operation)(**asked)
        yield from page.get(answer, [])
        token = page.get("NextToken")
        if not token:
            return
        asked = asked | {"NextToken": token}


def by_tag(target: Target, run: str) -> list[str]:
    """The ARNs of everything with the run's tag."""
    pages = target.client("resourcegroupstaggingapi").get_paginator("get_resources").paginate(TagFilters=[{"Key": TAG, "Values": [run]}])
    return [mapping["ResourceARN"] for page in pages for mapping in page["ResourceTagMappingList"]]


def without_stale(tagged: list[str], left: list[str]) -> tuple[list[str], list[str]]:
    """Divides the tagged ARNs into those that exist, and those that only the tag index still lists.

    The tag index may list deleted resources for hours. If the services themselves list none by name, they are deleted.
    """
    listed = {IN_ARN.get(service, service) for _, service, *_ in LISTED}
    gone = [arn for arn in tagged if not left and arn.split(":")[2] in listed]
    return [arn for arn in tagged if arn not in gone], gone

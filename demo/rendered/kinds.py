"""The types of resources in the demo's configurations: what is kept of each, and how others refer to it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from demo.setup import ACCOUNT, REGION

# The architecture in the written files, whatever this machine has.
ARCHITECTURE = "x86_64"
# The suffix of a bucket's name of which only the prefix is given.
ENDING = "demo"

Exports = Callable[[dict], dict[str, str]]


@dataclass(frozen=True)
class Kind:
    # The arguments that the resource is created with. Any other argument that a configuration sets is an error, except for
    # those in `ignored`.
    arguments: tuple[str, ...]
    # Arguments for encryption, descriptions and limits, which the emulator does not implement.
    ignored: tuple[str, ...] = ()
    # Attributes that other resources refer to, from the arguments that are known at plan.
    exports: Exports = field(default=lambda _: {})
    # Whether it can be created before the routers are built. For Terraform, a reference to a module is a reference to
    # everything in it.
    early: bool = True


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def queue(planned: dict) -> dict[str, str]:
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{planned['name']}"
    return {"arn": arn("sqs", planned["name"]), "url": url}


def bucket(planned: dict) -> dict[str, str]:
    name = planned["bucket_prefix"] + ENDING
    return {"bucket": name, "id": name, "arn": f"arn:aws:s3:::{name}"}


def table(planned: dict) -> dict[str, str]:
    own = arn("dynamodb", f"table/{planned['name']}")
    return {"arn": own} | ({"stream_arn": f"{own}/stream/latest"} if planned.get("stream_enabled") else {})


def named(service: str, before: str = "") -> Exports:
    return lambda planned: {"arn": arn(service, before + planned["name"])}


# In the order in which they are created.
KINDS = {
    "aws_iam_role": Kind(
        ("name", "assume_role_policy"),
        ("path",),
        lambda planned: {"arn": f"arn:aws:iam::{ACCOUNT}:role/{planned['name']}"},
    ),
    "aws_cloudwatch_log_group": Kind(("name", "retention_in_days"), exports=named("logs", "log-group:")),
    "aws_sqs_queue": Kind(
        (
            "name",
            "fifo_queue",
            "content_based_deduplication",
            "deduplication_scope",
            "fifo_throughput_limit",
            "visibility_timeout_seconds",
            "message_retention_seconds",
            "redrive_policy",
        ),
        ("sqs_managed_sse_enabled",),
        queue,
    ),
    "aws_s3_bucket": Kind(("bucket",), ("bucket_prefix", "force_destroy"), bucket),
    "aws_kinesis_stream": Kind(("name", "retention_period", "stream_mode_details"), ("encryption_type", "kms_key_id"), named("kinesis", "stream/")),
    "aws_kinesis_stream_consumer": Kind(("name", "stream_arn"), exports=named("kinesis", "stream/of/consumer/")),
    "aws_dynamodb_table": Kind(
        ("name", "billing_mode", "hash_key", "range_key", "attribute", "stream_enabled", "stream_view_type", "ttl"),
        ("deletion_protection_enabled", "point_in_time_recovery"),
        table,
    ),
    "aws_cloudwatch_event_bus": Kind(("name",), exports=named("events", "event-bus/")),
    "aws_cloudwatch_event_rule": Kind(
        ("name", "event_bus_name", "event_pattern"),
        ("description",),
        lambda planned: {"arn": arn("events", f"rule/{planned['event_bus_name']}/{planned['name']}")},
    ),
    "aws_sqs_queue_policy": Kind(("queue_url", "policy"), early=False),
    "aws_iam_role_policy": Kind(("name", "role", "policy"), early=False),
    "aws_lambda_function": Kind(
        ("function_name", "role", "filename", "runtime", "handler", "architectures", "memory_size", "timeout", "environment", "logging_config"),
        ("description", "reserved_concurrent_executions", "source_code_hash", "tracing_config"),
        lambda planned: {"arn": arn("lambda", f"function:{planned['function_name']}")},
        early=False,
    ),
    "aws_lambda_permission": Kind(("statement_id", "function_name", "action", "principal", "source_arn"), early=False),
    "aws_lambda_function_event_invoke_config": Kind(
        ("function_name", "maximum_retry_attempts", "maximum_event_age_in_seconds", "destination_config"), early=False
    ),
    "aws_lambda_event_source_mapping": Kind(
        (
            "event_source_arn",
            "function_name",
            "enabled",
            "batch_size",
            "maximum_batching_window_in_seconds",
            "function_response_types",
            "starting_position",
            "parallelization_factor",
            "maximum_retry_attempts",
            "maximum_record_age_in_seconds",
            "bisect_batch_on_function_error",
            "destination_config",
            "metrics_config",
        ),
        early=False,
    ),
    "aws_cloudwatch_event_target": Kind(("rule", "event_bus_name", "target_id", "arn", "retry_policy", "dead_letter_config"), early=False),
}

NOBODY_WATCHES = "nobody watches it in the few minutes that the demo takes"
EMULATOR_IGNORES = "it makes no difference on the emulator"
# Types that are not created through the APIs, each with the reason, and whether Terraform can create them early.
LEFT_OUT = {
    "aws_cloudwatch_metric_alarm": (NOBODY_WATCHES, False),
    "aws_s3_bucket_lifecycle_configuration": (EMULATOR_IGNORES, True),
    "aws_s3_bucket_policy": (EMULATOR_IGNORES, True),
    "aws_s3_bucket_public_access_block": (EMULATOR_IGNORES, True),
    "aws_s3_bucket_server_side_encryption_configuration": (EMULATOR_IGNORES, True),
    "aws_s3_bucket_versioning": (EMULATOR_IGNORES, True),
}

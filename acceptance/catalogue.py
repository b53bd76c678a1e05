"""The parts: the examples that each one applies, their variables, and what is sent through them."""

from acceptance import demo_messages, faults, uses
from acceptance.example import Example
from acceptance.existing import MAX_RECEIVES, VISIBILITY_SECONDS, Existing
from demo.configurations import BACKEND_SECONDS
from scripts.build import ROOT

FOLDER = ROOT / "examples"


def existing_backend(existing: Existing) -> dict:
    return {"backend_arn": existing.backend_arn, "backend_timeout_seconds": BACKEND_SECONDS}


def existing_queue(existing: Existing) -> dict:
    return {
        "queue_arn": existing.queue_arn,
        "visibility_timeout_seconds": VISIBILITY_SECONDS,
        "dead_letter_queue": {"arn": existing.dead_letter_arn, "max_receive_count": MAX_RECEIVES},
    }


def from_bucket(existing: Existing) -> dict:
    return existing_backend(existing) | {"artifacts_bucket": existing.bucket}


def one_reader(existing: Existing) -> dict:
    """One batch of a shard at a time, so that one environment counts how often a record arrived."""
    return existing_backend(existing) | {"parallelization_factor": 1}


def own_source(existing: Existing) -> dict:
    return existing_backend(existing) | {"event_source": f"{existing.run}.orders"}


def registered(_: Existing) -> dict:
    """`red` is a tenant whose first record arrives while the registry cannot be read."""
    return {"deletion_protection": False, "tenants": {"blue": {}, "green": {"backend": "premium"}, "red": {}}}


EXAMPLES = (
    Example("sqs-existing-backend", "sqs", "queues", existing_backend, demo_messages.queues, ("backend",)),
    Example("sqs-quickstart", "sqs", "quickstart", use=faults.throttled_backend),
    Example("sqs-fifo-existing-queue", "sqs", "fifo", existing_queue, uses.sqs_fifo_existing_queue, ("queue",)),
    Example("s3-artifacts", "sqs", "bucket", from_bucket, uses.s3_artifacts, ("backend", "bucket")),
    Example("kinesis-fan-out", "kinesis", "stream", one_reader, demo_messages.stream, ("backend",)),
    Example("dynamodb-stream", "dynamodb", "table", existing_backend, demo_messages.table, ("backend",)),
    Example("eventbridge-buffered", "eventbridge", "events", own_source, demo_messages.buffered, ("backend",)),
    Example("pipes-enrichment", "pipes", "pipe", existing_backend, uses.pipes_enrichment, ("backend",)),
    Example("step-functions", "step-functions", "tasks", existing_backend, uses.step_functions, ("backend",)),
    Example("tenant-registry", "registry", "registry", registered, faults.unreadable_registry),
    Example("tenant-credentials", "credentials", "credentials", lambda on: {"backend_zip": str(on.python_backend())}, uses.tenant_credentials),
    Example("complete", "complete", "complete", use=uses.complete),
)

# In the order of the examples. Kafka has a question, but no example yet.
PARTS = (*dict.fromkeys(example.part for example in EXAMPLES), "kafka")


def of(parts: tuple[str, ...]) -> list[Example]:
    return [example for example in EXAMPLES if example.part in parts]


def forgotten() -> set[str]:
    """Examples that no part applies, and entries of examples that no longer exist."""
    return {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} ^ {example.name for example in EXAMPLES}

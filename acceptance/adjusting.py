"""Settings of an example that are changed for a while, so that failures come back soon; each is put back afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack

from acceptance.target import Target
from acceptance.waiting import until

# A stream's batches are small, so that there are many, and are given up after a few more tries.
STREAMS = {"BatchSize": 25, "MaximumRetryAttempts": 3}
MAPPING_SECONDS = 300


def hasten_queue(target: Target, url: str, undo: ExitStack) -> None:
    """A message that failed is visible again soon."""
    sqs, name = target.client("sqs"), "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    undo.callback(sqs.set_queue_attributes, QueueUrl=url, Attributes={name: before[name]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(target.pace.retry)})


def hasten_stream(target: Target, function: str, undo: ExitStack) -> Iterator[None]:
    """A stream's mapping gives a record up after a few tries."""
    functions = target.client("lambda")
    for mapping in functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]:
        uuid, before = mapping["UUID"], {name: mapping[name] for name in STREAMS}
        yield from settled(target, uuid)
        undo.callback(restore, target, uuid, before)
        functions.update_event_source_mapping(UUID=uuid, **STREAMS)
        yield from settled(target, uuid)


def settled(target: Target, uuid: str) -> Iterator[None]:
    """Waits until a mapping is not being changed any more."""
    functions = target.client("lambda")
    return (yield from until(lambda: functions.get_event_source_mapping(UUID=uuid)["State"] == "Enabled", MAPPING_SECONDS))


def restore(target: Target, uuid: str, before: dict) -> None:
    functions = target.client("lambda")
    functions.update_event_source_mapping(UUID=uuid, **before)
    for _ in settled(target, uuid):
        target.rest()

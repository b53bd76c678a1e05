"""Changes settings of an example for a while, so that failed records are retried soon. Each change is undone afterwards."""

from collections.abc import Iterator
from contextlib import ExitStack

from acceptance.target import Target
from demo.setup.places import BATCHES_OF_STREAMS
from demo.turns import until

MAPPING_SECONDS = 300


def hasten_queue(target: Target, url: str, undo: ExitStack) -> None:
    """Makes a failed message visible again soon."""
    sqs, name = target.client("sqs"), "VisibilityTimeout"
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"]
    undo.callback(sqs.set_queue_attributes, QueueUrl=url, Attributes={name: before[name]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={name: str(target.pace.retry)})


def hasten_stream(target: Target, function: str, undo: ExitStack) -> Iterator[None]:
    """Limits the retries of a stream's mapping."""
    functions = target.client("lambda")
    for mapping in functions.list_event_source_mappings(FunctionName=function)["EventSourceMappings"]:
        uuid, before = mapping["UUID"], {name: mapping[name] for name in BATCHES_OF_STREAMS}
        yield from wait_until_enabled(target, uuid)
        undo.callback(restore, target, uuid, before)
        functions.update_event_source_mapping(UUID=uuid, **BATCHES_OF_STREAMS)
        yield from wait_until_enabled(target, uuid)


def wait_until_enabled(target: Target, uuid: str) -> Iterator[None]:
    """Waits until a mapping is enabled again after a change."""
    functions = target.client("lambda")
    return (yield from until(lambda: functions.get_event_source_mapping(UUID=uuid)["State"] == "Enabled", MAPPING_SECONDS))


def restore(target: Target, uuid: str, before: dict) -> None:
    functions = target.client("lambda")
    functions.update_event_source_mapping(UUID=uuid, **before)
    for _ in wait_until_enabled(target, uuid):
        target.rest()

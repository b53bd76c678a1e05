"""How a record is called by whoever sent it, in whatever it has been wrapped on its way."""

import json


def name_of(record: dict) -> str | None:
    """A queue's message has the id that SQS gave it, a stream's record its sequence number, an event its own id.

    An event in a queue is still that event, a stream's record on a bridge still that record, and so is what a pipe has
    enriched.
    """
    if not isinstance(record, dict):
        return None
    if {"tenant_id", "record"} <= record.keys():
        return name_of(record["record"])
    if "detail-type" in record:
        return record.get("id")
    if "messageId" in record:
        return wrapped(record.get("body")) or record["messageId"]
    stream = record.get("kinesis") or record.get("dynamodb") or {}
    return stream.get("sequenceNumber") or stream.get("SequenceNumber")


def wrapped(body) -> str | None:
    """The name of what a message's body is, where it is an event or a stream's record."""
    try:
        content = json.loads(body)
    except (TypeError, ValueError):
        return None
    known = isinstance(content, dict) and {"detail-type", "eventSource"} & content.keys()
    return name_of(content) if known else None


def records_of(event) -> list[dict]:
    """An invocation's records; an event that is no batch is its only one."""
    if not isinstance(event, dict):
        return []
    return event["Records"] if isinstance(event.get("Records"), list) else [event]

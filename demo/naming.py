"""Finds the identifier that the sender knows a record by, inside whatever wraps it."""

import json


def name_of(record: dict) -> str | None:
    """A queue's message has the id that SQS gave it, a stream's record its sequence number, an event its own id.

    The identifier stays the same for an event in a queue, a stream's record on a bridge, and a record that a pipe has
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
    """The identifier of an event or a stream's record in a message's body."""
    try:
        content = json.loads(body)
    except (TypeError, ValueError):
        return None
    known = isinstance(content, dict) and {"detail-type", "eventSource"} & content.keys()
    return name_of(content) if known else None


def records_of(event) -> list[dict]:
    """An invocation's records. An event that is not a batch is its only record."""
    if not isinstance(event, dict):
        return []
    return event["Records"] if isinstance(event.get("Records"), list) else [event]

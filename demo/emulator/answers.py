"""How Lambda reads the response to a batch, and how a response identifies records."""

import json


def failed_items(body) -> list[str] | None:
    """The identifiers in a response; None if Lambda would treat it as a failure of the whole batch."""
    if body in (None, "", {}):
        return []
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return None
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if failures is None:
        return []
    if not isinstance(failures, list):
        return None
    items = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    return items if all(isinstance(item, str) and item for item in items) else None


def identifier(record: dict) -> str:
    """The identifier of this record in a response."""
    for holder, name in ((record, "messageId"), (record.get("kinesis"), "sequenceNumber"), (record.get("dynamodb"), "SequenceNumber")):
        if holder and holder.get(name):
            return holder[name]
    return ""

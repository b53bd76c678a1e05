"""What a perfect run leaves to observe, for tests that change one thing in it."""

import base64
import json

from demo.evidence.checks import ATTRIBUTES
from demo.evidence.seen import Quarantined, Seen
from demo.messages import BRIDGED, BUFFERED, DIRECT, KINESIS, STANDARD, TABLE, End, Message
from demo.messages.records import item_of
from demo.messages.script import script


def perfect() -> Seen:
    seen = Seen({f"m{number}": message for number, message in enumerate(script())})
    for id, message in seen.sent.items():
        if message.end == End.QUARANTINED:
            seen.quarantined.append(kept(id, message))
        for _ in range(message.misbehaves):
            invocation(seen, id, message, "refused")
        if message.end == End.DELIVERED:
            invocation(seen, id, message, "ok")
    # The messages that always fail are tried last, when all others are done.
    for id, message in seen.sent.items():
        if message.end == End.DEAD_LETTER:
            for _ in range(5):
                invocation(seen, id, message, "refused")
            seen.dead.append((message.source, id))
    return seen


def invocation(seen: Seen, id: str, message: Message, outcome: str) -> None:
    """One invocation with one record, in the journal and in the trace."""
    seen.journal.append(
        {
            "tenant_id": message.tenant,
            "environment_id": f"environment of {message.tenant}",
            "tenants_seen": [message.tenant],
            "records": [{"message_id": id, "outcome": outcome}],
        }
    )
    seen.trace.append({"tenant_id": message.tenant, "records": [id], "acknowledged": [id] if outcome == "ok" else []})


def kept(id: str, message: Message) -> Quarantined:
    attributes = dict.fromkeys(ATTRIBUTES, "x") | {"reason": message.reason, "record_id": id}
    return Quarantined(message.source, id, json.dumps(record(id, message)), attributes)


def record(id: str, message: Message) -> dict:
    """The record as its router got it."""
    if message.source in (KINESIS, BRIDGED):
        data = message.body.encode() if isinstance(message.body, str) else message.body
        return {"kinesis": {"sequenceNumber": id, "partitionKey": message.group, "data": base64.b64encode(data).decode()}}
    if message.source == TABLE:
        return {"dynamodb": {"SequenceNumber": id, "NewImage": item_of(message)}}
    if message.source in (BUFFERED, DIRECT):
        event = {"id": id, "detail-type": message.source, "detail": json.loads(message.body)}
        return event if message.source == DIRECT else {"messageId": "x", "body": json.dumps(event)}
    made = {"messageId": id, "body": message.body, "attributes": {}, "messageAttributes": {}}
    if message.attribute is not None:
        made["messageAttributes"]["tenantId"] = {"stringValue": message.attribute}
    if message.source != STANDARD:
        made["attributes"]["MessageGroupId"] = message.group
    return made

"""What a perfect run would have left to see, for tests that spoil one thing in it."""

import json

from demo.evidence.checks import ATTRIBUTES
from demo.evidence.seen import Quarantined, Seen
from demo.story import STANDARD, End, Message
from demo.story.script import script


def perfect() -> Seen:
    seen = Seen({f"m{number}": message for number, message in enumerate(script())})
    for id, message in seen.sent.items():
        if message.end == End.QUARANTINED:
            seen.quarantined.append(kept(id, message))
        else:
            for _ in range(5 if message.end == End.DEAD_LETTER else message.misbehaves):
                invocation(seen, id, message, "refused")
        if message.end == End.DELIVERED:
            invocation(seen, id, message, "ok")
        if message.end == End.DEAD_LETTER:
            seen.dead.append((message.queue, id))
    return seen


def invocation(seen: Seen, id: str, message: Message, outcome: str) -> None:
    """One invocation with one record, as both witnesses tell of it."""
    seen.journal.append(
        {
            "tenant_id": message.tenant,
            "environment_id": f"environment of {message.tenant}",
            "tenants_seen": [message.tenant],
            "records": [{"message_id": id, "outcome": outcome}],
        }
    )
    seen.trace.append({"tenant_id": message.tenant, "records": [id], "settled": [id] if outcome == "ok" else []})


def kept(id: str, message: Message) -> Quarantined:
    record = {"messageId": id, "body": message.body, "attributes": {}, "messageAttributes": {}}
    if message.attribute is not None:
        record["messageAttributes"]["tenantId"] = {"stringValue": message.attribute}
    if message.queue != STANDARD:
        record["attributes"]["MessageGroupId"] = message.group
    attributes = dict.fromkeys(ATTRIBUTES, "x") | {"reason": message.reason, "record_id": id}
    return Quarantined(message.queue, id, json.dumps(record), attributes)

"""Checks that a quarantine keeps a record as it was in the router's event, so that it can be replayed."""

import base64
import json

from demo.evidence.seen import Quarantined
from demo.messages import BUFFERED, DIRECT, FIFO, GUARDED, STANDARD, TABLE, Message
from demo.messages.records import item_of


def is_whole(record: Quarantined, message: Message) -> bool:
    try:
        return checks_of(message.source)(json.loads(record.body), record.name, message)
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def checks_of(source: str):
    return {STANDARD: queued, FIFO: queued, GUARDED: queued, TABLE: changed, BUFFERED: buffered, DIRECT: sent_on}.get(source, streamed)


def queued(kept: dict, name: str, message: Message) -> bool:
    attribute = kept["messageAttributes"].get("tenantId", {}).get("stringValue")
    sent = (name, message.body, message.group, message.attribute)
    return (kept["messageId"], kept["body"], kept["attributes"].get("MessageGroupId"), attribute) == sent


def streamed(kept: dict, name: str, message: Message) -> bool:
    data = message.body.encode() if isinstance(message.body, str) else message.body
    record = kept["kinesis"]
    return (record["sequenceNumber"], record["partitionKey"], base64.b64decode(record["data"])) == (name, message.group, data)


def changed(kept: dict, name: str, message: Message) -> bool:
    """Every rejected change of the demo puts an item."""
    change = kept["dynamodb"]
    return (change["SequenceNumber"], change["NewImage"]) == (name, item_of(message))


def buffered(kept: dict, name: str, message: Message) -> bool:
    return bool(kept["messageId"]) and sent_on(json.loads(kept["body"]), name, message)


def sent_on(kept: dict, name: str, message: Message) -> bool:
    return (kept["id"], kept["detail-type"], kept["detail"]) == (name, message.source, json.loads(message.body))

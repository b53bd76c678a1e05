"""The messages of the demo: their content, their source, and what must happen to them."""

import json
from dataclasses import dataclass
from enum import Enum

from scripts.task import TaskError

# The sources: two queues, a stream, a stream with a bridge, a table's stream, and a bus with two rules: one buffered, one
# direct.
STANDARD, FIFO = "standard", "fifo"
KINESIS, BRIDGED, TABLE = "kinesis", "bridged", "dynamodb"
BUFFERED, DIRECT = "events", "direct"
# Also a FIFO queue whose router reads a registry.
GUARDED = "guarded"
SOURCES = (STANDARD, FIFO, KINESIS, BRIDGED, TABLE, BUFFERED, DIRECT)

# These sources are answered with a checkpoint. Everything behind a failure is redelivered, including what was acknowledged.
CHECKPOINTED = {KINESIS, TABLE}


class NotSent(TaskError):
    """A source did not accept a message."""


class End(Enum):
    """Where a message must end."""

    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    DEAD_LETTER = "dead-lettered"


class Change(Enum):
    """A change of a table's item."""

    PUT = "put"
    DELETE = "delete"
    # The item is put with a short time to live. Its deletion is a message of its own.
    EXPIRE = "expire"


@dataclass(frozen=True)
class Message:
    """One message of the demo: a queue's message, a stream's record, a change of an item, or an event."""

    id: str
    source: str
    body: str | bytes
    end: End = End.DELIVERED
    # The tenant; None if the message does not name one.
    tenant: str | None = None
    # The reason code with which it must be rejected. With a registry, it is rejected until its tenant is active.
    reason: str | None = None
    # How many deliveries fail before one succeeds.
    misbehaves: int = 0
    # The tenant id that the sender puts beside the body: the message attribute of a standard queue ...
    attribute: str | None = None
    # ... the message group of a FIFO queue, a stream's partition key, a table's partition and sort key.
    group: str | None = None
    # For streams: the aggregate that contains it together with others.
    aggregate: str | None = None
    change: Change = Change.PUT

    @property
    def ordering_group(self) -> tuple | None:
        """The group whose order must be kept: a FIFO message group, or one tenant's records in it or with one stream key."""
        if self.group is None:
            return None
        return (self.source, self.group) if self.source == FIFO else (self.source, self.tenant, self.group)


def body_of(tenant, id: str, **conduct) -> str:
    """The body that the demo's backend reads."""
    return json.dumps({"tenantId": tenant, "id": id} | conduct)

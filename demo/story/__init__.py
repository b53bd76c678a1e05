"""The messages of the demo: what each of them is, where it goes, and what must become of it."""

import json
from dataclasses import dataclass
from enum import Enum

from scripts.task import TaskError

# The sources: two queues, a stream, a stream with a bridge, a table's stream, and a bus with a rule for each way.
STANDARD, FIFO = "standard", "fifo"
KINESIS, BRIDGED, TABLE = "kinesis", "bridged", "dynamodb"
BUFFERED, DIRECT = "events", "direct"
# And by itself a FIFO queue whose router asks a registry.
GUARDED = "guarded"
SOURCES = (STANDARD, FIFO, KINESIS, BRIDGED, TABLE, BUFFERED, DIRECT)

# Of these, what is behind a failure is handed out again, what was settled included: they are answered by a checkpoint.
CHECKPOINTED = {KINESIS, TABLE}


class NotSent(TaskError):
    """A source did not take a message."""


class End(Enum):
    """Where a message must end."""

    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    DEAD_LETTER = "given up and kept"


class Change(Enum):
    """What happens to a table's item."""

    PUT = "put"
    DELETE = "delete"
    # It is put with a time to live that is soon over; the deletion is a message of its own.
    EXPIRE = "expire"


@dataclass(frozen=True)
class Message:
    """One message of the demo: a queue's message, a stream's record, a change of an item, or an event."""

    id: str
    source: str
    body: str | bytes
    end: End = End.DELIVERED
    # Whose it is; None where nobody can say.
    tenant: str | None = None
    # Why it must be rejected, one of the router's reason codes; behind a registry, until its tenant is let in.
    reason: str | None = None
    # How many deliveries go wrong before the one that succeeds.
    misbehaves: int = 0
    # The tenant id as the sender puts it beside the body: the message attribute of a standard queue ...
    attribute: str | None = None
    # ... the message group of a FIFO queue, a stream's partition key, a table's partition and sort key.
    group: str | None = None
    # Of a stream: the aggregate in which it travels with others.
    aggregate: str | None = None
    change: Change = Change.PUT

    @property
    def lane(self) -> tuple | None:
        """Whose order must be kept: those of a FIFO queue's group, or those of one tenant in it or with one key of a stream."""
        if self.group is None:
            return None
        return (self.source, self.group) if self.source == FIFO else (self.source, self.tenant, self.group)


def body_of(tenant, id: str, **conduct) -> str:
    """What the demo's backend reads."""
    return json.dumps({"tenantId": tenant, "id": id} | conduct)

"""The messages of the demo: what each of them is, where it goes, and what must become of it."""

import json
from dataclasses import dataclass
from enum import Enum

STANDARD, FIFO = "standard", "fifo"


class End(Enum):
    """Where a message must end."""

    DELIVERED = "delivered"
    QUARANTINED = "quarantined"
    DEAD_LETTER = "dead-letter queue"


@dataclass(frozen=True)
class Message:
    """One message of the demo."""

    id: str
    queue: str
    body: str
    end: End = End.DELIVERED
    # Whose it is; None where nobody can say.
    tenant: str | None = None
    # Why it must be rejected, one of the router's reason codes.
    reason: str | None = None
    # How many deliveries go wrong before the one that succeeds.
    misbehaves: int = 0
    # The tenant id as the sender puts it beside the body: the message attribute of a standard queue ...
    attribute: str | None = None
    # ... and the message group of a FIFO queue.
    group: str | None = None


def body_of(tenant, id: str, **conduct) -> str:
    """What the demo's backend reads."""
    return json.dumps({"tenantId": tenant, "id": id} | conduct)

"""The events: some arrive in batches from a queue, others one at a time."""

import json
from collections.abc import Iterator

from demo.messages import BUFFERED, DIRECT, End, Message, body_of
from demo.messages.records import FAILING, TENANTS

EVENTS_OF_A_TENANT = {BUFFERED: 5, DIRECT: 2}


def events() -> Iterator[Message]:
    for source, count in EVENTS_OF_A_TENANT.items():
        for tenant in TENANTS:
            for number in range(1, count + 1):
                # The first tenant's first event fails once and is retried.
                conduct = {"do": "fail", "times": 1} if (tenant, number) == (TENANTS[0], 1) else {}
                yield event(source, tenant, f"{tenant}-{source}-{number}", **conduct)
        yield event(source, FAILING, f"{FAILING}-{source}-1", do="fail")
        yield from intruders(source)


def event(source: str, tenant: str, id: str, **conduct) -> Message:
    end = End.DEAD_LETTER if tenant == FAILING else End.DELIVERED
    return Message(id, source, body_of(tenant, id, **conduct), end, tenant=tenant, misbehaves=conduct.get("times", 0))


def intruders(source: str) -> Iterator[Message]:
    for id, reason, detail in (
        ("nothing-inside", "missing", {"id": "nothing-inside"}),
        ("odd-characters", "bad_grammar", {"tenantId": "an!vil", "id": "odd-characters"}),
        ("a-number", "not_a_string", {"tenantId": 7, "id": "a-number"}),
    ):
        yield Message(f"{source}-{id}", source, json.dumps(detail), End.QUARANTINED, reason=reason)

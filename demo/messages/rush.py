"""The messages of the second phase: slow orders, so that routers can be killed while they wait for the backend."""

from collections.abc import Iterator

from demo.messages import BRIDGED, FIFO, KINESIS, STANDARD, TABLE, Message, body_of
from demo.messages.records import TENANTS
from demo.messages.script import mixed

ORDERS_OF_A_TENANT, GROUPS_OF_A_TENANT, ORDERS_OF_A_GROUP, RECORDS_OF_A_KEY = 8, 2, 4, 3
TAKES = {"do": "slow", "ms": 400}
TAKES_OF_A_STREAM = {"do": "slow", "ms": 250}


def rush() -> list[Message]:
    return mixed([*orders(), *records()])


def orders() -> Iterator[Message]:
    for tenant in TENANTS:
        for number in range(1, ORDERS_OF_A_TENANT + 1):
            id = f"{tenant}-rush-{number}"
            yield Message(id, STANDARD, body_of(tenant, id, **TAKES), tenant=tenant, attribute=tenant)
        for group in range(1, GROUPS_OF_A_TENANT + 1):
            for number in range(1, ORDERS_OF_A_GROUP + 1):
                id = f"{tenant}-rush-{group}-{number}"
                yield Message(id, FIFO, body_of(tenant, id, **TAKES), tenant=tenant, group=f"{tenant}#rush-{group}")


def records() -> Iterator[Message]:
    for tenant in TENANTS:
        keys = {KINESIS: f"{tenant}#rush", BRIDGED: f"{tenant}#rush", TABLE: f"TENANT#{tenant}/rush"}
        for source, key in keys.items():
            for number in range(1, RECORDS_OF_A_KEY + 1):
                id = f"{tenant}-rush-{source}-{number}"
                yield Message(id, source, body_of(tenant, id, **TAKES_OF_A_STREAM), tenant=tenant, group=key)

"""The second act: orders that take a while, so that the routers can be killed while they wait for the backend."""

from collections.abc import Iterator

from demo.story import FIFO, STANDARD, Message, body_of
from demo.story.orders import STANDARD_ORDERS
from demo.story.script import mixed

ORDERS_OF_A_TENANT, GROUPS_OF_A_TENANT, ORDERS_OF_A_GROUP = 8, 2, 4
TAKES = {"do": "slow", "ms": 400}


def rush() -> list[Message]:
    return mixed(list(orders()))


def orders() -> Iterator[Message]:
    for tenant in STANDARD_ORDERS:
        for number in range(1, ORDERS_OF_A_TENANT + 1):
            id = f"{tenant}-rush-{number}"
            yield Message(id, STANDARD, body_of(tenant, id, **TAKES), tenant=tenant, attribute=tenant)
        for group in range(1, GROUPS_OF_A_TENANT + 1):
            for number in range(1, ORDERS_OF_A_GROUP + 1):
                id = f"{tenant}-rush-{group}-{number}"
                yield Message(id, FIFO, body_of(tenant, id, **TAKES), tenant=tenant, group=f"{tenant}#rush-{group}")

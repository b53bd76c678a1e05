"""The tenants' orders: most succeed at once, some at a second or third try, two never."""

from collections.abc import Iterator

from demo.messages import FIFO, STANDARD, End, Message, body_of

# Tenants of very different size. The router must serve the small ones in parallel with the big ones.
STANDARD_ORDERS = {"anvil": 64, "birch": 44, "cobalt": 34, "dune": 26, "ember": 18, "fjord": 12, "grove": 6}
GROUPS_OF_A_TENANT, ORDERS_OF_A_GROUP = 3, 6

# Orders that fail first, by their number in the tenant or group: what the backend does, and how often.
STANDARD_MISHAPS = {2: {"do": "fail", "times": 1}, 4: {"do": "refuse", "times": 2}, 5: {"do": "slow", "ms": 150}}
FIFO_MISHAPS = {
    (1, 3): {"do": "refuse", "times": 1},
    (2, 2): {"do": "fail", "times": 1},
    (3, 4): {"do": "slow", "ms": 150},
}


def orders() -> Iterator[Message]:
    """Every order that the backend must get for its own tenant."""
    yield from standard_orders()
    yield from fifo_orders()


def standard_orders() -> Iterator[Message]:
    for tenant, count in STANDARD_ORDERS.items():
        for number in range(1, count + 1):
            id, conduct = f"{tenant}-{number}", STANDARD_MISHAPS.get(number, {})
            yield Message(id, STANDARD, body_of(tenant, id, **conduct), tenant=tenant, attribute=tenant, misbehaves=conduct.get("times", 0))


def fifo_orders() -> Iterator[Message]:
    """The orders of each group. The sender mixes the groups."""
    for tenant in STANDARD_ORDERS:
        for group in range(1, GROUPS_OF_A_TENANT + 1):
            for number in range(1, ORDERS_OF_A_GROUP + 1):
                id, conduct = f"{tenant}-{group}-{number}", FIFO_MISHAPS.get((group, number), {})
                yield Message(id, FIFO, body_of(tenant, id, **conduct), tenant=tenant, group=f"{tenant}#{group}", misbehaves=conduct.get("times", 0))


def hopeless() -> Iterator[Message]:
    """One order for each queue that fails at every try. It ends in the dead-letter queue and delays no other tenant.

    Each one is alone in its tenant and group, because a failing invocation fails its whole sub-batch, and a failed
    record fails the rest of its group.
    """
    fail, refuse = body_of("hapless", "hapless-1", do="fail"), body_of("ember", "ember-hopeless-1", do="refuse")
    yield Message("hapless-1", STANDARD, fail, End.DEAD_LETTER, tenant="hapless", attribute="hapless")
    yield Message("ember-hopeless-1", FIFO, refuse, End.DEAD_LETTER, tenant="ember", group="ember#hopeless")

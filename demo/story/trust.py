"""What goes through the queue with a registry: tenants that it lets in, one that is suspended, one it does not know."""

import json
from collections.abc import Iterator

from demo.story import GUARDED, Message, body_of

ACTIVE = ("anvil", "birch", "cobalt")
SUSPENDED, UNKNOWN = "dune", "ember"
# In the registry from the start, but its first record comes when the registry is down.
NEWCOMER = "fjord"
# Suspended, with so many records that a replay of them can be killed in the middle.
PILED_UP = "grove"
REJECTED = {SUSPENDED: "suspended", UNKNOWN: "unknown_tenant", PILED_UP: "suspended"}

# Groups that all tenants share: a rejected record must let its successors pass.
DESKS, ORDERS_AT_A_DESK = ("desk-1", "desk-2"), 3
ORDERS_WITHIN_THE_BOUND, ORDERS_OF_THE_NEWCOMER, ORDERS_AFTER_THE_BOUND = 3, 2, 2
PILES, ORDERS_OF_A_PILE = 10, 10


def registry() -> str:
    """The registry's first tenants, one a line, as `tenantctl tenants import` reads them."""
    tenants = [{"tenant_id": tenant} for tenant in (*ACTIVE, NEWCOMER)]
    tenants += [{"tenant_id": tenant, "status": "suspended", "note": "unpaid"} for tenant in (SUSPENDED, PILED_UP)]
    return "".join(json.dumps(tenant) + "\n" for tenant in tenants)


def opening() -> list[Message]:
    """All at every desk; the unknown tenant comes once less."""
    return [
        order(tenant, desk, number)
        for number in range(1, ORDERS_AT_A_DESK + 1)
        for desk in DESKS
        for tenant in (*ACTIVE, SUSPENDED, UNKNOWN)
        if tenant != UNKNOWN or number < ORDERS_AT_A_DESK
    ]


def greeting() -> list[Message]:
    """One of each active tenant, so that the router has just asked about them all."""
    return [order(tenant, f"{tenant}#outage", 1) for tenant in ACTIVE]


def within_the_bound() -> list[Message]:
    """Of tenants that the router knows; the first of their group was the greeting."""
    return [order(tenant, f"{tenant}#outage", 1 + number) for number in range(1, ORDERS_WITHIN_THE_BOUND + 1) for tenant in ACTIVE]


def of_the_newcomer() -> list[Message]:
    return [order(NEWCOMER, f"{NEWCOMER}#outage", number) for number in range(1, ORDERS_OF_THE_NEWCOMER + 1)]


def after_the_bound() -> list[Message]:
    """Of the known tenants again, when what the router knows of them is too old."""
    first = 1 + ORDERS_WITHIN_THE_BOUND
    return [order(tenant, f"{tenant}#outage", first + number) for number in range(1, ORDERS_AFTER_THE_BOUND + 1) for tenant in ACTIVE]


def piled_up() -> list[Message]:
    """Pile by pile, each as large as one receive: so a replay gets hold of all of them at once, and takes a while."""
    return [order(PILED_UP, f"pile-{pile}", number) for pile in range(1, PILES + 1) for number in range(1, ORDERS_OF_A_PILE + 1)]


def everything() -> Iterator[Message]:
    for part in (opening, greeting, within_the_bound, of_the_newcomer, after_the_bound, piled_up):
        yield from part()


def order(tenant: str, group: str, number: int) -> Message:
    id = f"{tenant}-{group}-{number}"
    return Message(id, GUARDED, body_of(tenant, id), tenant=tenant, reason=REJECTED.get(tenant), attribute=tenant, group=group)

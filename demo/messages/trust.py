"""The messages for the queue with a registry: of active tenants, of a suspended one, and of an unknown one."""

import json
from collections.abc import Iterator

from demo.messages import GUARDED, Message, body_of

ACTIVE = ("anvil", "birch", "cobalt")
SUSPENDED, UNKNOWN = "dune", "ember"
# In the registry from the start, but its first record arrives while the registry is unavailable.
NEWCOMER = "fjord"
# Suspended, with so many records that a replay of them can be killed in the middle.
PILED_UP = "grove"
REJECTED = {SUSPENDED: "suspended", UNKNOWN: "unknown_tenant", PILED_UP: "suspended"}

# Message groups that all tenants share: a rejected record must not block the records behind it.
SHARED_GROUPS, ORDERS_IN_A_GROUP = ("shared-1", "shared-2"), 3
ORDERS_WITHIN_THE_BOUND, ORDERS_OF_THE_NEWCOMER, ORDERS_AFTER_THE_BOUND = 3, 2, 2
PILES, ORDERS_OF_A_PILE = 10, 10


def registry() -> str:
    """The registry's first tenants, one per line, as `tenantctl tenants import` reads them."""
    tenants = [{"tenant_id": tenant} for tenant in (*ACTIVE, NEWCOMER)]
    tenants += [{"tenant_id": tenant, "status": "suspended", "note": "unpaid"} for tenant in (SUSPENDED, PILED_UP)]
    return "".join(json.dumps(tenant) + "\n" for tenant in tenants)


def opening() -> list[Message]:
    """Every tenant in every group. The unknown tenant has one order less."""
    return [
        order(tenant, group, number)
        for number in range(1, ORDERS_IN_A_GROUP + 1)
        for group in SHARED_GROUPS
        for tenant in (*ACTIVE, SUSPENDED, UNKNOWN)
        if tenant != UNKNOWN or number < ORDERS_IN_A_GROUP
    ]


def greeting() -> list[Message]:
    """One order of each active tenant, so that the router has just read their items."""
    return [order(tenant, f"{tenant}#outage", 1) for tenant in ACTIVE]


def within_the_bound() -> list[Message]:
    """More orders of tenants that the router knows, in the groups of the greeting."""
    return [order(tenant, f"{tenant}#outage", 1 + number) for number in range(1, ORDERS_WITHIN_THE_BOUND + 1) for tenant in ACTIVE]


def of_the_newcomer() -> list[Message]:
    return [order(NEWCOMER, f"{NEWCOMER}#outage", number) for number in range(1, ORDERS_OF_THE_NEWCOMER + 1)]


def after_the_bound() -> list[Message]:
    """More orders of the known tenants, sent when the router's cached answers are too old."""
    first = 1 + ORDERS_WITHIN_THE_BOUND
    return [order(tenant, f"{tenant}#outage", first + number) for number in range(1, ORDERS_AFTER_THE_BOUND + 1) for tenant in ACTIVE]


def piled_up() -> list[Message]:
    """Groups of as many orders as one receive takes, so a replay receives all of a group at once, and takes a while."""
    return [order(PILED_UP, f"pile-{pile}", number) for pile in range(1, PILES + 1) for number in range(1, ORDERS_OF_A_PILE + 1)]


def everything() -> Iterator[Message]:
    for part in (opening, greeting, within_the_bound, of_the_newcomer, after_the_bound, piled_up):
        yield from part()


def order(tenant: str, group: str, number: int) -> Message:
    id = f"{tenant}-{group}-{number}"
    return Message(id, GUARDED, body_of(tenant, id), tenant=tenant, reason=REJECTED.get(tenant), attribute=tenant, group=group)

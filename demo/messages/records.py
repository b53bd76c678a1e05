"""The records of the streams: two Kinesis streams, one with a bridge, and a table's stream."""

import json
from collections.abc import Iterator

from demo.messages import BRIDGED, KINESIS, TABLE, Change, End, Message, body_of
from demo.messages.aggregate import aggregate

TENANTS = ("anvil", "birch", "cobalt", "dune", "ember", "fjord", "grove")
KEYS_OF_A_TENANT, RECORDS_OF_A_KEY = 2, 4
# The tenant whose records always fail.
FAILING = "hapless"
HAPLESS_RECORDS = 5

# Records that fail first, by the number of their key and their own number.
MISHAPS = {(1, 3): {"do": "refuse", "times": 1}, (2, 2): {"do": "fail", "times": 1}, (2, 4): {"do": "slow", "ms": 100}}


def records() -> list[Message]:
    """All records. Only the order within each key matters."""
    return [*of_stream(), *aggregates(), *intruders_of_stream(), *of_bridge(), *of_table(), *intruders_of_table()]


def of_stream() -> Iterator[Message]:
    for tenant in TENANTS:
        for key in range(1, KEYS_OF_A_TENANT + 1):
            for number in range(1, RECORDS_OF_A_KEY + 1):
                # Every second tenant has failures. Each failure holds its shard's checkpoint for a while.
                conduct = MISHAPS.get((key, number), {}) if TENANTS.index(tenant) % 2 == 0 else {}
                yield record(KINESIS, tenant, f"{tenant}#{key}", f"{tenant}-k-{key}-{number}", **conduct)
    yield record(KINESIS, FAILING, f"{FAILING}#1", f"{FAILING}-k-1", do="fail")


def record(source: str, tenant: str, key: str, id: str, **conduct) -> Message:
    end = End.DEAD_LETTER if tenant == FAILING else End.DELIVERED
    return Message(id, source, body_of(tenant, id, **conduct), end, tenant=tenant, group=key, misbehaves=conduct.get("times", 0))


def aggregates() -> Iterator[Message]:
    """Several tenants' records in one Kinesis record, with one among them that must be rejected."""
    for name in ("aggregate-1", "aggregate-2"):
        for tenant in TENANTS[:4]:
            for number in (1, 2):
                id, key = f"{tenant}-{name}-{number}", f"{tenant}#{name}"
                yield Message(id, KINESIS, body_of(tenant, id), tenant=tenant, group=key, aggregate=name)
        stray = f"stray-{name}"
        yield Message(stray, KINESIS, body_of("birch", stray), End.QUARANTINED, reason="conflict", group="anvil#stray", aggregate=name)


def intruders_of_stream() -> Iterator[Message]:
    """(id, reason, partition key, data)"""
    whole = aggregate([("anvil#1", body_of("anvil", "k-damaged").encode())])
    for id, reason, key, data in (
        ("k-nothing-inside", "missing", "anvil#1", '{"id": "k-nothing-inside"}'),
        ("k-another-in-the-key", "conflict", "anvil#1", body_of("birch", "k-another-in-the-key")),
        ("k-no-separator", "no_capture", "anvil", body_of("anvil", "k-no-separator")),
        ("k-odd-characters", "bad_grammar", "an!vil#1", body_of("an!vil", "k-odd-characters")),
        ("k-a-number", "not_a_string", "7#1", body_of(7, "k-a-number")),
        ("k-two-of-them", "duplicate_key", "anvil#1", '{"tenantId": "anvil", "id": "k-two-of-them", "tenantId": "birch"}'),
        ("k-not-json", "undecodable", "birch#2", "not-json {tenantId: birch}"),
        ("k-damaged", "undecodable", "anvil#1", whole[:-1] + bytes([whole[-1] ^ 1])),
    ):
        yield Message(id, KINESIS, data, End.QUARANTINED, reason=reason, group=key)


def of_bridge() -> Iterator[Message]:
    """One tenant fails with every record. No other tenant may be delayed."""
    for tenant in (FAILING, *TENANTS):
        for number in range(1, (HAPLESS_RECORDS if tenant == FAILING else RECORDS_OF_A_KEY) + 1):
            conduct = {"do": "fail"} if tenant == FAILING else {}
            yield record(BRIDGED, tenant, f"{tenant}#1", f"{tenant}-b-{number}", **conduct)
    yield Message("b-nothing-inside", BRIDGED, '{"id": "b-nothing-inside"}', End.QUARANTINED, reason="missing", group="anvil#1")


def of_table() -> Iterator[Message]:
    """For each tenant an item that is put, changed and deleted, one that stays, and one that expires."""
    for tenant in TENANTS:
        for number in (1, 2):
            key, conduct = f"TENANT#{tenant}/order-{number}", {"do": "refuse", "times": 1} if tenant == "dune" and number == 2 else {}
            for version in (1, 2):
                id, options = f"{tenant}-t-{number}-{version}", conduct if version == 1 else {}
                yield Message(id, TABLE, body_of(tenant, id, **options), tenant=tenant, group=key, misbehaves=options.get("times", 0))
        key, last = f"TENANT#{tenant}/order-1", f"{tenant}-t-1-2"
        yield Message(f"{tenant}-t-1-gone", TABLE, body_of(tenant, last), tenant=tenant, group=key, change=Change.DELETE)
    brief = body_of("ember", "ember-t-brief")
    yield Message("ember-t-brief", TABLE, brief, tenant="ember", group="TENANT#ember/brief", change=Change.EXPIRE)
    yield Message("ember-t-expired", TABLE, brief, tenant="ember", group="TENANT#ember/brief", change=Change.DELETE)
    yield Message("hapless-t-1", TABLE, body_of(FAILING, "hapless-t-1", do="fail"), End.DEAD_LETTER, tenant=FAILING, group="TENANT#hapless/order-1")


def intruders_of_table() -> Iterator[Message]:
    """(id, reason, key, item). The last item is valid at first; then another tenant is written into it."""
    for id, reason, key, body in (
        ("t-of-nobody", "no_capture", "anvil/order", body_of("anvil", "t-of-nobody")),
        ("t-of-another", "conflict", "TENANT#anvil/other", body_of("birch", "t-of-another")),
        ("t-odd-characters", "bad_grammar", "TENANT#an!vil/order", body_of("an!vil", "t-odd-characters")),
    ):
        yield Message(id, TABLE, body, End.QUARANTINED, reason=reason, group=key)
    key = "TENANT#fjord/handed-over"
    yield Message("fjord-t-own", TABLE, body_of("fjord", "fjord-t-own"), tenant="fjord", group=key)
    yield Message("t-handed-over", TABLE, body_of("grove", "t-handed-over"), End.QUARANTINED, reason="conflict", group=key)


def item_of(message: Message) -> dict:
    """A table's item: its key, and the fields of the body."""
    partition, sort = message.group.split("/")
    fields = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in json.loads(message.body).items()}
    return {"pk": {"S": partition}, "sk": {"S": sort}} | fields

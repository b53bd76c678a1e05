"""Bugs in the bridge: a stream's records on their way to the queue and the backend."""

from scripts.seeded_bugs.bug import Bug

BUILD, CLASSIFY, DELIVER, BRIDGE = (f"crates/routing/src/{name}.rs" for name in ("scheduler/build", "classify", "deliver", "bridge"))

BUGS = [
    Bug(
        "bridge-ignores-the-key",
        BUILD,
        "GroupKey::OfTenant(tenant, record.order_key())",
        "GroupKey::OfTenant(usize::MAX - index, None)",
        "a stream's records keep no order within their key on their way to the bridge",
        "the checkpoint keeps the order",
    ),
    Bug(
        "bridge-orders-by-tenant",
        BUILD,
        "GroupKey::OfTenant(tenant, record.order_key())",
        "GroupKey::OfTenant(tenant, None)",
        "all keys of a tenant are one ordering group",
        "a tenant's records keep their order too",
    ),
    Bug(
        "failures-without-successors",
        CLASSIFY,
        "lowest",
        "indexes.len()",
        "only the named records of a stream's sub-batch are retried, not those behind them",
        "queues do so",
        within="=> lowest,",
    ),
    Bug(
        "attributes-of-the-first-record",
        DELIVER,
        "sub_batch.indexes[0]",
        "0",
        "messages have the group and deduplication id of the batch's first record",
        "an index is used instead of a position",
    ),
    Bug(
        "deduplicated-by-key",
        BRIDGE,
        "record.event_id()",
        "record.order_key().unwrap_or_default()",
        "within five minutes only the first record of a key is kept",
        "the key looks like an identifier",
    ),
    Bug(
        "group-of-several-tenants",
        BRIDGE,
        "hex_of(&[tenant, order_key.unwrap_or_default()])",
        "hex_of(&[order_key.unwrap_or_default()])",
        "tenants with records of one key share a message group",
        "the key seems to belong to one tenant",
    ),
]

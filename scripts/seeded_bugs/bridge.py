"""A stream's records on their way over a bridge, and from there to the backend."""

from scripts.seeded_bugs.bug import Bug

BUILD, CLASSIFY, DELIVER, BRIDGE = (f"crates/routing/src/{name}.rs" for name in ("scheduler/build", "classify", "deliver", "bridge"))

BUGS = [
    Bug(
        "records-alone",
        BUILD,
        "GroupKey::OfTenant(tenant, record.order_key())",
        "GroupKey::OfTenant(usize::MAX - index, None)",
        "a stream's records keep no order within their key on their way to the bridge",
        "the checkpoint keeps the order",
    ),
    Bug(
        "keys-forgotten",
        BUILD,
        "GroupKey::OfTenant(tenant, record.order_key())",
        "GroupKey::OfTenant(tenant, None)",
        "all keys of a tenant are one line",
        "a tenant's records are in order then, too",
    ),
    Bug(
        "lowest-only",
        CLASSIFY,
        "lowest",
        "indexes.len()",
        "of a stream's sub-batch only what is named is handed out again, not what is behind it",
        "so it is with queues",
        within="=> lowest,",
    ),
    Bug(
        "first-of-the-batch",
        DELIVER,
        "sub_batch.indexes[0]",
        "0",
        "messages have group and deduplication id of the batch's first record",
        "an index where a position was meant",
    ),
    Bug(
        "one-message-for-a-key",
        BRIDGE,
        "record.event_id()",
        "record.order_key().unwrap_or_default()",
        "of records of one key only the first is kept within five minutes",
        "the key looks like an identifier",
    ),
    Bug(
        "groups-of-several-tenants",
        BRIDGE,
        "hex_of(&[tenant, order_key.unwrap_or_default()])",
        "hex_of(&[order_key.unwrap_or_default()])",
        "tenants with records of one key share a message group",
        "the key was thought to be one tenant's",
    ),
]

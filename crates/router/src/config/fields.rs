//! The one list of configuration fields; `docs/configuration.md` is made from it, and a test holds both against
//! what the parser takes.

/// One field of the configuration.
#[derive(Debug)]
pub struct Field {
    /// Its path.
    pub path: &'static str,
    /// What may stand there.
    pub kind: &'static str,
    /// What holds when it is absent; `None`: it must be given.
    pub default: Option<&'static str>,
    /// What it means, with unit and consequence.
    pub meaning: &'static str,
}

const fn field(
    path: &'static str,
    kind: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> Field {
    Field { path, kind, default, meaning }
}

/// Every field, in the order of the docs.
pub const FIELDS: [Field; 33] = [
    field(
        "source",
        "`\"sqs\"`, `\"kinesis\"`, `\"dynamodb\"`, `\"eventbridge\"`, `\"pipes\"` or `\"task\"`",
        None,
        "The event source that the router is connected to. Another source's event is refused.",
    ),
    field(
        "backend.function",
        "name or ARN",
        None,
        "The tenant-isolated function, invoked exactly as written: a version or alias is kept. Not for `pipes`, where nothing is invoked.",
    ),
    field(
        "backend.timeout_seconds",
        "1–888",
        Some("`30`"),
        "The backend's own time-out in seconds. No Invoke starts that could not end before the router's deadline, the start of an environment (10 s) and the way (1 s) included, with half a second to answer in: the router's function needs a time-out of at least 12 seconds more.",
    ),
    field(
        "backend.failure_destination",
        "ARN",
        Some("none"),
        "Where Lambda sends what the backend fails to process asynchronously. Must be named when `delivery.invocation` is `\"async\"`; the router itself does not use it.",
    ),
    field(
        "backends.<name>.function",
        "name or ARN",
        None,
        "A further tenant-isolated function, for the tenants whose item in the registry has `backend = <name>`; all others get `backend`. Names have 1 to 32 of `a-z 0-9 _ -`. Needs `registry`. For a bridge they belong to the router that drains it.",
    ),
    field("backends.<name>.timeout_seconds", "1–888", Some("`30`"), "As for `backend`."),
    field("backends.<name>.failure_destination", "ARN", Some("none"), "As for `backend`."),
    field(
        "tenant_id.from",
        "list of selectors",
        None,
        "Where the tenant id stands. The first selector that is present gives it; every other one that is present must give the same.",
    ),
    field(
        "tenant_id.must_match",
        "list of selectors",
        Some("`[]`"),
        "Selectors that must all be present and give the same id.",
    ),
    field(
        "tenant_id.grammar",
        "`\"strict\"`, `\"lambda\"` or a regular expression",
        Some("`\"strict\"`"),
        "What an id may look like. `strict`: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`; `lambda`: everything Lambda accepts but spaces at the ends, which HTTP would trim; an expression must match the whole id and can only narrow `lambda`.",
    ),
    field(
        "delivery.payload",
        "`\"event\"` or `\"record\"`",
        Some("`\"event\"`"),
        "`event`: one Invoke carries many records of one tenant in the source's own event shape. `record`: one Invoke for each record, carrying only its content, which must be JSON. EventBridge and tasks have one record, which is sent as it is.",
    ),
    field(
        "delivery.invocation",
        "`\"sync\"` or `\"async\"`",
        Some("`\"sync\"`"),
        "`sync`: the backend's answer settles a record. `async`: Lambda's 202 does; what the backend fails afterwards is its failure destination's. Refused for FIFO queues, streams and tasks.",
    ),
    field(
        "delivery.in_flight",
        "1–900",
        Some("`100`"),
        "Invokes at a time, over all tenants. Hundreds of them, each a connection over TLS, want more memory than the default.",
    ),
    field(
        "delivery.per_tenant",
        "1–900",
        Some("`1`"),
        "Invokes at a time for one tenant; each needs an execution environment of its own. Always 1 for FIFO queues and streams.",
    ),
    field("delivery.max_records", "1–10000", Some("`1000`"), "Records in one Invoke, with payload `event`."),
    field(
        "on_reject",
        "`\"redrive\"` or `{ \"quarantine\": URL }`",
        Some("`\"redrive\"`"),
        "What becomes of a record without a valid tenant. `quarantine`: it is sent whole, with the reason, to this SQS queue, and settled once SQS has it. `redrive`: it stays with the source, whose redrive policy moves it.",
    ),
    field(
        "on_reject.group",
        "`\"order_key\"` or `\"tenant\"`",
        Some("`\"order_key\"`"),
        "With a FIFO quarantine: its message groups, each of which keeps its order. `tenant`: one for each tenant that a record names and the registry refuses; other records by order key.",
    ),
    field(
        "on_reject.max_message_bytes",
        "1024–1048576",
        Some("`1048576`"),
        "The largest message that the quarantine queue takes.",
    ),
    field(
        "on_reject.large_records.bucket",
        "name",
        Some("none"),
        "The S3 bucket for rejected records that no message of the quarantine can hold: too large, or with characters that SQS refuses. The message then says where the record lies. Without a bucket such records stay with their source.",
    ),
    field(
        "on_reject.large_records.prefix",
        "text",
        Some("`\"\"`"),
        "What the keys in the bucket begin with, such as `quarantine/`.",
    ),
    field(
        "registry.table",
        "name or ARN",
        Some("no registry"),
        "The DynamoDB table that says which tenants there are. Without a registry a record's word is taken for whose it is.",
    ),
    field(
        "registry.fresh_seconds",
        "1–3600",
        Some("`60`"),
        "How long an active tenant's answer is used before the table is asked again: how long a suspension may take to be noticed. Answers that let nobody in are used for 5 seconds at most.",
    ),
    field(
        "registry.stale_seconds",
        "1–86400",
        Some("`900`"),
        "How old an active tenant's answer may be while the table cannot be read. After that its records are handed out again; nobody is admitted or quarantined unasked. At least `fresh_seconds`.",
    ),
    field(
        "registry.suspended",
        "`\"quarantine\"` or `\"hold\"`",
        Some("`\"quarantine\"`"),
        "What becomes of a suspended tenant's records. `quarantine`: they are rejected as `suspended`. `hold`: they stay with the source (in FIFO queues with all that is behind them in their group) until the tenant is active, or the source gives them up. For a stream `hold` needs a bridge, whose queue then holds them.",
    ),
    field(
        "registry.principal",
        "selector",
        Some("for `sqs` `$.attributes.SenderId`, else none"),
        "Where the record's sender stands, as the source itself wrote it, for tenants whose item has `principals`. Where there is none, such tenants' records are rejected as `unauthorized`.",
    ),
    field(
        "credentials.role_arn",
        "ARN",
        Some("none"),
        "The role that is assumed for each tenant, with the session tag `tenant_id`; its credentials are in the ClientContext of the tenant's Invokes. `sync` only. A tenant whose id has a `/` gets none, and its records wait: it would reach into the prefix of a tenant whose id begins alike. For a bridge they belong to the router that drains it.",
    ),
    field(
        "credentials.session_seconds",
        "900–3600",
        Some("`3600`"),
        "How long these credentials last, at least five minutes longer than an Invoke may take. A role that assumes another gets an hour at most.",
    ),
    field(
        "log_tenants",
        "`true` or `false`",
        Some("`false`"),
        "Whether log lines may name tenants: one line for each tenant of a batch, for a Contributor Insights rule.",
    ),
    field(
        "bridge.fifo_queue",
        "URL",
        Some("no bridge"),
        "Streams only. The SQS FIFO queue that admitted records are sent to instead of the backend, as they came; an `sqs` router with `bridged_from` drains it. One tenant's failures then hold up no shard.",
    ),
    field(
        "bridge.group",
        "`\"tenant\"` or `\"tenant_and_key\"`",
        Some("`\"tenant\"`"),
        "What waits for what in the bridge's queue: all of a tenant's records, or those with one partition key (item key).",
    ),
    field(
        "bridge.max_message_bytes",
        "1024–1048576",
        Some("`1048576`"),
        "The largest message that the bridge's queue takes. A record that does not fit is rejected as `too_large`; without the right number the queue refuses it at every try, and its shard waits.",
    ),
    field(
        "bridged_from",
        "`\"kinesis\"` or `\"dynamodb\"`",
        Some("none"),
        "`sqs` only. The queue is a bridge: each message's body is a record of that stream. Selectors look into the stream's record, and the backend gets the stream's own event.",
    ),
    field(
        "task.payload",
        "path of fields",
        Some("`\"$.payload\"`"),
        "`task` only. Where the payload stands in the task's input; it is sent to the backend byte for byte.",
    ),
];

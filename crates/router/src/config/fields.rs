//! The list of all configuration fields. `docs/configuration.md` is generated from it, and a test compares it with the
//! parser.

/// One field of the configuration.
#[derive(Debug)]
pub struct ConfigField {
    /// The field's path.
    pub path: &'static str,
    /// The values that the field accepts.
    pub kind: &'static str,
    /// The default; `None` if the field is required.
    pub default: Option<&'static str>,
    /// What the field means, with unit and consequence.
    pub meaning: &'static str,
}

const fn field(
    path: &'static str,
    kind: &'static str,
    default: Option<&'static str>,
    meaning: &'static str,
) -> ConfigField {
    ConfigField { path, kind, default, meaning }
}

/// All fields, in the order of the docs.
pub const FIELDS: [ConfigField; 33] = [
    field(
        "source",
        "`\"sqs\"`, `\"kinesis\"`, `\"dynamodb\"`, `\"eventbridge\"`, `\"pipes\"` or `\"task\"`",
        None,
        "The router's event source. The router refuses events of other sources.",
    ),
    field(
        "backend.function",
        "name or ARN",
        None,
        "The tenant-isolated function, invoked exactly as written, with its version or alias. Not for `pipes`, where nothing is invoked.",
    ),
    field(
        "backend.timeout_seconds",
        "1–888",
        Some("`30`"),
        "The backend's own timeout in seconds. The router starts an Invoke only if it can end before the router's deadline, including a cold start (10 s), the network (1 s) and half a second to respond. The router's function therefore needs a timeout of at least 12 seconds more.",
    ),
    field(
        "backend.failure_destination",
        "ARN",
        Some("none"),
        "Where Lambda sends events that the backend fails to process asynchronously. Required if `delivery.invocation` is `\"async\"`; the router itself does not use it.",
    ),
    field(
        "backends.<name>.function",
        "name or ARN",
        None,
        "A further tenant-isolated function, for the tenants whose item in the registry has `backend = <name>`; all other tenants use `backend`. Names have 1 to 32 of `a-z 0-9 _ -`. Needs `registry`. With a bridge, set it on the router that drains the bridge.",
    ),
    field("backends.<name>.timeout_seconds", "1–888", Some("`30`"), "As for `backend`."),
    field("backends.<name>.failure_destination", "ARN", Some("none"), "As for `backend`."),
    field(
        "tenant_id.from",
        "list of selectors",
        None,
        "Where the tenant id is. The first selector that is present gives the id; all others that are present must give the same id.",
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
        "The form of a tenant id. `strict`: `[A-Za-z0-9][A-Za-z0-9._:-]{0,127}`; `lambda`: all ids that Lambda accepts, except those with spaces at the ends, which HTTP would trim; an expression must match the whole id and can only narrow `lambda`.",
    ),
    field(
        "delivery.payload",
        "`\"event\"` or `\"record\"`",
        Some("`\"event\"`"),
        "`event`: one Invoke has many records of one tenant, in the source's own event format. `record`: one Invoke for each record, with only its content, which must be JSON. EventBridge and tasks have one record, which is sent unchanged.",
    ),
    field(
        "delivery.invocation",
        "`\"sync\"` or `\"async\"`",
        Some("`\"sync\"`"),
        "`sync`: the backend's response acknowledges a record. `async`: Lambda's 202 does; an event that the backend fails afterwards goes to its failure destination. Refused for FIFO queues, streams and tasks.",
    ),
    field(
        "delivery.in_flight",
        "1–900",
        Some("`100`"),
        "The most concurrent Invokes of all tenants together. Hundreds of them need more memory than the default, because each one has its own TLS connection.",
    ),
    field(
        "delivery.per_tenant",
        "1–900",
        Some("`1`"),
        "The most concurrent Invokes of one tenant; each one needs its own execution environment. Always 1 for FIFO queues and streams.",
    ),
    field(
        "delivery.max_records",
        "1–10000",
        Some("`1000`"),
        "The most records in one Invoke with payload `event`.",
    ),
    field(
        "on_reject",
        "`\"redrive\"` or `{ \"quarantine\": URL }`",
        Some("`\"redrive\"`"),
        "What happens to a record without a valid tenant. `quarantine`: the router sends it whole, with the reason, to this SQS queue, and acknowledges it once SQS has it. `redrive`: it stays with the source. A queue's redrive policy moves it to the dead-letter queue; a stream delivers again from it until the event source mapping discards it.",
    ),
    field(
        "on_reject.group",
        "`\"order_key\"` or `\"tenant\"`",
        Some("`\"order_key\"`"),
        "The message groups of a FIFO quarantine; each group keeps its order. `tenant`: one group for each tenant that the registry refuses; all other records by order key.",
    ),
    field(
        "on_reject.max_message_bytes",
        "1024–1048576",
        Some("`1048576`"),
        "The quarantine queue's maximum message size, in bytes.",
    ),
    field(
        "on_reject.large_records.bucket",
        "name",
        Some("none"),
        "The S3 bucket for rejected records that no message of the quarantine can hold, because they are too large or have characters that SQS refuses. The message then points to the object. Without a bucket such records stay with their source.",
    ),
    field(
        "on_reject.large_records.prefix",
        "text",
        Some("`\"\"`"),
        "The prefix of the keys in the bucket, such as `quarantine/`.",
    ),
    field(
        "registry.table",
        "name or ARN",
        Some("no registry"),
        "The DynamoDB table that lists the tenants. Without a registry the router trusts the tenant id in the record.",
    ),
    field(
        "registry.fresh_seconds",
        "1–3600",
        Some("`60`"),
        "How long the router uses an active tenant's item before it reads the table again. A suspension takes effect within this time. Results that refuse a tenant are used for 5 seconds at most.",
    ),
    field(
        "registry.stale_seconds",
        "1–86400",
        Some("`900`"),
        "How old an active tenant's item may be while the table cannot be read. After that its records are retried; without the table the router neither admits nor quarantines a record. At least `fresh_seconds`.",
    ),
    field(
        "registry.suspended",
        "`\"quarantine\"` or `\"hold\"`",
        Some("`\"quarantine\"`"),
        "What happens to a suspended tenant's records. `quarantine`: they are rejected as `suspended`. `hold`: they stay with the source (in a FIFO queue with all later records of their group) until the tenant is active, or the source discards them. For a stream `hold` needs a bridge, whose queue then holds them.",
    ),
    field(
        "registry.principal",
        "selector",
        Some("for `sqs` `$.attributes.SenderId`, else none"),
        "Where the source writes the record's sender, for tenants whose item has `principals`. Without a sender, such tenants' records are rejected as `unauthorized`.",
    ),
    field(
        "credentials.role_arn",
        "ARN",
        Some("none"),
        "The role that the router assumes for each tenant, with the session tag `tenant_id`; the credentials are in the ClientContext of the tenant's Invokes. `sync` only. A tenant whose id has a `/` gets no credentials, and its records are retried: a policy for tenant `a` would also grant the prefix of tenant `a/b`. With a bridge, set it on the router that drains the bridge.",
    ),
    field(
        "credentials.session_seconds",
        "900–3600",
        Some("`3600`"),
        "How long these credentials are valid; at least five minutes longer than an Invoke may take. A role that assumes another gets an hour at most.",
    ),
    field(
        "log_tenants",
        "`true` or `false`",
        Some("`false`"),
        "Whether log lines may contain tenant ids: one line for each tenant of a batch, for a Contributor Insights rule.",
    ),
    field(
        "bridge.fifo_queue",
        "URL",
        Some("no bridge"),
        "Streams only. The SQS FIFO queue that gets the admitted records, unchanged, instead of the backend; an `sqs` router with `bridged_from` drains it. One tenant's failures then do not delay the shard.",
    ),
    field(
        "bridge.group",
        "`\"tenant\"` or `\"tenant_and_key\"`",
        Some("`\"tenant\"`"),
        "Which records share a message group of the bridge's queue, and keep their order: all of a tenant's records, or those with one partition key (item key).",
    ),
    field(
        "bridge.max_message_bytes",
        "1024–1048576",
        Some("`1048576`"),
        "The maximum message size of the bridge's queue, in bytes. A larger record is rejected as `too_large`. If the number is higher than the queue's own limit, the queue refuses the record at every retry, and its shard waits.",
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
        "`task` only. Where the payload is in the task's input; it is sent to the backend byte for byte.",
    ),
];

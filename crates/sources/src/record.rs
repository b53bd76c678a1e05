//! What a decoded event is: its records, each with the bytes it came in.

use std::borrow::Cow;

/// One item of a source's event. Its bytes are borrowed from the event and never rewritten; only what a producer put
/// into a wrapping (a KPL aggregate, a bridge's message) is taken out of it.
#[derive(Clone)]
pub struct Record<'e> {
    raw: Cow<'e, str>,
    id: Cow<'e, str>,
    item_id: Option<Cow<'e, str>>,
    event_id: Option<Cow<'e, str>>,
    order_key: Option<Cow<'e, str>>,
    first_seen_millis: Option<u64>,
    condition: Condition,
}

/// Whether the record can be admitted at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It can.
    Readable,
    /// What it wraps cannot be read.
    Undecodable,
    /// What it wraps is more than one invocation can hold.
    TooLarge,
    /// The invocation's memory is used up by the records before it: it has to be handed out again.
    Postponed,
}

impl<'e> Record<'e> {
    /// A record of these bytes that its source calls `id`.
    #[must_use]
    pub fn new(raw: impl Into<Cow<'e, str>>, id: Cow<'e, str>) -> Self {
        Self {
            raw: raw.into(),
            id,
            item_id: None,
            event_id: None,
            order_key: None,
            first_seen_millis: None,
            condition: Condition::Readable,
        }
    }

    /// Says what the record is called inside its own bytes, where that is not what the source is answered with.
    #[must_use]
    pub fn with_item_id(mut self, item_id: Cow<'e, str>) -> Self {
        self.item_id = Some(item_id);
        self
    }

    /// Says what tells the record from every other one of its stream, those of other shards included.
    #[must_use]
    pub fn with_event_id(mut self, event_id: Option<Cow<'e, str>>) -> Self {
        self.event_id = event_id;
        self
    }

    /// Puts the record into the line of those that share this order key.
    #[must_use]
    pub fn with_order_key(mut self, order_key: Cow<'e, str>) -> Self {
        self.order_key = Some(order_key);
        self
    }

    /// Says when the source first handed the record out, in milliseconds since 1970.
    #[must_use]
    pub fn first_seen(mut self, millis: Option<u64>) -> Self {
        self.first_seen_millis = millis;
        self
    }

    /// Says whether it can be admitted.
    #[must_use]
    pub fn with_condition(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }

    /// The record as it stands in the event, byte for byte.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The identifier by which the source is answered (SQS: `messageId`; streams: sequence number).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The identifier that stands in the record's own bytes, by which a backend names it.
    #[must_use]
    pub fn item_id(&self) -> &str {
        self.item_id.as_deref().unwrap_or(&self.id)
    }

    /// What tells the record from every other one of its stream.
    #[must_use]
    pub fn event_id(&self) -> &str {
        self.event_id.as_deref().unwrap_or(self.item_id())
    }

    /// Records with equal order key are delivered in the order in which they came; `None`: in any order.
    #[must_use]
    pub fn order_key(&self) -> Option<&str> {
        self.order_key.as_deref()
    }

    /// When the source first handed the record out, in milliseconds since 1970, where it says so.
    #[must_use]
    pub fn first_seen_millis(&self) -> Option<u64> {
        self.first_seen_millis
    }

    /// Whether it can be admitted.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }
}

/// Bodies are customers' data: what is printed of a record is its identifier.
impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Record").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Whether the source promises an order among records with equal order key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// None: records may be delivered in any order and side by side.
    Unordered,
    /// Records with equal order key are delivered one after the other, whosever they are.
    ByKey,
    /// One tenant's records with equal order key are delivered one after the other.
    ByKeyWithinTenant,
}

/// How the source is told what it has to hand out again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// Record by record.
    EachRecord,
    /// By the first record that is not settled: the source hands out everything from there on.
    Checkpoint,
    /// All or nothing: by the success or failure of the invocation.
    Invocation,
}

/// What a backend means that names some records of its sub-batch as failed: what Lambda would understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureSemantics {
    /// Those failed, all others are done (queues).
    Each,
    /// Everything from the first one on is not done (streams).
    FromLowest,
}

/// The records of one event, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Batch<'e> {
    /// The ARN of the queue or stream; empty for an event without records, or where the event does not tell.
    pub source_arn: Cow<'e, str>,
    /// Whether order is promised.
    pub order: Order,
    /// How the source is answered.
    pub response_mode: ResponseMode,
    /// What the backend's answer to a sub-batch means.
    pub failure_semantics: FailureSemantics,
    /// The records.
    pub records: Vec<Record<'e>>,
}

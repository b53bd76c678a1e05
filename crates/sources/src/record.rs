//! A decoded event: its records, each with its original bytes.

use std::borrow::Cow;

/// One item of a source's event.
///
/// Its bytes are borrowed from the event and never rewritten. A record of a KPL aggregate, or of a bridge's message, is
/// unpacked and owns its bytes.
///
/// A record has three identifiers. A source that does not set the second or the third uses the one before it. Each column
/// is an example:
///
/// | identifier | SQS message | KPL user record | bridge's message | who uses it |
/// | --- | --- | --- | --- | --- |
/// | [`id`](Self::id) | `m-1` | `7` | `m-1` | the response to the source |
/// | [`item_id`](Self::item_id) | `m-1` | `7:1` | `7` | the backend's response, `record_id` in the quarantine, checkpoints |
/// | [`event_id`](Self::event_id) | `m-1` | `shardId-0:7:1` | `m-1` | deduplication ids of quarantine and bridge |
///
/// Log lines contain none of them.
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

/// Whether admission can examine a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Admission can examine the record.
    Readable,
    /// What the record packs cannot be read, so the record is rejected.
    Undecodable,
    /// What the record packs takes more memory than one invocation may use, so the record is rejected.
    TooLarge,
    /// The records before it use up the memory of this invocation, so the record is retried.
    Postponed,
}

impl<'e> Record<'e> {
    /// Makes a record of these bytes, which the source identifies as `id`.
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

    /// Sets the identifier in the record's own bytes, if it differs from the identifier for the source.
    #[must_use]
    pub fn with_item_id(mut self, item_id: Cow<'e, str>) -> Self {
        self.item_id = Some(item_id);
        self
    }

    /// Sets the identifier that is unique in the stream, over all shards.
    #[must_use]
    pub fn with_event_id(mut self, event_id: Option<Cow<'e, str>>) -> Self {
        self.event_id = event_id;
        self
    }

    /// Sets the order key.
    #[must_use]
    pub fn with_order_key(mut self, order_key: Cow<'e, str>) -> Self {
        self.order_key = Some(order_key);
        self
    }

    /// Sets the time since which the source has the record, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn with_first_seen_millis(mut self, millis: Option<u64>) -> Self {
        self.first_seen_millis = millis;
        self
    }

    /// Sets whether admission can examine the record.
    #[must_use]
    pub fn with_condition(mut self, condition: Condition) -> Self {
        self.condition = condition;
        self
    }

    /// Returns the record's JSON text, byte for byte as in the event, or as unpacked from an aggregate or a bridge's message.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Returns the identifier for the response to the source: the `messageId` (SQS) or the sequence number (streams).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the identifier in the record's own bytes, which a backend names in its response.
    #[must_use]
    pub fn item_id(&self) -> &str {
        self.item_id.as_deref().unwrap_or(&self.id)
    }

    /// Returns the identifier that is unique in the stream, over all shards, or in the queue.
    #[must_use]
    pub fn event_id(&self) -> &str {
        self.event_id.as_deref().unwrap_or(self.item_id())
    }

    /// Returns the order key. Records with the same key are delivered in the order of the event, and records without a
    /// key in any order.
    #[must_use]
    pub fn order_key(&self) -> Option<&str> {
        self.order_key.as_deref()
    }

    /// Returns the time since which the source has the record, in milliseconds since the Unix epoch, if the event has it.
    ///
    /// For Kinesis it is when the record arrived in the stream, for DynamoDB when the item changed, and for SQS when the
    /// message was first received. All three are approximate.
    #[must_use]
    pub fn first_seen_millis(&self) -> Option<u64> {
        self.first_seen_millis
    }

    /// Returns whether admission can examine the record.
    #[must_use]
    pub fn condition(&self) -> Condition {
        self.condition
    }
}

/// Prints only the identifier, because the content of a record is customer data.
impl std::fmt::Debug for Record<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Record").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Which order the source promises for records with the same order key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Records may be delivered in any order and concurrently.
    Unordered,
    /// Records with the same order key are delivered in order, across all tenants: one Invoke may carry several of them, but
    /// there are never two Invokes for them at once.
    ByKey,
    /// Records of one tenant with the same order key are delivered in order, as for [`ByKey`](Self::ByKey).
    ByKeyWithinTenant,
}

/// How the response tells the source what to retry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseMode {
    /// By a list of records: the source retries these.
    EachRecord,
    /// By the first record that is not acknowledged: the source retries it and every later record.
    Checkpoint,
    /// By the success or failure of the invocation: the source retries everything or nothing.
    Invocation,
}

/// Which records of a sub-batch have failed if a backend's response names some of them. Lambda reads responses the same
/// way [Lambda developer guide, "Implementing partial batch responses"].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureSemantics {
    /// The named records have failed, and all others have succeeded (queues). The handler of a FIFO queue must therefore
    /// name every record that it did not process after the first failure.
    Each,
    /// The first named record and every later one have failed (streams). A bridge's backend handles stream records and names
    /// only the first failure, so the queue of a bridge has this too.
    FromLowest,
}

/// The records of one event, in the order of the event.
#[derive(Clone, Debug)]
pub struct Batch<'e> {
    /// The ARN of the queue or stream. Empty if the event has no records, or does not carry the ARN.
    pub source_arn: Cow<'e, str>,
    /// Which order the source promises.
    pub order: Order,
    /// How the response tells the source what to retry.
    pub response_mode: ResponseMode,
    /// Which records a backend's response declares as failed.
    pub failure_semantics: FailureSemantics,
    /// The records.
    pub records: Vec<Record<'e>>,
}

//! What a decoded event is: its records, each with the bytes it came in.

use std::borrow::Cow;

/// One item of a source's event. Its bytes are borrowed from the event and never rewritten.
#[derive(Clone)]
pub struct Record<'e> {
    raw: &'e str,
    id: Cow<'e, str>,
    order_key: Option<Cow<'e, str>>,
    first_seen_millis: Option<u64>,
}

impl<'e> Record<'e> {
    /// A record of these bytes that its source calls `id`.
    #[must_use]
    pub fn new(raw: &'e str, id: Cow<'e, str>) -> Self {
        Self { raw, id, order_key: None, first_seen_millis: None }
    }

    /// Puts the record into the line of those that share this order key.
    #[must_use]
    pub fn ordered_by(mut self, order_key: Cow<'e, str>) -> Self {
        self.order_key = Some(order_key);
        self
    }

    /// Says when the source first handed the record out, in milliseconds since 1970.
    #[must_use]
    pub fn first_seen(mut self, millis: Option<u64>) -> Self {
        self.first_seen_millis = millis;
        self
    }

    /// The record as it stands in the event, byte for byte.
    #[must_use]
    pub fn raw(&self) -> &'e str {
        self.raw
    }

    /// The identifier by which the source's partial batch response names the record (SQS: `messageId`).
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
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
    /// Records with equal order key are delivered one after the other.
    ByKey,
}

/// The records of one event, in the order in which they came.
#[derive(Clone, Debug)]
pub struct Batch<'e> {
    /// The ARN of the queue or stream; empty for an event without records.
    pub source_arn: Cow<'e, str>,
    /// Whether order is promised.
    pub order: Order,
    /// The records.
    pub records: Vec<Record<'e>>,
}

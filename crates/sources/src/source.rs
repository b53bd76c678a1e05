//! The trait that every event source implements, and the errors of its events.

use std::borrow::Cow;

use crate::kind::Kind;
use crate::record::{Batch, Record};

/// An event source, which reads its events into records.
pub trait Source: Copy + Send + Sync + 'static {
    /// The kind of the source.
    const KIND: Kind;

    /// Reads an event into records, whose bytes stay unchanged.
    ///
    /// # Errors
    /// If this is not an event of the source, or a record has no identifier or no order key. Then no response can name
    /// single records, so the source must retry the whole batch.
    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError>;

    /// Returns a record's content without the source's envelope, which is the payload for `payload = "record"`.
    ///
    /// # Errors
    /// If the content is not JSON: the payload of an Invoke must be JSON [Lambda API reference, "Invoke", `Payload`].
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable>;

    /// Returns this source as the queue of a bridge: each message holds one record of `stream`.
    ///
    /// Returns `None` if this source is not a queue, or `stream` is not a stream.
    #[must_use]
    fn draining(self, _stream: Kind) -> Option<Self> {
        None
    }
}

/// Why an event as a whole cannot be used. The source must retry all of it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EventError {
    /// The event does not have the shape of the source's events.
    #[error("not an event of this source: expected {expected}, {problem}: {remedy}")]
    Shape {
        /// The shape of the source's events.
        expected: &'static str,
        /// What was found, without content of the event.
        problem: String,
        /// What to do.
        remedy: String,
    },
    /// The records are those of another event source.
    #[error(
        "records of another event source: record {index} has eventSource {found:?}, \
         this router expects \"{expected}\": {}", remedy_for(Kind::of_event_source(.found))
    )]
    WrongSource {
        /// The position of the record in the event, counted from 0.
        index: usize,
        /// The `eventSource` of this router's source.
        expected: &'static str,
        /// The `eventSource` of the record, cut to 64 characters.
        found: String,
    },
    /// The records come from several queues or streams.
    #[error(
        "records of several event sources in one event: record {index} has another eventSourceARN than record 0: \
         connect this router only to event source mappings"
    )]
    SeveralSources {
        /// The position of the record in the event, counted from 0.
        index: usize,
    },
    /// The event belongs to a tumbling window. The state of a window would pass from one tenant to the next.
    #[error(
        "the event belongs to a tumbling window, whose state would pass from one tenant to the next: event source mapping, \
         tumbling_window_in_seconds: set it to 0 and aggregate in the backend, which separates the tenants"
    )]
    TumblingWindow,
}

/// What to do about an event of this router's own source that the source itself does not send.
pub(crate) const ODD_EVENT: &str = "let only its event source invoke this router, with the events unchanged";

/// Returns what to do about an event that looks like one of `found`, at the router of `own`.
pub(crate) fn shape_remedy(own: Kind, found: Option<Kind>) -> String {
    if found == Some(own) { ODD_EVENT.to_owned() } else { remedy_for(found) }
}

/// Returns what to do about an event of another source.
fn remedy_for(found: Option<Kind>) -> String {
    match found {
        Some(kind) => format!("use {}, which is built for that source", kind.binary()),
        None => "connect this router only to the event source that it was built for".to_owned(),
    }
}

/// The content of a record is not JSON.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the record's content is not JSON")]
pub struct Undecodable;

//! What a source has to know about its envelope.

use std::borrow::Cow;

use crate::kind::Kind;
use crate::record::{Batch, Record};

/// An event source: takes its events apart.
pub trait Source: Copy + Send + Sync + 'static {
    /// Which one it is.
    const KIND: Kind;

    /// Takes the envelope apart; the records keep their bytes.
    ///
    /// # Errors
    /// When this is not an event of the source, or a record cannot be told from the others: then nothing
    /// can be answered record by record, and the whole batch has to go back.
    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError>;

    /// A record's own content, without the source's envelope; this is what `payload = "record"` carries.
    ///
    /// # Errors
    /// When the content is not JSON, which is all that an Invoke can carry.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable>;

    /// The same source where its messages hold the records of a stream that was bridged into it; `None` where that
    /// cannot be.
    #[must_use]
    fn draining(self, _stream: Kind) -> Option<Self> {
        None
    }
}

/// The whole event cannot be used. Everything in it goes back to the source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EventError {
    /// The event does not have the source's shape.
    #[error("not an event of this source: expected {expected}, {problem}: {}", remedy(*.looks_like))]
    Shape {
        /// What the source's events look like.
        expected: &'static str,
        /// What was found; without any of the event's content.
        problem: String,
        /// The source whose event it looks like.
        looks_like: Option<Kind>,
    },
    /// Another service's records.
    #[error(
        "records of another event source: record {index} says eventSource {found:?}, \
         this router takes \"{expected}\": {}", remedy(Kind::of_event_source(.found))
    )]
    WrongSource {
        /// Position of the record in the event.
        index: usize,
        /// The `eventSource` that this router takes.
        expected: &'static str,
        /// The `eventSource` that it got, cut to 64 characters.
        found: String,
    },
    /// Records of several queues or streams in one event.
    #[error(
        "records of several event sources in one event: record {index} has another eventSourceARN than record 0: \
         connect this router only to event source mappings"
    )]
    SeveralSources {
        /// Position of the record in the event.
        index: usize,
    },
    /// An event of a tumbling window.
    #[error(
        "an event of a tumbling window, whose state would pass from one tenant to the next: event source mapping, \
         tumbling_window_in_seconds: set it to 0 and aggregate in the backend, which keeps each tenant apart"
    )]
    TumblingWindow,
}

fn remedy(kind: Option<Kind>) -> String {
    match kind {
        Some(kind) => format!("use {}, which is built for that source", kind.binary()),
        None => "connect this router only to the event source that it was built for".to_owned(),
    }
}

/// A record's content is not JSON.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the record's content is not JSON")]
pub struct Undecodable;

//! What a source has to know about its envelope.

use std::borrow::Cow;

use crate::record::{Batch, Record};

/// An event source: takes its events apart.
pub trait Source: Copy + Send + Sync + 'static {
    /// The name that the configuration's `source` has for it.
    const NAME: &'static str;

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
    fn content<'r>(&self, record: &Record<'r>) -> Result<Cow<'r, str>, Undecodable>;
}

/// The whole event cannot be used. Everything in it goes back to the source.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EventError {
    /// The event does not have the source's shape.
    #[error(
        "not an event of this source: expected {expected}, {problem}: \
         connect this router only to the event source that it was built for"
    )]
    Shape {
        /// What the source's events look like.
        expected: &'static str,
        /// What was found; without any of the event's content.
        problem: String,
    },
    /// Another service's records.
    #[error(
        "records of another event source: record {index} says eventSource \"{found}\", \
         this router takes \"{expected}\": use the router built for that source"
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
        "records of several event sources in one event: record {index} has another eventSourceARN than record 0"
    )]
    SeveralSources {
        /// Position of the record in the event.
        index: usize,
    },
}

/// A record's content is not JSON.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the record's content is not JSON")]
pub struct Undecodable;

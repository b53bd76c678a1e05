//! Queues of Amazon SQS, and what their API accepts.
//!
//! - `queue`: [`Queue`], the messages of a queue; `deduplication`: [`Deduplication`] of a FIFO queue
//! - `message`: [`NewMessage`], a message to send, and its quotas; `batch`: what a batch request may hold
//!
//! Refusals are the error codes of the API, such as `MissingParameter`.

mod batch;
mod deduplication;
mod message;
mod queue;

pub use batch::{MAX_ENTRIES, batch_refusal};
pub use deduplication::{DEDUPLICATION_INTERVAL, Deduplication};
pub use message::{MAX_BYTES, NewMessage};
pub use queue::{Message, Queue, ReceiptHandle, Sent};

/// Whether a queue keeps an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueType {
    /// A standard queue: any order, and a message may be received twice.
    Standard,
    /// A FIFO queue: order within each message group, and deduplication.
    Fifo,
}

impl QueueType {
    /// Returns the type of the queue with this name, URL or ARN. The name of a FIFO queue ends in `.fifo` [Amazon SQS API
    /// reference, `CreateQueue`].
    #[must_use]
    pub fn of(name: &str) -> Self {
        if name.strip_suffix(".fifo").is_some() { Self::Fifo } else { Self::Standard }
    }
}

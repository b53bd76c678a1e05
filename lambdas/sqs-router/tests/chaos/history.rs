//! Everything that happened to messages, in its order.

use std::sync::{Arc, Mutex, PoisonError};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// The backend began to run these messages, in this order, for this tenant.
    Ran { tenant: String, messages: Vec<String> },
    /// The backend's answer for these messages was sent, and it was a success.
    Confirmed { messages: Vec<String> },
    /// SQS acknowledged these messages as quarantined.
    Quarantined { messages: Vec<String> },
    /// The router answered a batch: what the queue deleted, and what it will hand out again.
    Answered { settled: Vec<String>, retried: Vec<String> },
    /// The router did not answer a batch with a partial batch response.
    Unanswered { messages: Vec<String>, outcome: String },
}

/// A history that several threads write to.
#[derive(Clone, Default)]
pub(crate) struct History(Arc<Mutex<Vec<Event>>>);

impl History {
    pub(crate) fn add(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    pub(crate) fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

//! The history of a round: every event of its messages, in order.

use std::sync::{Arc, Mutex, PoisonError};

/// One event of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The backend began to run these messages, in this order, for this tenant.
    Ran {
        /// The `TenantId` of the Invoke.
        tenant: String,
        /// The identifiers of the messages.
        messages: Vec<String>,
    },
    /// The backend's successful response for these messages was sent.
    Confirmed {
        /// The identifiers of the messages.
        messages: Vec<String>,
    },
    /// SQS acknowledged these messages as quarantined.
    Quarantined {
        /// The identifiers of the messages.
        messages: Vec<String>,
    },
    /// The router responded to a batch.
    Answered {
        /// The messages that the response acknowledges.
        acked: Vec<String>,
        /// The messages that the source will redeliver.
        retried: Vec<String>,
    },
    /// The router did not respond to a batch as it must.
    Unanswered {
        /// The messages of the batch.
        messages: Vec<String>,
        /// The outcome of the invocation.
        outcome: String,
    },
}

/// A history that several threads write.
#[derive(Clone, Default)]
pub struct History(Arc<Mutex<Vec<Event>>>);

impl History {
    /// Appends an event.
    pub fn add(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Returns the events so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

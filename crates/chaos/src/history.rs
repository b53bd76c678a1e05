//! Everything that happened to messages, in its order.

use std::sync::{Arc, Mutex, PoisonError};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The backend began to run these messages, in this order, for this tenant.
    Ran {
        /// The `TenantId` of the Invoke.
        tenant: String,
        /// Their identifiers.
        messages: Vec<String>,
    },
    /// The backend's answer for these messages was sent, and it was a success.
    Confirmed {
        /// Their identifiers.
        messages: Vec<String>,
    },
    /// SQS acknowledged these messages as quarantined.
    Quarantined {
        /// Their identifiers.
        messages: Vec<String>,
    },
    /// The router answered a batch.
    Answered {
        /// What the source is done with.
        settled: Vec<String>,
        /// What it will hand out again.
        retried: Vec<String>,
    },
    /// The router did not answer a batch as it should.
    Unanswered {
        /// What was in the batch.
        messages: Vec<String>,
        /// What came instead of an answer.
        outcome: String,
    },
}

/// A history that several threads write to.
#[derive(Clone, Default)]
pub struct History(Arc<Mutex<Vec<Event>>>);

impl History {
    /// Something happened just now.
    pub fn add(&self, event: Event) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// All that happened so far.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

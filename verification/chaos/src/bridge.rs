//! The FIFO queue between a stream's router and the router that drains it. A round takes less time than its deduplication
//! interval, so it keeps each record once.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_model::events::{event_of, identifiers};
use aws_model::sqs::Deduplication;
use testbed::sqs_api::Entry;

use crate::message::Message;

/// The name of the queue.
pub(crate) const QUEUE: &str = "bridge.fifo";

/// The queue and the messages in it.
#[derive(Default)]
pub(crate) struct Bridge(Mutex<State>);

#[derive(Default)]
struct State {
    known: Deduplication<()>,
    messages: Vec<Message>,
}

impl Bridge {
    /// Stores the entries, except those at the positions in `refused` and those with a known deduplication id.
    pub(crate) fn take(&self, entries: &[Entry], refused: &BTreeMap<usize, String>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, entry) in entries.iter().enumerate().filter(|(at, _)| !refused.contains_key(at)) {
            let id = entry.message_deduplication_id.as_deref().unwrap_or_default();
            if held.known.original(Duration::ZERO, id, ()).is_none() {
                held.messages.push(Message {
                    id: record_id(entry),
                    group: entry.message_group_id.clone().unwrap_or_default(),
                    body: entry.message_body.clone(),
                    attribute: String::new(),
                    // The drain does not use it: the checker compares with the messages of the stream.
                    tenant: None,
                });
            }
        }
    }

    /// Returns the stored messages in the order of their arrival.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).messages.clone()
    }
}

/// Returns the identifier that the stream gave to the record in this entry.
pub(crate) fn record_id(entry: &Entry) -> String {
    identifiers(event_of(std::slice::from_ref(&entry.message_body)).as_bytes()).concat()
}

//! The queue between a stream's router and the one that drains it: a FIFO queue that keeps each record once.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Mutex, PoisonError};

use testbed::sqs_api::Entry;

use crate::message::Message;

/// Its name.
pub(crate) const QUEUE: &str = "bridge.fifo";

/// What it holds.
#[derive(Default)]
pub(crate) struct Bridge(Mutex<Held>);

#[derive(Default)]
struct Held {
    known: HashSet<String>,
    messages: Vec<Message>,
}

impl Bridge {
    /// Takes these entries but for some; what it has already it does not keep twice.
    pub(crate) fn take(&self, entries: &[Entry], refused: &BTreeMap<usize, String>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, entry) in entries.iter().enumerate().filter(|(at, _)| !refused.contains_key(at)) {
            if held.known.insert(entry.message_deduplication_id.clone().unwrap_or_default()) {
                held.messages.push(Message {
                    id: record_id(entry),
                    group: entry.message_group_id.clone().unwrap_or_default(),
                    body: entry.message_body.clone(),
                    attribute: String::new(),
                    // The stream's router has let it in; whose it is will be seen where it runs.
                    tenant: None,
                });
            }
        }
    }

    /// What it holds, in the order in which it came.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).messages.clone()
    }
}

/// What the stream calls the record in this entry.
pub(crate) fn record_id(entry: &Entry) -> String {
    let event = format!("{{\"Records\":[{}]}}", entry.message_body);
    testbed::stream::sequence_numbers(event.as_bytes()).concat()
}

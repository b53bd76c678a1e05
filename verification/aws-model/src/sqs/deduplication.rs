//! The deduplication of a FIFO queue [Amazon SQS developer guide, "Exactly-once processing in Amazon SQS"].

use std::collections::HashMap;
use std::time::Duration;

/// The deduplication interval.
pub const DEDUPLICATION_INTERVAL: Duration = Duration::from_mins(5);

/// The deduplication ids that a FIFO queue knows, each with a value of its message.
///
/// Within five minutes of a message the queue acknowledges every other message with the same deduplication id and does not
/// store it, even if the first one was deleted meanwhile.
#[derive(Clone, Debug)]
pub struct Deduplication<V> {
    known: HashMap<String, (Duration, V)>,
}

impl<V> Default for Deduplication<V> {
    fn default() -> Self {
        Self { known: HashMap::new() }
    }
}

impl<V: Clone> Deduplication<V> {
    /// Returns the value of the message that this one duplicates, or remembers `value` for a new message.
    pub fn original(&mut self, now: Duration, id: &str, value: V) -> Option<V> {
        match self.known.get(id) {
            Some((stored, original)) if now < *stored + DEDUPLICATION_INTERVAL => Some(original.clone()),
            _ => {
                self.known.insert(id.to_owned(), (now, value));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_known_for_five_minutes_from_the_first_message() {
        let mut ids = Deduplication::default();
        assert_eq!(ids.original(Duration::ZERO, "d", 1), None);
        assert_eq!(ids.original(Duration::from_secs(200), "d", 2), Some(1));
        assert_eq!(ids.original(Duration::from_secs(299), "d", 3), Some(1), "a duplicate does not extend it");
        assert_eq!(ids.original(DEDUPLICATION_INTERVAL, "d", 4), None);
        assert_eq!(ids.original(Duration::from_secs(599), "d", 5), Some(4));
        assert_eq!(ids.original(Duration::from_secs(599), "e", 6), None);
    }
}

//! The records at which this router stopped, and from which Lambda redelivers the streams.
//!
//! A batch that begins with one of them has failed before. If its other records were sent at the same time as the one that
//! fails, they would be delivered again with every retry; so that record is tried alone first. These records are a hint: they
//! live as long as the execution environment, and routing is correct without them.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Checkpoints that are kept: one for each shard that an execution environment may serve in turn.
const MAX_CHECKPOINTS: usize = 64;

/// The latest checkpoints, each with the ARN of its stream.
#[derive(Debug, Default)]
pub struct Checkpoints(Mutex<VecDeque<(String, String)>>);

impl Checkpoints {
    pub(crate) fn remember(&self, source_arn: &str, id: &str) {
        let mut checkpoints = self.lock();
        checkpoints.retain(|known| !is_same(known, source_arn, id));
        if checkpoints.len() == MAX_CHECKPOINTS {
            checkpoints.pop_front();
        }
        checkpoints.push_back((source_arn.to_owned(), id.to_owned()));
    }

    pub(crate) fn contains(&self, source_arn: &str, id: &str) -> bool {
        self.lock().iter().any(|known| is_same(known, source_arn, id))
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_same(known: &(String, String), source_arn: &str, id: &str) -> bool {
    known.0 == source_arn && known.1 == id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checkpoint_belongs_to_its_stream_and_the_oldest_is_dropped() {
        let checkpoints = Checkpoints::default();
        for number in 0..=MAX_CHECKPOINTS {
            checkpoints.remember("stream", &number.to_string());
        }
        assert!(!checkpoints.contains("stream", "0") && checkpoints.contains("stream", "1"));
        assert!(!checkpoints.contains("other", "1"));
        checkpoints.remember("stream", "1");
        checkpoints.remember("stream", "new");
        assert!(checkpoints.contains("stream", "1") && !checkpoints.contains("stream", "2"));
    }
}

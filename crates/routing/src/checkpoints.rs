//! The records at which this router stopped, and from which streams will go on.
//!
//! A batch that begins with one of them has failed before. If its other records were sent beside the one that fails,
//! they would be delivered again with every retry; so that one is tried alone first. What is kept here is a hint: it
//! lives as long as the execution environment, and routing is right without it.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// As many shards as one environment may serve in turn.
const KEPT: usize = 64;

/// The latest checkpoints, each with its stream.
#[derive(Debug, Default)]
pub struct Checkpoints(Mutex<VecDeque<(String, String)>>);

impl Checkpoints {
    pub(crate) fn remember(&self, source_arn: &str, id: &str) {
        let mut kept = self.kept();
        kept.retain(|known| !is(known, source_arn, id));
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((source_arn.to_owned(), id.to_owned()));
    }

    pub(crate) fn know(&self, source_arn: &str, id: &str) -> bool {
        self.kept().iter().any(|known| is(known, source_arn, id))
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is(known: &(String, String), source_arn: &str, id: &str) -> bool {
    known.0 == source_arn && known.1 == id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_known_by_its_stream_and_the_oldest_is_forgotten_first() {
        let checkpoints = Checkpoints::default();
        for number in 0..=KEPT {
            checkpoints.remember("stream", &number.to_string());
        }
        assert!(!checkpoints.know("stream", "0") && checkpoints.know("stream", "1"));
        assert!(!checkpoints.know("other", "1"));
        checkpoints.remember("stream", "1");
        checkpoints.remember("stream", "new");
        assert!(checkpoints.know("stream", "1") && !checkpoints.know("stream", "2"));
    }
}

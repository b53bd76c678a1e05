//! A quarantine that does as it is told.

use std::cell::RefCell;
use std::time::Duration;

use routing::ports::{Acknowledgement, Quarantine, Rejected};
use tokio::time::Instant;

pub(crate) type QuarantineScript = Box<dyn Fn(&str) -> (Duration, Acknowledgement)>;

/// Takes batches of at most three and answers for each record as its script says.
pub(crate) struct FakeQuarantine {
    /// `messageId`, reason, raw record, when acknowledged.
    pub(crate) seen: RefCell<Vec<(String, String, String, Duration)>>,
    pub(crate) began: Instant,
    pub(crate) script: QuarantineScript,
}

impl Quarantine for FakeQuarantine {
    fn batches<'a>(&self, rejected: Vec<Rejected<'a>>) -> Vec<Vec<Rejected<'a>>> {
        rejected.chunks(3).map(<[_]>::to_vec).collect()
    }

    async fn send(&self, batch: &[Rejected<'_>]) -> Vec<Acknowledgement> {
        let mut answers = Vec::new();
        for rejected in batch {
            let (delay, answer) = (self.script)(rejected.record.id());
            tokio::time::sleep(delay).await;
            self.seen.borrow_mut().push((
                rejected.record.id().to_owned(),
                rejected.rejection.reason().code().to_owned(),
                rejected.record.raw().to_owned(),
                self.began.elapsed(),
            ));
            answers.push(answer);
        }
        answers
    }
}

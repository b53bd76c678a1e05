//! A quarantine that does as it is told.

use std::borrow::Cow;
use std::cell::RefCell;
use std::time::Duration;

use routing::ports::{QuarantineAck, QuarantineBatch, Quarantine, RejectedRecord, Transport};
use tokio::time::Instant;

pub(crate) type QuarantineScript = Box<dyn Fn(&str) -> (Duration, QuarantineAck)>;

/// What a quarantine keeps of the order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keeps {
    /// None.
    Nothing,
    /// That of each order key.
    EachOrderKey,
    /// That of each tenant whom the registry refuses, and of each order key elsewhere.
    EachTenant,
}

/// Takes batches of at most three and answers for each record as its script says. Records whose name begins with
/// `large` go by transport of a store, each by itself.
pub(crate) struct FakeQuarantine {
    /// `messageId`, reason, raw record, when acknowledged.
    pub(crate) seen: RefCell<Vec<(String, String, String, Duration)>>,
    /// The records of each request, and when it began.
    pub(crate) requests: RefCell<Vec<(Vec<String>, Duration)>>,
    pub(crate) began: Instant,
    pub(crate) keeps: Keeps,
    pub(crate) script: QuarantineScript,
}

impl Quarantine for FakeQuarantine {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        let tenant = || rejected.rejection.tenant().map(|tenant| Cow::Borrowed(tenant.as_str()));
        let order_key = || rejected.record.order_key().map(Cow::Borrowed);
        match self.keeps {
            Keeps::Nothing => None,
            Keeps::EachOrderKey => order_key(),
            Keeps::EachTenant => tenant().or_else(order_key),
        }
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        let is_large = |rejected: &RejectedRecord<'_>| rejected.record.id().starts_with("large");
        let alike = rejected.chunk_by(|one, other| !is_large(one) && !is_large(other));
        let chunks = alike.flat_map(|alike| alike.chunks(3));
        let transport = |chunk: &[RejectedRecord<'_>]| if is_large(&chunk[0]) { Transport::Store } else { Transport::Message };
        chunks.map(|chunk| QuarantineBatch { rejected: chunk.to_vec(), transport: transport(chunk) }).collect()
    }

    async fn send(&self, batch: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        let ids = batch.iter().map(|rejected| rejected.record.id().to_owned()).collect();
        self.requests.borrow_mut().push((ids, self.began.elapsed()));
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

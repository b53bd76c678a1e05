//! A quarantine that answers as a script says.

use std::borrow::Cow;
use std::cell::RefCell;
use std::time::Duration;

use routing::ports::{Quarantine, QuarantineAck, QuarantineBatch, RejectedRecord, Transport};
use tokio::time::Instant;

/// How long a record takes and what its acknowledgement is. The argument is the record's id.
pub(crate) type QuarantineScript = Box<dyn Fn(&str) -> (Duration, QuarantineAck)>;

/// What the FIFO groups of the quarantine are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FifoGroups {
    /// There are none, and no order is kept.
    None,
    /// One for each order key.
    ByOrderKey,
    /// One for each tenant that the registry rejects, and one for each order key of other records.
    ByTenant,
}

/// One record that was sent to the quarantine: its id, the reason code, the raw record, and when it was acknowledged.
pub(crate) type QuarantinedRecord = (String, String, String, Duration);

/// Takes batches of at most three records, and acknowledges each record as its script says. Records whose id begins with
/// `large` go by way of the store, each by itself.
pub(crate) struct FakeQuarantine {
    /// Every record that was sent, taken or not.
    pub(crate) records: RefCell<Vec<QuarantinedRecord>>,
    /// The records of each request, and when it began.
    pub(crate) requests: RefCell<Vec<(Vec<String>, Duration)>>,
    began: Instant,
    fifo_groups: FifoGroups,
    script: QuarantineScript,
}

impl FakeQuarantine {
    pub(crate) fn new(began: Instant, fifo_groups: FifoGroups, script: QuarantineScript) -> Self {
        Self { records: RefCell::default(), requests: RefCell::default(), began, fifo_groups, script }
    }
}

impl Quarantine for FakeQuarantine {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        let tenant = || rejected.rejection.tenant().map(|tenant| Cow::Borrowed(tenant.as_str()));
        let order_key = || rejected.record.order_key().map(Cow::Borrowed);
        match self.fifo_groups {
            FifoGroups::None => None,
            FifoGroups::ByOrderKey => order_key(),
            FifoGroups::ByTenant => tenant().or_else(order_key),
        }
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        let is_large = |rejected: &RejectedRecord<'_>| rejected.record.id().starts_with("large");
        let same_transport = rejected.chunk_by(|one, other| !is_large(one) && !is_large(other));
        let chunks = same_transport.flat_map(|records| records.chunks(3));
        let batch = |chunk: &[RejectedRecord<'a>]| {
            let transport = if is_large(&chunk[0]) { Transport::Store } else { Transport::Message };
            QuarantineBatch { rejected: chunk.to_vec(), transport }
        };
        chunks.map(batch).collect()
    }

    async fn send(&self, batch: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        let ids = batch.iter().map(|rejected| rejected.record.id().to_owned()).collect();
        self.requests.borrow_mut().push((ids, self.began.elapsed()));
        let mut acks = Vec::new();
        for rejected in batch {
            let (delay, ack) = (self.script)(rejected.record.id());
            tokio::time::sleep(delay).await;
            self.records.borrow_mut().push((
                rejected.record.id().to_owned(),
                rejected.rejection.reason().code().to_owned(),
                rejected.record.raw().to_owned(),
                self.began.elapsed(),
            ));
            acks.push(ack);
        }
        acks
    }
}

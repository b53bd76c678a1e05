//! How records get into a Kinesis data stream: alone, or several in an aggregate of the Kinesis Producer Library.

use super::{Kind, Plan};

/// How a record gets into a Kinesis data stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As a stream record of its own.
    Alone,
    /// In an aggregate of the Kinesis Producer Library, with others; that of this record, which is its first.
    In(usize),
    /// In an aggregate that is damaged.
    Damaged,
}

impl Plan {
    /// What a record's source calls a record: the record itself, or the aggregate that it lies in, by its first record.
    #[must_use]
    pub fn parent(&self, record: usize) -> usize {
        match self.records[record].packing {
            Packing::In(first) if self.kind == Kind::Kinesis => first,
            _ => record,
        }
    }

    /// Positions of the records that lie in what a source calls one.
    pub fn members(&self, parent: usize) -> impl Iterator<Item = usize> {
        let of = (parent..self.records.len()).take_while(move |&at| self.parent(at) == parent);
        of.filter(|&at| !self.records[at].left_out)
    }

    /// How many lie before a record in the aggregate of `first`.
    pub(crate) fn place(&self, first: usize, record: usize) -> usize {
        let before = &self.records[first..record];
        before.iter().filter(|of| of.packing == Packing::In(first) && !of.left_out).count()
    }

    /// Whether two records come under one key. A damaged aggregate is under the one that all aggregates have.
    #[must_use]
    pub fn have_one_key(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.records[one], &self.records[other]);
        match (one.packing, other.packing) {
            (Packing::Damaged, Packing::Damaged) => true,
            (Packing::Damaged, _) | (_, Packing::Damaged) => false,
            _ => one.key == other.key,
        }
    }

    /// Which of a shard's concurrent batches a record comes with: a matter of its partition key, and the Kinesis Producer
    /// Library gives all aggregates the same one [amazon-kinesis-producer, `KinesisRecord::partition_key`].
    #[must_use]
    pub fn partition(&self, record: usize) -> usize {
        match self.records[record].packing {
            Packing::In(_) | Packing::Damaged => 0,
            Packing::Alone => self.records[record].key % self.settings.batches_at_a_time,
        }
    }
}

//! How records are put into a Kinesis data stream: alone, or in an aggregate of the Kinesis Producer Library.

use super::{Kind, Plan};

/// How a record is put into a Kinesis data stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// As a stream record of its own.
    Alone,
    /// In an aggregate of the Kinesis Producer Library, whose first record has this number.
    In(usize),
    /// As a damaged aggregate.
    Damaged,
}

impl Plan {
    /// Returns the number by which the source knows a record: that of the record itself, or that of the first record of
    /// its aggregate.
    #[must_use]
    pub fn parent(&self, record: usize) -> usize {
        match self.records[record].packing {
            Packing::In(first) if self.kind == Kind::Kinesis => first,
            _ => record,
        }
    }

    /// Returns the numbers of the records in one record of the source.
    pub fn members(&self, parent: usize) -> impl Iterator<Item = usize> {
        let of = (parent..self.records.len()).take_while(move |&at| self.parent(at) == parent);
        of.filter(|&at| !self.records[at].left_out)
    }

    /// Returns how many records are before a record in the aggregate of `first`.
    pub(crate) fn place(&self, first: usize, record: usize) -> usize {
        let before = &self.records[first..record];
        before.iter().filter(|of| of.packing == Packing::In(first) && !of.left_out).count()
    }

    /// Returns whether two records have one key. All damaged aggregates share the partition key of aggregates.
    #[must_use]
    pub fn have_one_key(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.records[one], &self.records[other]);
        match (one.packing, other.packing) {
            (Packing::Damaged, Packing::Damaged) => true,
            (Packing::Damaged, _) | (_, Packing::Damaged) => false,
            _ => one.key == other.key,
        }
    }

    /// Returns the partition of the shard, one for each concurrent batch, from which a record is read. It depends on
    /// the partition key, and the Kinesis Producer Library gives all aggregates the same one [amazon-kinesis-producer,
    /// `KinesisRecord::partition_key`].
    #[must_use]
    pub fn partition(&self, record: usize) -> usize {
        match self.records[record].packing {
            Packing::In(_) | Packing::Damaged => 0,
            Packing::Alone => self.records[record].key % self.settings.batches_at_a_time,
        }
    }
}

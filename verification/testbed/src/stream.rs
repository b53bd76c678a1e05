//! The event source mapping of one shard, with the rules of the Lambda developer guide for Kinesis ("Configuring
//! partial batch response with Kinesis Data Streams and Lambda", "Retain discarded batch records for a Kinesis Data
//! Streams event source in Lambda", "How Lambda processes records from stream and queue-based event sources"). The same
//! rules hold for DynamoDB Streams.
//!
//! - The lowest sequence number in a partial batch response is the checkpoint. All records from there on are redelivered.
//! - A failed batch is redelivered until its retries are used up or its records are too old. Later records wait.
//! - With bisection a failed batch is delivered in halves, and a partial batch response splits the batch. Neither uses a retry.
//! - Discarded records go to the on-failure destination, and the shard continues after them.
//!
//! Where the guide does not decide, the stricter rule is used: without bisection a partial batch response uses a retry of the
//! remaining records. Time passes only in [`Shard::advance`].

use std::collections::VecDeque;
use std::time::Duration;

use crate::events::event_of;
use crate::runtime_api::Outcome;

use batch_result::BatchResult;

mod batch_result;

pub use batch_result::sequence_numbers;

/// A record in a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    sequence_number: String,
    json: String,
    arrived: Duration,
}

impl Record {
    /// Returns a record whose JSON in an event is `json`.
    #[must_use]
    pub fn new(sequence_number: &str, json: &str) -> Self {
        Self { sequence_number: sequence_number.to_owned(), json: json.to_owned(), arrived: Duration::ZERO }
    }

    /// Returns the sequence number.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        &self.sequence_number
    }
}

/// Whether `BisectBatchOnFunctionError` is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bisect {
    /// A failed batch is redelivered in halves.
    On,
    /// A failed batch is redelivered unchanged.
    Off,
}

/// The settings of an event source mapping.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// `BatchSize`.
    pub batch_size: usize,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRetryAttempts`. None: retry until the records are too old.
    pub maximum_retry_attempts: Option<u32>,
    /// `MaximumRecordAgeInSeconds`. None: no limit.
    pub maximum_record_age: Option<Duration>,
}

/// The reason why records were discarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `RetryAttemptsExhausted`.
    RetryAttemptsExhausted,
    /// `RecordAgeExceeded`.
    RecordAgeExceeded,
}

/// One delivery to the on-failure destination, with the complete records, as for an S3 bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded {
    /// The reason.
    pub condition: Condition,
    /// The records.
    pub records: Vec<Record>,
}

/// The result of one delivered batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The sequence numbers of the batch.
    pub delivered: Vec<String>,
    /// The sequence numbers before the checkpoint. Discarded records are not included.
    pub acked: Vec<String>,
}

/// Records that are delivered together, and the number of their failures.
#[derive(Debug)]
struct Batch {
    records: Vec<Record>,
    failures: u32,
}

/// A shard and the state of its event source mapping.
#[derive(Debug)]
pub struct Shard {
    rules: Rules,
    now: Duration,
    unread: VecDeque<Record>,
    /// The batches that were read and not acknowledged, in order.
    pending: VecDeque<Batch>,
    discarded: Vec<Discarded>,
}

impl Shard {
    /// Returns an empty shard.
    ///
    /// # Panics
    /// If the batch size is 0.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        assert!(rules.batch_size > 0, "batch_size must be at least 1");
        let (unread, pending) = (VecDeque::new(), VecDeque::new());
        Self { rules, now: Duration::ZERO, unread, pending, discarded: Vec::new() }
    }

    /// Appends records.
    pub fn put(&mut self, records: impl IntoIterator<Item = Record>) {
        self.unread.extend(records.into_iter().map(|record| Record { arrived: self.now, ..record }));
    }

    /// Advances the clock of the shard.
    pub fn advance(&mut self, time: Duration) {
        self.now += time;
    }

    /// Returns the discarded records so far.
    #[must_use]
    pub fn discarded(&self) -> &[Discarded] {
        &self.discarded
    }

    /// Delivers the next batch with `invoke`. Returns none if the shard is empty.
    pub fn step(&mut self, invoke: impl FnOnce(String) -> Outcome) -> Option<Step> {
        let batch = self.next_batch()?;
        let json: Vec<String> = batch.records.iter().map(|record| record.json.clone()).collect();
        let delivered = numbers(&batch.records);
        let result = BatchResult::of(&invoke(event_of(&json)), &delivered);
        let acked = match result {
            BatchResult::Success => delivered.clone(),
            BatchResult::Checkpoint(at) => delivered[..at].to_vec(),
            BatchResult::Failure => Vec::new(),
        };
        self.apply(batch, result);
        Some(Step { delivered, acked })
    }

    /// Returns the next batch, after it has discarded the records that are too old.
    fn next_batch(&mut self) -> Option<Batch> {
        loop {
            let batch = self.pending.pop_front().or_else(|| self.read())?;
            let oldest = self.rules.maximum_record_age.map(|age| self.now.saturating_sub(age));
            let (old, records): (Vec<_>, Vec<_>) = batch
                .records
                .into_iter()
                .partition(|record| oldest.is_some_and(|oldest| record.arrived < oldest));
            self.discard(Condition::RecordAgeExceeded, old);
            if !records.is_empty() {
                return Some(Batch { records, failures: batch.failures });
            }
        }
    }

    fn read(&mut self) -> Option<Batch> {
        let count = self.rules.batch_size.min(self.unread.len());
        let records: Vec<Record> = self.unread.drain(..count).collect();
        (!records.is_empty()).then_some(Batch { records, failures: 0 })
    }

    fn apply(&mut self, mut batch: Batch, result: BatchResult) {
        match (result, self.rules.bisect) {
            (BatchResult::Success, _) => {}
            (BatchResult::Checkpoint(at), Bisect::On) if at > 0 => {
                let records = batch.records.split_off(at);
                self.pending.push_front(Batch { records, failures: batch.failures });
            }
            (BatchResult::Checkpoint(at), _) => {
                let records = batch.records.split_off(at);
                self.try_again(Batch { records, failures: batch.failures });
            }
            (BatchResult::Failure, Bisect::On) if batch.records.len() > 1 => {
                let second = batch.records.split_off(batch.records.len() / 2);
                self.pending.push_front(Batch { records: second, failures: batch.failures });
                self.pending.push_front(batch);
            }
            (BatchResult::Failure, _) => self.try_again(batch),
        }
    }

    fn try_again(&mut self, batch: Batch) {
        let Batch { records, failures } = batch;
        if self.rules.maximum_retry_attempts.is_some_and(|most| failures >= most) {
            self.discard(Condition::RetryAttemptsExhausted, records);
        } else {
            self.pending.push_front(Batch { records, failures: failures + 1 });
        }
    }

    fn discard(&mut self, condition: Condition, records: Vec<Record>) {
        if !records.is_empty() {
            self.discarded.push(Discarded { condition, records });
        }
    }
}

/// Returns the sequence numbers of records.
#[must_use]
pub fn numbers(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.sequence_number.clone()).collect()
}

#[cfg(test)]
mod tests;

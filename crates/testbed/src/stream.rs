//! One shard's event source mapping, with the rules that the Lambda developer guide gives for Kinesis ("Configuring
//! partial batch response with Kinesis Data Streams and Lambda", "Retain discarded batch records for a Kinesis Data
//! Streams event source in Lambda", "How Lambda processes records from stream and queue-based event sources") and, in the
//! same words, for DynamoDB Streams.
//!
//! - The lowest sequence number that an answer names is the checkpoint; everything from there on is handed out again.
//! - A failed batch is handed out again until its tries or its records' time are used up; nothing behind it is meanwhile.
//! - With bisection a failed batch is handed out in halves, which uses up no try, and an answer in part cuts the batch.
//! - What is given up goes to the on-failure destination, and the shard goes on behind it.
//!
//! Where the guide is silent the harder reading is taken: an answer in part, without bisection, uses up a try of what
//! remains. Time passes only where [`Shard::pass`] says so.

use std::collections::VecDeque;
use std::time::Duration;

use crate::events::event_of;
use crate::runtime_api::Outcome;

use reading::Reading;

mod reading;

pub use reading::sequence_numbers;

/// A record in a shard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    sequence_number: String,
    json: String,
    arrived: Duration,
}

impl Record {
    /// A record that the event carries as `json`.
    #[must_use]
    pub fn new(sequence_number: &str, json: &str) -> Self {
        Self { sequence_number: sequence_number.to_owned(), json: json.to_owned(), arrived: Duration::ZERO }
    }

    /// Its sequence number.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        &self.sequence_number
    }
}

/// Whether `BisectBatchOnFunctionError` is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bisect {
    /// A failed batch is handed out in halves.
    On,
    /// A failed batch is handed out as it is.
    Off,
}

/// The settings of an event source mapping.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// `BatchSize`.
    pub batch_size: usize,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRetryAttempts`; none: until the records are too old.
    pub maximum_retry_attempts: Option<u32>,
    /// `MaximumRecordAgeInSeconds`; none: for ever.
    pub maximum_record_age: Option<Duration>,
}

/// Why records were given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// `RetryAttemptsExhausted`.
    RetryAttemptsExhausted,
    /// `RecordAgeExceeded`.
    RecordAgeExceeded,
}

/// What the on-failure destination got: the records whole, as an S3 bucket gets them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded {
    /// Why.
    pub condition: Condition,
    /// The records.
    pub records: Vec<Record>,
}

/// What became of one batch that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The sequence numbers that were handed out.
    pub handed_out: Vec<String>,
    /// Those of them that the checkpoint has passed, other than by giving them up.
    pub settled: Vec<String>,
}

/// Records that are handed out together, and how often they failed so.
#[derive(Debug)]
struct Batch {
    records: Vec<Record>,
    failures: u32,
}

/// A shard, and how far its event source mapping has read it.
#[derive(Debug)]
pub struct Shard {
    rules: Rules,
    now: Duration,
    unread: VecDeque<Record>,
    /// What was read and is not settled, in order.
    pending: VecDeque<Batch>,
    discarded: Vec<Discarded>,
}

impl Shard {
    /// A shard that holds nothing.
    ///
    /// # Panics
    /// Where the batch size is none.
    #[must_use]
    pub fn new(rules: Rules) -> Self {
        assert!(rules.batch_size > 0, "a batch holds a record at least");
        let (unread, pending) = (VecDeque::new(), VecDeque::new());
        Self { rules, now: Duration::ZERO, unread, pending, discarded: Vec::new() }
    }

    /// Puts records behind those that it holds.
    pub fn put(&mut self, records: impl IntoIterator<Item = Record>) {
        self.unread.extend(records.into_iter().map(|record| Record { arrived: self.now, ..record }));
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    /// What was given up so far.
    #[must_use]
    pub fn discarded(&self) -> &[Discarded] {
        &self.discarded
    }

    /// Hands the next batch to `invoke`; none where there is nothing left.
    pub fn step(&mut self, invoke: impl FnOnce(String) -> Outcome) -> Option<Step> {
        let batch = self.next_batch()?;
        let json: Vec<String> = batch.records.iter().map(|record| record.json.clone()).collect();
        let handed_out = numbers(&batch.records);
        let reading = Reading::of(&invoke(event_of(&json)), &handed_out);
        let settled = match reading {
            Reading::Success => handed_out.clone(),
            Reading::From(at) => handed_out[..at].to_vec(),
            Reading::Failure => Vec::new(),
        };
        self.go_on(batch, reading);
        Some(Step { handed_out, settled })
    }

    /// The batch that is due, without the records that are too old.
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

    fn go_on(&mut self, mut batch: Batch, reading: Reading) {
        match (reading, self.rules.bisect) {
            (Reading::Success, _) => {}
            (Reading::From(at), Bisect::On) if at > 0 => {
                let records = batch.records.split_off(at);
                self.pending.push_front(Batch { records, failures: batch.failures });
            }
            (Reading::From(at), _) => {
                let records = batch.records.split_off(at);
                self.try_again(Batch { records, failures: batch.failures });
            }
            (Reading::Failure, Bisect::On) if batch.records.len() > 1 => {
                let second = batch.records.split_off(batch.records.len() / 2);
                self.pending.push_front(Batch { records: second, failures: batch.failures });
                self.pending.push_front(batch);
            }
            (Reading::Failure, _) => self.try_again(batch),
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

/// The sequence numbers of records.
#[must_use]
pub fn numbers(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.sequence_number.clone()).collect()
}

#[cfg(test)]
mod tests;

//! A shard of a stream and its event source mapping [Lambda developer guide, "Configuring partial batch response with Kinesis
//! Data Streams and Lambda", "Retain discarded batch records for a Kinesis Data Streams event source in Lambda", "How Lambda
//! processes records from stream and queue-based event sources"; for DynamoDB Streams in the same words].
//!
//! - The lowest sequence number in a partial batch response is the checkpoint. All records from there on are redelivered.
//! - A failed batch is redelivered until its retries are used up or its records are too old. Later records wait.
//! - With bisection a failed batch is delivered in halves, and a partial batch response splits the batch. Neither uses a retry.
//! - Discarded records go to the on-failure destination, and the shard continues after them.
//! - With a `ParallelizationFactor`, several batches of the shard are in flight, and the order is kept by partition key.
//! - An aggregate of the Kinesis Producer Library is one record.
//!
//! Where the guide does not decide, the stricter rule is used: without bisection a partial batch response uses a retry of the
//! remaining records.

use std::collections::VecDeque;
use std::time::Duration;

use crate::events::{StreamRecord, event_of};
use crate::response::{BatchResult, FunctionResult, ItemFailures};

/// Whether `BisectBatchOnFunctionError` is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bisect {
    /// A failed batch is redelivered in halves.
    On,
    /// A failed batch is redelivered unchanged.
    Off,
}

/// The settings of an event source mapping. The defaults are those of AWS [Lambda API reference, `CreateEventSourceMapping`].
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// `BatchSize`.
    pub batch_size: usize,
    /// `BisectBatchOnFunctionError`.
    pub bisect: Bisect,
    /// `MaximumRetryAttempts`. None: retry until the records are too old.
    pub maximum_retry_attempts: Option<u32>,
    /// `MaximumRecordAgeInSeconds`. None: no limit.
    pub maximum_record_age: Option<Duration>,
    /// `ParallelizationFactor`: the number of partitions, each with one batch in flight.
    pub parallelization_factor: usize,
    /// The wait after the first failure. It doubles with each failure, five times at most; the guide gives no times.
    pub first_backoff: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch_size: 100,
            bisect: Bisect::Off,
            maximum_retry_attempts: None,
            maximum_record_age: None,
            parallelization_factor: 1,
            first_backoff: Duration::ZERO,
        }
    }
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
pub struct Discarded<R> {
    /// The reason.
    pub condition: Condition,
    /// The records.
    pub records: Vec<R>,
}

/// What a partition has for its poller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next<R> {
    /// A batch, which is in flight now.
    Batch {
        /// The records.
        records: Vec<R>,
        /// How often these records were delivered together, this time included.
        deliveries: u32,
    },
    /// Nothing before this time.
    Wait(Duration),
    /// Nothing more.
    Empty,
}

#[derive(Clone, Debug)]
struct Arrived<R> {
    record: R,
    at: Duration,
}

/// Records that are delivered together, and the number of their failures.
#[derive(Clone, Debug)]
struct Batch<R> {
    records: Vec<Arrived<R>>,
    failures: u32,
}

/// The part of a shard whose batches are delivered one after the other.
#[derive(Clone, Debug)]
struct Partition<R> {
    unread: VecDeque<Arrived<R>>,
    /// The batches that were read and not acknowledged, in order.
    pending: VecDeque<Batch<R>>,
    in_flight: Option<Batch<R>>,
    not_before: Duration,
}

/// A shard and the state of its event source mapping.
#[derive(Clone, Debug)]
pub struct Shard<R> {
    settings: Settings,
    partitions: Vec<Partition<R>>,
    discarded: Vec<Discarded<R>>,
}

impl<R: Clone> Shard<R> {
    /// Returns an empty shard.
    ///
    /// # Panics
    /// If the batch size or the parallelization factor is 0.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        assert!(settings.batch_size > 0, "batch_size must be at least 1");
        assert!(settings.parallelization_factor > 0, "parallelization_factor must be at least 1");
        let partition = || Partition {
            unread: VecDeque::new(),
            pending: VecDeque::new(),
            in_flight: None,
            not_before: Duration::ZERO,
        };
        let partitions = std::iter::repeat_with(partition).take(settings.parallelization_factor).collect();
        Self { settings, partitions, discarded: Vec::new() }
    }

    /// Appends a record to a partition. Records with one partition key must go to one partition. A record may arrive later than
    /// now, and is not read before.
    pub fn put(&mut self, partition: usize, at: Duration, record: R) {
        self.partitions[partition].unread.push_back(Arrived { record, at });
    }

    /// Returns the discarded records so far.
    #[must_use]
    pub fn discarded(&self) -> &[Discarded<R>] {
        &self.discarded
    }

    /// Removes and returns the discarded records.
    pub fn take_discarded(&mut self) -> Vec<Discarded<R>> {
        std::mem::take(&mut self.discarded)
    }

    /// Returns the next batch of a partition, after it has discarded the records that are too old.
    ///
    /// # Panics
    /// If a batch of the partition is in flight.
    pub fn receive(&mut self, partition: usize, now: Duration) -> Next<R> {
        let (settings, discarded) = (&self.settings, &mut self.discarded);
        let partition = &mut self.partitions[partition];
        assert!(partition.in_flight.is_none(), "a batch of the partition is in flight");
        if now < partition.not_before {
            return Next::Wait(partition.not_before);
        }
        let Some(batch) = partition.next_batch(settings, now, discarded) else {
            return partition.unread.front().map_or(Next::Empty, |next| Next::Wait(next.at));
        };
        let records = batch.records.iter().map(|arrived| arrived.record.clone()).collect();
        let deliveries = batch.failures + 1;
        partition.in_flight = Some(batch);
        Next::Batch { records, deliveries }
    }

    /// Ends the batch in flight of a partition, and returns the acknowledged records.
    pub fn finish(&mut self, partition: usize, now: Duration, result: BatchResult) -> Vec<R> {
        let (settings, discarded) = (&self.settings, &mut self.discarded);
        let partition = &mut self.partitions[partition];
        let Some(Batch { mut records, failures }) = partition.in_flight.take() else { return Vec::new() };
        let from = match result {
            BatchResult::Success => return records.into_iter().map(|arrived| arrived.record).collect(),
            BatchResult::Checkpoint(at) => at,
            BatchResult::Failure => 0,
        };
        let remaining = records.split_off(from);
        let acked = records.into_iter().map(|arrived| arrived.record).collect();
        let mut batch = Batch { records: remaining, failures };
        let is_cut = result == BatchResult::Failure && batch.records.len() > 1;
        match settings.bisect {
            Bisect::On if from > 0 => partition.pending.push_front(batch),
            Bisect::On if is_cut => {
                let second = batch.records.split_off(batch.records.len() / 2);
                partition.pending.push_front(Batch { records: second, failures });
                partition.pending.push_front(batch);
            }
            _ => partition.try_again(settings, now, batch, discarded),
        }
        acked
    }
}

impl<R> Partition<R> {
    fn next_batch(
        &mut self,
        settings: &Settings,
        now: Duration,
        discarded: &mut Vec<Discarded<R>>,
    ) -> Option<Batch<R>> {
        loop {
            let batch = self.pending.pop_front().or_else(|| self.read(settings.batch_size, now))?;
            let is_old = |arrived: &Arrived<R>| {
                settings.maximum_record_age.is_some_and(|most| now.saturating_sub(arrived.at) > most)
            };
            let (old, records): (Vec<_>, Vec<_>) = batch.records.into_iter().partition(is_old);
            discard(discarded, Condition::RecordAgeExceeded, old);
            if !records.is_empty() {
                return Some(Batch { records, failures: batch.failures });
            }
        }
    }

    fn read(&mut self, most: usize, now: Duration) -> Option<Batch<R>> {
        let count = self.unread.iter().take(most).take_while(|arrived| arrived.at <= now).count();
        (count > 0).then(|| Batch { records: self.unread.drain(..count).collect(), failures: 0 })
    }

    fn try_again(
        &mut self,
        settings: &Settings,
        now: Duration,
        batch: Batch<R>,
        discarded: &mut Vec<Discarded<R>>,
    ) {
        let Batch { records, failures } = batch;
        if settings.maximum_retry_attempts.is_some_and(|most| failures >= most) {
            discard(discarded, Condition::RetryAttemptsExhausted, records);
        } else {
            self.not_before = now + settings.first_backoff * 2_u32.pow(failures.min(5));
            self.pending.push_front(Batch { records, failures: failures + 1 });
        }
    }
}

fn discard<R>(discarded: &mut Vec<Discarded<R>>, condition: Condition, records: Vec<Arrived<R>>) {
    if !records.is_empty() {
        let records = records.into_iter().map(|arrived| arrived.record).collect();
        discarded.push(Discarded { condition, records });
    }
}

/// The result of one delivered batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The sequence numbers of the batch.
    pub delivered: Vec<String>,
    /// The sequence numbers before the checkpoint. Discarded records are not included.
    pub acked: Vec<String>,
}

impl Shard<StreamRecord> {
    /// Delivers the next batch of the only partition with `invoke`. Returns none if there is none now.
    pub fn step<F: Into<FunctionResult>>(
        &mut self,
        now: Duration,
        invoke: impl FnOnce(String) -> F,
    ) -> Option<Step> {
        let Next::Batch { records, .. } = self.receive(0, now) else { return None };
        let json: Vec<String> = records.iter().map(|record| record.json.clone()).collect();
        let delivered = numbers(&records);
        let result = ItemFailures::of(&invoke(event_of(&json)).into()).checkpoint(&delivered);
        let acked = numbers(&self.finish(0, now, result));
        Some(Step { delivered, acked })
    }
}

/// Returns the sequence numbers of records.
#[must_use]
pub fn numbers(records: &[StreamRecord]) -> Vec<String> {
    records.iter().map(|record| record.sequence_number.clone()).collect()
}

#[cfg(test)]
mod tests;

//! A shard of a stream and its event source mapping [Lambda developer guide, "Using Lambda with Kinesis", "Configuring
//! partial batch response with Kinesis Data Streams and Lambda", "Retain discarded batch records for a Kinesis Data
//! Streams event source in Lambda", "How Lambda processes records from stream and queue-based event sources"; for
//! `DynamoDB` Streams in the same words].
//!
//! - The lowest sequence number that a response names is the checkpoint: the records from there on are delivered again.
//! - A failed batch is delivered again until its tries are used up or its records are too old. Later records wait.
//! - With bisection, a failed batch is delivered in halves, which does not count as a try. A partial batch response
//!   cuts the batch at the checkpoint.
//! - Discarded records go to the on-failure destination, and the shard continues after them.
//! - With a `ParallelizationFactor`, several batches are in flight, and the order is kept by partition key.
//! - An aggregate of the Kinesis Producer Library is one record of the stream.
//!
//! Where the guide says nothing, the model takes the harder reading, like the testbed's shard: without bisection, a
//! partial batch response counts as a try of the remaining records.

use std::collections::VecDeque;
use std::time::Duration;

use super::World;
use super::poller::{EventSource, InvocationResult, Next, ReceivedRecord};
use crate::history::{DiscardReason, Event, FailedItem};
use crate::plan::{Bisect, Plan};

/// The first wait before a failed batch is delivered again. It doubles with each failure.
const BACK_OFF: Duration = Duration::from_secs(1);

pub(super) struct Shard {
    partitions: Vec<Partition>,
}

/// The part of the shard from which one of the concurrent batches is read. An aggregate counts as one record.
#[derive(Default)]
struct Partition {
    unread: VecDeque<usize>,
    pending: VecDeque<Batch>,
    under_way: Option<Batch>,
    not_before: Duration,
}

struct Batch {
    records: Vec<usize>,
    failures: u32,
}

/// What a response says about a batch.
enum Reading {
    Success,
    /// Success up to this index; the record there failed.
    From(usize),
    Failure,
}

impl Shard {
    pub(super) fn of(plan: &Plan) -> Self {
        let mut partitions: Vec<Partition> =
            (0..plan.settings.batches_at_a_time).map(|_| Partition::default()).collect();
        for record in plan.sent() {
            let (unread, parent) = (&mut partitions[plan.partition(record)].unread, plan.parent(record));
            if unread.back() != Some(&parent) {
                unread.push_back(parent);
            }
        }
        Self { partitions }
    }
}

impl Reading {
    fn of(ending: &InvocationResult, records: &[usize]) -> Self {
        let InvocationResult::Responded(named) = ending else { return Self::Failure };
        let place = |named: &FailedItem| match named {
            FailedItem::Record(named) => records.iter().position(|record| record == named),
            FailedItem::WholeBatch | FailedItem::Unknown => None,
        };
        let places: Option<Vec<usize>> = named.iter().map(place).collect();
        match places {
            None => Self::Failure,
            Some(places) => places.into_iter().min().map_or(Self::Success, Self::From),
        }
    }
}

impl Partition {
    fn read(&mut self, world: &World) -> Option<Batch> {
        let now = world.time.now();
        let arrived = |record: &&usize| world.plan.records[**record].sent_at <= now;
        let count = self.unread.iter().take(world.plan.settings.batch_size).take_while(arrived).count();
        (count > 0).then(|| Batch { records: self.unread.drain(..count).collect(), failures: 0 })
    }

    /// Returns the batch that is due, without the records that are too old.
    fn due(&mut self, world: &World) -> Option<Batch> {
        loop {
            let batch = self.pending.pop_front().or_else(|| self.read(world))?;
            let now = world.time.now();
            let is_old = |record: &usize| {
                let age = now.saturating_sub(world.plan.records[*record].sent_at);
                world.plan.settings.record_age.is_some_and(|most| age > most)
            };
            let (old, records): (Vec<_>, Vec<_>) = batch.records.into_iter().partition(is_old);
            discard(world, &old, DiscardReason::Age);
            if !records.is_empty() {
                return Some(Batch { records, failures: batch.failures });
            }
        }
    }

    fn try_again(&mut self, world: &World, batch: Batch) {
        let Batch { records, failures } = batch;
        if failures + 1 >= world.plan.settings.tries {
            discard(world, &records, DiscardReason::Tries);
        } else {
            self.not_before = world.time.now() + BACK_OFF * 2_u32.pow(failures.min(5));
            self.pending.push_front(Batch { records, failures: failures + 1 });
        }
    }
}

fn discard(world: &World, records: &[usize], why: DiscardReason) {
    for record in records.iter().flat_map(|&parent| world.plan.members(parent)) {
        world.log(Event::Discarded { record, why });
    }
}

impl EventSource for Shard {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        let partition = &mut self.partitions[poller];
        if world.time.now() < partition.not_before {
            return Next::Wait(partition.not_before);
        }
        let Some(batch) = partition.due(world) else {
            let next = partition.unread.front().map(|&record| world.plan.records[record].sent_at);
            return next.map_or(Next::Done, Next::Wait);
        };
        let deliveries = batch.failures + 1;
        let records = batch.records.iter().flat_map(|&parent| world.plan.members(parent));
        let received =
            records.map(|record| ReceivedRecord { record, receives: deliveries, group: 0 }).collect();
        partition.under_way = Some(batch);
        Next::Batch(received)
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        poller: usize,
        _: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        let partition = &mut self.partitions[poller];
        let Some(mut batch) = partition.under_way.take() else { return };
        let reading = Reading::of(ending, &batch.records);
        let acked = match reading {
            Reading::Success => batch.records.len(),
            Reading::From(at) => at,
            Reading::Failure => 0,
        };
        for record in batch.records[..acked].iter().flat_map(|&parent| world.plan.members(parent)) {
            world.log(Event::Acked { record });
        }
        match (reading, world.plan.settings.bisect) {
            (Reading::Success, _) => {}
            (Reading::From(at), Bisect::On) if at > 0 => {
                let records = batch.records.split_off(at);
                partition.pending.push_front(Batch { records, failures: batch.failures });
            }
            (Reading::From(at), _) => {
                let records = batch.records.split_off(at);
                partition.try_again(world, Batch { records, failures: batch.failures });
            }
            (Reading::Failure, Bisect::On) if batch.records.len() > 1 => {
                let second = batch.records.split_off(batch.records.len() / 2);
                partition.pending.push_front(Batch { records: second, failures: batch.failures });
                partition.pending.push_front(batch);
            }
            (Reading::Failure, _) => partition.try_again(world, batch),
        }
    }
}

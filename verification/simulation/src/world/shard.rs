//! A shard of a stream and its event source mapping [`aws_model::shard`]. An aggregate of the Kinesis Producer Library is one
//! record of the stream, and has the number of its first record.

use std::time::Duration;

use aws_model::shard::{self, Condition, Settings};

use super::event_source::{EventSource, InvocationResult, Next};
use super::received::ReceivedRecord;
use super::state::World;
use crate::history::{DiscardReason, Event};
use crate::plan::{Bisect, Plan};

/// The first wait before a failed batch is delivered again.
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

pub(super) struct Shard {
    model: shard::Shard<usize>,
    /// The records of the batch in flight of each partition, where an aggregate counts as one.
    in_flight: Vec<Vec<usize>>,
}

impl Shard {
    pub(super) fn of(plan: &Plan) -> Self {
        let settings = &plan.settings;
        let mut model = shard::Shard::new(Settings {
            batch_size: settings.batch_size,
            bisect: match settings.bisect {
                Bisect::On => shard::Bisect::On,
                Bisect::Off => shard::Bisect::Off,
            },
            maximum_retry_attempts: Some(settings.tries.saturating_sub(1)),
            maximum_record_age: settings.record_age,
            parallelization_factor: settings.batches_at_a_time,
            first_backoff: FIRST_BACKOFF,
        });
        let mut last = vec![None; settings.batches_at_a_time];
        for record in plan.sent() {
            let (partition, parent) = (plan.partition(record), plan.parent(record));
            if last[partition].replace(parent) != Some(parent) {
                model.put(partition, plan.records[parent].sent_at, parent);
            }
        }
        Self { model, in_flight: vec![Vec::new(); settings.batches_at_a_time] }
    }

    fn log_discarded(&mut self, world: &World) {
        for discarded in self.model.take_discarded() {
            let why = match discarded.condition {
                Condition::RetryAttemptsExhausted => DiscardReason::Tries,
                Condition::RecordAgeExceeded => DiscardReason::Age,
            };
            for record in discarded.records.iter().flat_map(|&parent| world.plan.members(parent)) {
                world.log(Event::Discarded { record, why });
            }
        }
    }
}

impl EventSource for Shard {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        let next = self.model.receive(poller, world.time.now());
        self.log_discarded(world);
        match next {
            shard::Next::Wait(at) => Next::Wait(at),
            shard::Next::Empty => Next::Done,
            shard::Next::Batch { records, deliveries: receives } => {
                let members = records.iter().flat_map(|&parent| world.plan.members(parent));
                let batch = members.map(|record| ReceivedRecord { record, receives, group: 0 }).collect();
                self.in_flight[poller] = records;
                Next::Batch(batch)
            }
        }
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        poller: usize,
        _: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        let result = ending.failures().checkpoint(&self.in_flight[poller]);
        let acked = self.model.finish(poller, world.time.now(), result);
        for record in acked.iter().flat_map(|&parent| world.plan.members(parent)) {
            world.log(Event::Acked { record });
        }
        self.log_discarded(world);
    }
}

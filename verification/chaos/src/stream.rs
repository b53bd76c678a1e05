//! A shard of a stream, whose event source mapping delivers one batch at a time.

use std::collections::HashMap;
use std::time::Duration;

use aws_model::events::StreamRecord;
use aws_model::shard::{Bisect, Settings, Shard};
use fastrand::Rng;
use testbed::{Outcome, Sandbox};

use crate::deployment::Deployment;
use crate::history::Event;
use crate::services::Services;
use crate::source::Source;

/// A record of a shard, with the identifiers of the messages in it.
pub(crate) type ShardRecord = (StreamRecord, Vec<String>);

/// Delivers each batch to a random router, until the shard is empty or the limit of batches is reached.
pub(crate) fn deliver(
    source: Source,
    records: Vec<ShardRecord>,
    routers: &mut [Sandbox],
    deployment: &Deployment,
    services: &Services,
    rng: &mut Rng,
) {
    // Records are never discarded, so every lost record was lost by the router.
    let batch_size = source.largest_batch();
    let settings = Settings { batch_size, bisect: Bisect::On, ..Settings::default() };
    let mut shard = Shard::new(settings);
    let mut held = HashMap::new();
    for (record, messages) in records {
        held.insert(record.sequence_number.clone(), messages);
        shard.put(0, Duration::ZERO, record);
    }
    let messages = |numbers: &[String]| -> Vec<String> {
        numbers.iter().flat_map(|number| held[number].clone()).collect()
    };
    let (faulty, all) = source.batch_limits(deployment.messages.len());
    for batch in 0..all {
        if batch == faulty {
            deployment.faults.stop();
        }
        let router = &mut routers[rng.usize(0..routers.len())];
        let mut outcome = None;
        let step = shard.step(Duration::ZERO, |event| {
            let result = services.invoke(router, event);
            outcome = Some(result.clone());
            result
        });
        let Some(step) = step else { break };
        match outcome {
            Some(Outcome::Response(_)) => {}
            other => {
                let messages = messages(&step.delivered);
                deployment.history.add(Event::Unanswered { messages, outcome: format!("{other:?}") });
                break;
            }
        }
        let (acked, retried) = (messages(&step.acked), messages(&step.delivered[step.acked.len()..]));
        deployment.history.add(Event::Answered { acked, retried });
    }
}

//! A stream's source: a shard full of records, handed to the routers one batch at a time, as one shard is polled.

use std::collections::HashMap;

use fastrand::Rng;
use testbed::stream::Record;
use testbed::{Bisect, Invocation, Outcome, Rules, Sandbox, Shard};

use crate::estate::Estate;
use crate::history::Event;
use crate::source::Source;
use crate::stage::Stage;
use crate::world::TIME;

/// What a shard holds: a record, with the identifiers of the messages in it.
pub(crate) type Held = (Record, Vec<String>);

/// Hands out batch after batch, each to any one of the routers, until the shard is empty or should long have been.
pub(crate) fn deliver(
    source: Source,
    records: Vec<Held>,
    routers: &mut [Sandbox],
    estate: &Estate,
    stage: &Stage,
    rng: &mut Rng,
) {
    // Records are never given up, so that whatever is lost was lost by the router.
    let batch_size = source.largest_batch();
    let mut shard = Shard::new(Rules {
        batch_size,
        bisect: Bisect::On,
        maximum_retry_attempts: None,
        maximum_record_age: None,
    });
    let mut held = HashMap::new();
    for (record, messages) in records {
        held.insert(record.sequence_number().to_owned(), messages);
        shard.put([record]);
    }
    let messages = |numbers: &[String]| -> Vec<String> {
        numbers.iter().flat_map(|number| held[number].clone()).collect()
    };
    let (faulty, all) = source.batches(estate.messages.len());
    for batch in 0..all {
        if batch == faulty {
            estate.faults.stop();
        }
        let router = &mut routers[rng.usize(0..routers.len())];
        let mut outcome = None;
        let step = shard.step(|event| {
            let came = router.invoke(Invocation::of(event).within(TIME));
            outcome = Some(came.clone());
            came
        });
        stage.forget();
        let Some(step) = step else { break };
        match outcome {
            Some(Outcome::Response(_)) => {}
            other => {
                let messages = messages(&step.handed_out);
                estate.history.add(Event::Unanswered { messages, outcome: format!("{other:?}") });
                break;
            }
        }
        let (settled, retried) = (messages(&step.settled), messages(&step.handed_out[step.settled.len()..]));
        estate.history.add(Event::Answered { settled, retried });
    }
}

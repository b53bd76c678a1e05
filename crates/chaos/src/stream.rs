//! One round of a stream's router: a shard full of records, and two environments of the router, one batch at a time as
//! one shard is polled, while all goes wrong; then until the shard is empty.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};
use testbed::stream::{Record, sequence_numbers};
use testbed::{Bisect, Invocation, Outcome, Rules, Sandbox, Shard};

use crate::{Answers, Estate, Event, Faults, History, Message, Order};

/// What a round is played with.
pub struct Round<'a> {
    /// The router.
    pub bootstrap: &'a Path,
    /// The configuration's word for the source.
    pub source: &'a str,
    /// The configuration's `tenant_id`.
    pub tenant_id: Value,
    /// What is sent, in its order.
    pub messages: Vec<Message>,
    /// What the shard holds, each with the identifiers of the messages in it.
    pub shard: Vec<(Record, Vec<String>)>,
}

/// The time that Lambda gives the router: the backend's second, eleven for an environment to start, some for Invokes
/// that follow one another.
const TIME: Duration = Duration::from_secs(18);

/// Environments that Lambda has for the function; each batch goes to any one of them.
const ENVIRONMENTS: usize = 2;

/// Records are never given up, so that whatever is lost was lost by the router.
const RULES: Rules =
    Rules { batch_size: 24, bisect: Bisect::On, maximum_retry_attempts: None, maximum_record_age: None };

/// Plays a round and checks its history.
pub fn play(round: Round<'_>, seed: u64) {
    let count = round.messages.len();
    let estate = Estate {
        faults: Arc::new(Faults::new(seed)),
        history: History::default(),
        messages: Arc::new(round.messages),
        messages_in: sequence_numbers,
        answers: Answers::From,
    };
    let (lambda, sqs) = (estate.lambda(), estate.sqs());
    let config = json!({
        "source": round.source,
        "backend": { "function": "orders:live", "timeout_seconds": 1 },
        "tenant_id": round.tenant_id,
        "delivery": { "in_flight": 8, "max_records": 4 },
        "on_reject": { "quarantine": sqs.queue_url("quarantine") },
    });
    let (config, lambda_url, sqs_url) = (config.to_string(), lambda.endpoint(), sqs.endpoint());
    let environment = [
        ("TENANT_ROUTER_CONFIG", config.as_str()),
        ("AWS_ENDPOINT_URL_LAMBDA", lambda_url.as_str()),
        ("AWS_ENDPOINT_URL_SQS", sqs_url.as_str()),
    ];
    let start = |_| {
        Sandbox::start(round.bootstrap, &environment)
            .unwrap_or_else(|failure| panic!("the init failed: {failure:?}"))
    };
    let mut routers: Vec<Sandbox> = (0..ENVIRONMENTS).map(start).collect();
    let mut shard = Shard::new(RULES);
    let mut held = HashMap::new();
    for (record, messages) in round.shard {
        held.insert(record.sequence_number().to_owned(), messages);
        shard.put([record]);
    }
    let redelivered =
        drive(&mut shard, &held, &mut routers, &estate, &mut Rng::with_seed(seed.rotate_left(32)), count);
    estate.judge(Order::WithinTenant, redelivered, seed);
}

/// Hands out batch after batch until the shard is empty or should long have been; how many records came again.
fn drive(
    shard: &mut Shard,
    held: &HashMap<String, Vec<String>>,
    routers: &mut [Sandbox],
    estate: &Estate,
    rng: &mut Rng,
    count: usize,
) -> usize {
    let messages = |numbers: &[String]| -> Vec<String> {
        numbers.iter().flat_map(|number| held[number].clone()).collect()
    };
    let (faulty, all) = (count / 4, 4 * count);
    let mut redelivered = 0;
    for batch in 0..all {
        if batch == faulty {
            estate.faults.stop();
        }
        let at = rng.usize(0..routers.len());
        let mut outcome = None;
        let step = shard.step(|event| {
            let came = routers[at].invoke(Invocation::of(event).within(TIME));
            outcome = Some(came.clone());
            came
        });
        let Some(step) = step else { break };
        let retried: Vec<String> = step.handed_out[step.settled.len()..].to_vec();
        redelivered += retried.len();
        match outcome {
            Some(Outcome::Response(_)) => {}
            other => {
                let messages = messages(&step.handed_out);
                estate.history.add(Event::Unanswered { messages, outcome: format!("{other:?}") });
                break;
            }
        }
        let (settled, retried) = (messages(&step.settled), messages(&retried));
        estate.history.add(Event::Answered { settled, retried });
    }
    redelivered
}

//! The real `eventbridge-router` under everything that can go wrong at once, checked against what it promises.
//! `CHAOS_SEED` and `CHAOS_ROUNDS` are the crate `chaos`'s.
//!
//! A rule invokes asynchronously; what is not settled comes again later. Lambda would give it up after two retries and
//! write to the failure destination; here it comes until it is settled, so that whatever is lost was lost by the router.

#![allow(clippy::panic, reason = "a test's failure")]

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chaos::{Answers, Estate, Event, Faults, History, Message, Order, draw};
use fastrand::Rng;
use serde_json::{Value, json};
use testbed::eventbridge::event;
use testbed::{Invocation, Outcome, Sandbox};

const MESSAGES: usize = 300;

/// Some more than the backend's second and the eleven that an environment's start takes.
const TIME: Duration = Duration::from_secs(18);

#[test]
fn a_bus_loses_nothing_and_misroutes_nothing_whatever_fails() {
    chaos::rounds("EventBridge", play);
}

fn play(seed: u64) {
    let messages = draw(MESSAGES, &mut Rng::with_seed(seed));
    let estate = Estate {
        faults: Arc::new(Faults::new(seed)),
        history: History::default(),
        messages: Arc::new(messages.clone()),
        messages_in: |payload| {
            let event: Value = serde_json::from_slice(payload).unwrap_or_default();
            event["id"].as_str().into_iter().map(str::to_owned).collect()
        },
        answers: Answers::Nothing,
    };
    let (lambda, sqs) = (estate.lambda(), estate.sqs());
    let config = json!({
        "source": "eventbridge",
        "backend": { "function": "orders:live", "timeout_seconds": 1 },
        "tenant_id": { "from": ["$.detail.tenantId"], "must_match": ["$.detail.sender"] },
        "on_reject": { "quarantine": sqs.queue_url("quarantine") },
    });
    let (config, lambda_url, sqs_url) = (config.to_string(), lambda.endpoint(), sqs.endpoint());
    let environment = [
        ("TENANT_ROUTER_CONFIG", config.as_str()),
        ("AWS_ENDPOINT_URL_LAMBDA", lambda_url.as_str()),
        ("AWS_ENDPOINT_URL_SQS", sqs_url.as_str()),
    ];
    let bootstrap = Path::new(env!("CARGO_BIN_EXE_eventbridge-router"));
    let mut router = Sandbox::start(bootstrap, &environment)
        .unwrap_or_else(|failure| panic!("the init failed: {failure:?}"));
    let redelivered = drive(messages.into(), &mut router, &estate);
    estate.judge(Order::None, redelivered, seed);
}

/// Hands out event after event until all are settled or should long have been; how often one came again.
fn drive(mut waiting: VecDeque<Message>, router: &mut Sandbox, estate: &Estate) -> usize {
    let mut redelivered = 0;
    for invocation in 0..4 * MESSAGES {
        if invocation == MESSAGES {
            estate.faults.stop();
        }
        let Some(message) = waiting.pop_front() else { break };
        let detail = serde_json::from_str(&message.body).unwrap_or(Value::Null);
        let outcome = router.invoke(Invocation::of(event(&message.id, &detail)).within(TIME));
        let one = vec![message.id.clone()];
        let (settled, retried) = match outcome {
            Outcome::Response(_) => (one, Vec::new()),
            Outcome::Error(error) if error.error_type == "NotSettled" => (Vec::new(), one),
            other => {
                estate.history.add(Event::Unanswered { messages: one, outcome: format!("{other:?}") });
                break;
            }
        };
        if !retried.is_empty() {
            redelivered += 1;
            waiting.push_back(message);
        }
        estate.history.add(Event::Answered { settled, retried });
    }
    redelivered
}

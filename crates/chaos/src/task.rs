//! A state machine's tasks, one message each. Step Functions retries and catches by the error's name, so that a name
//! says what the backend did: a task that may be retried certainly did not run, and a result is the backend's.

use std::collections::VecDeque;

use serde_json::{Value, json};
use testbed::{Invocation, Outcome, Sandbox};

use crate::estate::Estate;
use crate::history::Event;
use crate::message::Message;
use crate::source::Source;
use crate::stage::Stage;
use crate::world::TIME;

/// The backend certainly did not run.
const DID_NOT_RUN: [&str; 4] =
    ["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld"];

/// It may have.
const MAY_HAVE_RUN: [&str; 2] = ["BackendFailed", "Timeout"];

/// The task is nobody's: the state machine catches it, and it is no business of the backend's.
const REJECTED: &str = "TenantRejected";

/// What the backend's successes answer.
const RESULT: &[u8] = br#"{"batchItemFailures":[]}"#;

/// Runs task after task, on the routers in turn, until each has its result, or is rejected, or should long have been.
pub(crate) fn deliver(routers: &mut [Sandbox], estate: &Estate, stage: &Stage) {
    let mut waiting: VecDeque<&Message> = estate.messages.iter().collect();
    let (faulty, all) = Source::Task.batches(estate.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            estate.faults.stop();
        }
        let Some(message) = waiting.pop_front() else { break };
        let before = estate.history.events().len();
        let outcome = routers[invocation % count].invoke(Invocation::of(input(message)).within(TIME));
        stage.forget();
        let now = estate.history.events().split_off(before);
        let event = told(message, &outcome, &now, estate);
        if matches!(&event, Event::Answered { retried, .. } if !retried.is_empty()) {
            waiting.push_back(message);
        }
        estate.history.add(event);
    }
}

fn input(message: &Message) -> String {
    let body: Value = serde_json::from_str(&message.body).unwrap_or_default();
    let mut input = json!({ "sender": message.attribute, "payload": { "id": message.id, "of": body } });
    if let Some(tenant) = body.get("tenantId") {
        input["tenant_id"] = tenant.clone();
    }
    input.to_string()
}

/// What the outcome means, held against what the backend did meanwhile.
fn told(message: &Message, outcome: &Outcome, now: &[Event], estate: &Estate) -> Event {
    let one = || vec![message.id.clone()];
    let ran = now.iter().any(|event| matches!(event, Event::Ran { .. }));
    let answered = now.iter().any(|event| matches!(event, Event::Confirmed { .. }));
    match outcome {
        Outcome::Response(result) if answered && result == RESULT => {
            return Event::Answered { settled: one(), retried: Vec::new() };
        }
        Outcome::Error(error) => {
            let name = error.error_type.as_str();
            if MAY_HAVE_RUN.contains(&name) || (!ran && DID_NOT_RUN.contains(&name)) {
                return Event::Answered { settled: Vec::new(), retried: one() };
            }
            if !ran && name == REJECTED {
                // To the state machine this is what a quarantine is to a queue.
                estate.history.add(Event::Quarantined { messages: one() });
                return Event::Answered { settled: one(), retried: Vec::new() };
            }
        }
        _ => {}
    }
    Event::Unanswered { messages: one(), outcome: format!("ran: {ran}, answered: {answered}; {outcome:?}") }
}

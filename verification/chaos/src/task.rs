//! Tasks of a state machine, with one message each. Step Functions retries and catches errors by name, so each name must be
//! true: an error of [`DID_NOT_RUN`] means that the backend did not run, and a result is the result of the backend.

use std::collections::VecDeque;

use serde_json::{Value, json};
use testbed::{Outcome, Sandbox};

use crate::deployment::Deployment;
use crate::history::Event;
use crate::message::Message;
use crate::services::Services;
use crate::source::Source;

/// The errors after which the backend certainly did not run.
const DID_NOT_RUN: [&str; 4] =
    ["BackendThrottled", "BackendMisconfigured", "RegistryUnavailable", "TenantHeld"];

/// The errors after which the backend may have run.
const MAY_HAVE_RUN: [&str; 2] = ["BackendFailed", "Timeout"];

/// The error of a rejected task. The state machine catches it.
const REJECTED: &str = "TenantRejected";

/// The result of each success of the backend.
const RESULT: &[u8] = br#"{"batchItemFailures":[]}"#;

/// Runs the tasks on the routers in turn, until each task has a result or is rejected, or the limit of invocations is reached.
pub(crate) fn deliver(routers: &mut [Sandbox], deployment: &Deployment, services: &Services) {
    let mut waiting: VecDeque<&Message> = deployment.messages.iter().collect();
    let (faulty, all) = Source::Task.batch_limits(deployment.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            deployment.faults.stop();
        }
        let Some(message) = waiting.pop_front() else { break };
        let before = deployment.history.events().len();
        let outcome = services.invoke(&mut routers[invocation % count], input(message));
        let now = deployment.history.events().split_off(before);
        let event = classify(message, &outcome, &now, deployment);
        if matches!(&event, Event::Answered { retried, .. } if !retried.is_empty()) {
            waiting.push_back(message);
        }
        deployment.history.add(event);
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

/// Returns the event for an outcome, compared with what the backend did meanwhile (`now`).
fn classify(message: &Message, outcome: &Outcome, now: &[Event], deployment: &Deployment) -> Event {
    let one = || vec![message.id.clone()];
    let ran = now.iter().any(|event| matches!(event, Event::Ran { .. }));
    let confirmed = now.iter().any(|event| matches!(event, Event::Confirmed { .. }));
    match outcome {
        Outcome::Response(result) if confirmed && result == RESULT => {
            return Event::Answered { acked: one(), retried: Vec::new() };
        }
        Outcome::Error(error) => {
            let name = error.error_type.as_str();
            if MAY_HAVE_RUN.contains(&name) || (!ran && DID_NOT_RUN.contains(&name)) {
                return Event::Answered { acked: Vec::new(), retried: one() };
            }
            if !ran && name == REJECTED {
                // The caught error is for a state machine what the quarantine is for a queue.
                deployment.history.add(Event::Quarantined { messages: one() });
                return Event::Answered { acked: one(), retried: Vec::new() };
            }
        }
        _ => {}
    }
    Event::Unanswered { messages: one(), outcome: format!("ran: {ran}, confirmed: {confirmed}; {outcome:?}") }
}

//! A rule of an event bus, which invokes the router asynchronously with one event at a time.
//!
//! Lambda discards an event after two retries and sends it to the on-failure destination. Here an event is redelivered until
//! it is acknowledged, so every lost event was lost by the router.

use std::collections::VecDeque;

use aws_model::events::eventbridge::event;
use serde_json::Value;
use testbed::{Outcome, Sandbox};

use crate::deployment::Deployment;
use crate::history::Event;
use crate::message::Message;
use crate::services::Services;
use crate::source::Source;

/// Delivers the events to the routers in turn, until all are acknowledged or the limit of invocations is reached.
pub(crate) fn deliver(routers: &mut [Sandbox], deployment: &Deployment, services: &Services) {
    let mut waiting: VecDeque<&Message> = deployment.messages.iter().collect();
    let (faulty, all) = Source::EventBridge.batch_limits(deployment.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            deployment.faults.stop();
        }
        let Some(message) = waiting.pop_front() else { break };
        let detail = serde_json::from_str(&message.body).unwrap_or(Value::Null);
        let event = event(&message.id, &detail);
        let outcome = services.invoke(&mut routers[invocation % count], event);
        let one = vec![message.id.clone()];
        let (acked, retried) = match outcome {
            Outcome::Response(_) => (one, Vec::new()),
            Outcome::Error(error) if error.error_type == "NotAcknowledged" => (Vec::new(), one),
            other => {
                deployment.history.add(Event::Unanswered { messages: one, outcome: format!("{other:?}") });
                break;
            }
        };
        if !retried.is_empty() {
            waiting.push_back(message);
        }
        deployment.history.add(Event::Answered { acked, retried });
    }
}

//! A rule of a bus: one event at a time. A rule invokes asynchronously; what is not settled comes again later. Lambda would
//! give it up after two retries and write to the failure destination; here it comes until it is settled, so that whatever
//! is lost was lost by the router.

use std::collections::VecDeque;

use serde_json::Value;
use testbed::eventbridge::event;
use testbed::{Invocation, Outcome, Sandbox};

use crate::estate::Estate;
use crate::history::Event;
use crate::message::Message;
use crate::source::Source;
use crate::stage::Stage;
use crate::world::TIME;

/// Hands out event after event, to the routers in turn, until all are settled or should long have been.
pub(crate) fn deliver(routers: &mut [Sandbox], estate: &Estate, stage: &Stage) {
    let mut waiting: VecDeque<&Message> = estate.messages.iter().collect();
    let (faulty, all) = Source::EventBridge.batches(estate.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            estate.faults.stop();
        }
        let Some(message) = waiting.pop_front() else { break };
        let detail = serde_json::from_str(&message.body).unwrap_or(Value::Null);
        let event = event(&message.id, &detail);
        let outcome = routers[invocation % count].invoke(Invocation::of(event).within(TIME));
        stage.forget();
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
            waiting.push_back(message);
        }
        estate.history.add(Event::Answered { settled, retried });
    }
}

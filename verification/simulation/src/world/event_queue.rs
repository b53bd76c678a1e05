//! Lambda's queue of events for asynchronous invocations [`aws_model::invoke`; Lambda developer guide, "Capturing records of Lambda
//! asynchronous invocations"].
//!
//! The event may run twice although nothing failed. Lambda may delete it before it runs if the function cannot keep up.
//!
//! None of this affects the router or another event. So the whole life of an event is simulated when Lambda accepts it,
//! and its events are recorded with their later times.

use std::time::Duration;

use aws_model::invoke::QueuedEvent;

use super::payload::Payload;
use super::state::{World, millis};
use crate::history::{Event, EventFate, Fault};
use crate::plan::faults::{RunFault, Site};
use crate::plan::{FaultExposure, InvokePayload, OnFailure, OutageKind, Poison};

/// Accepts the event of an Invoke, and simulates what becomes of it.
pub(super) fn accept(world: &World, call: usize, payload: &Payload) {
    world.log(Event::Accepted { call });
    let settings = world.plan.settings.event_invoke;
    let for_good = match settings.on_failure {
        OnFailure::Destination => EventFate::InDestination,
        OnFailure::Nothing => EventFate::Lost,
    };
    let ran = |at| world.log_at(at, Event::Ran { call });
    let now = world.time.now();
    let mut event = QueuedEvent::accepted(now);
    event.due_at += millis(20);
    let (at, fate) = loop {
        let at = event.due_at;
        if event.is_expired(at, settings.age) {
            break (now + settings.age, for_good);
        }
        match fault(world, payload, at) {
            Some(RunFault::Dropped) => break (at, EventFate::Dropped),
            Some(fault @ (RunFault::Throttled | RunFault::SystemError)) => {
                if fault == RunFault::SystemError {
                    ran(at);
                }
                event.put_back(at);
            }
            Some(RunFault::FunctionError) => {
                ran(at);
                world.log_at(at, Event::Failed { call, records: payload.records.clone() });
                if !event.failed(at, settings.tries.saturating_sub(1)) {
                    break (at, for_good);
                }
            }
            Some(RunFault::Twice) => {
                ran(at);
                ran(at + millis(300));
                break (at + millis(300), done(world, payload));
            }
            None => {
                ran(at);
                break (at, done(world, payload));
            }
        }
    };
    world.log_at(at, Event::EventEnded { call, fate });
}

fn has_poison(world: &World, payload: &Payload, poison: Poison) -> bool {
    payload.records.iter().any(|&record| world.plan.records[record].poison == Some(poison))
}

fn done(world: &World, payload: &Payload) -> EventFate {
    if has_poison(world, payload, Poison::FailsItem) { EventFate::FailuresUnread } else { EventFate::Done }
}

/// Returns the fault of a run: an outage, a fault of the moment, or a poison record.
fn fault(world: &World, payload: &Payload, at: Duration) -> Option<RunFault> {
    let plan = &world.plan;
    let (tenant, first) = (payload.tenant?, *payload.records.first()?);
    if at < plan.faults_end_at && plan.outages_at(at).any(|outage| outage == OutageKind::Throttles(tenant)) {
        world.log_at(at, Event::Fault { key: None, fault: Fault::Run(RunFault::Throttled) });
        return Some(RunFault::Throttled);
    }
    let drawn = match plan.tenants[tenant].exposure {
        FaultExposure::Spared => None,
        FaultExposure::Exposed => world.draw_fault_at(at, Site::Accepted, first, |rng| {
            Some(RunFault::ALL[rng.usize(0..RunFault::ALL.len())])
        }),
    };
    let fails = has_poison(world, payload, Poison::FailsAll)
        || plan.settings.payload == InvokePayload::Content && has_poison(world, payload, Poison::FailsItem);
    match drawn {
        None | Some(RunFault::Twice) if fails => Some(RunFault::FunctionError),
        _ => drawn,
    }
}

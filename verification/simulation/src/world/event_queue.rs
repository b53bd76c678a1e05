//! Lambda's queue of events for asynchronous invocations [Lambda developer guide, "How Lambda handles errors and
//! retries with asynchronous invocation", "Capturing records of Lambda asynchronous invocations"].
//!
//! - 202 means that Lambda has the event. The caller does not learn what becomes of it.
//! - After a function error Lambda retries, one minute later and then two, up to `MaximumRetryAttempts` times.
//! - After a throttled run or a 5xx the event goes back to the queue: for one second, then each time for twice as long,
//!   up to five minutes, until it is older than `MaximumEventAgeInSeconds`.
//! - The event may run twice although nothing failed. Lambda may delete it before it runs if the function cannot keep
//!   up.
//! - An event that fails for good goes to the failure destination. Without one it is lost.
//! - Lambda does not read the function's response, not even a partial batch response.
//!
//! None of this affects the router or another event. So the whole life of an event is simulated when Lambda accepts it,
//! and its events are recorded with their later times.

use std::time::Duration;

use super::backend::Payload;
use super::{World, millis};
use crate::history::{Event, EventFate, Fault};
use crate::plan::faults::{RunFault, Site};
use crate::plan::{FaultExposure, InvokePayload, OnFailure, OutageKind, Poison};

/// Returns how long an event waits after this many errors of its function.
pub(super) fn after_errors(errors: u32) -> Duration {
    Duration::from_mins(1) * errors
}

/// Returns how long an event waits that went back to the queue this many times before.
pub(super) fn put_back(times: u32) -> Duration {
    Duration::from_secs(1 << times.min(9)).min(Duration::from_mins(5))
}

/// Accepts the event of an Invoke, and simulates what becomes of it.
pub(super) fn accept(world: &World, call: usize, payload: &Payload) {
    world.log(Event::Accepted { call });
    let settings = world.plan.settings.event_invoke;
    let expires = world.time.now() + settings.age;
    let for_good = match settings.on_failure {
        OnFailure::Destination => EventFate::InDestination,
        OnFailure::Nothing => EventFate::Lost,
    };
    let ran = |at| world.log_at(at, Event::Ran { call });
    let (mut at, mut errors, mut times) = (world.time.now() + millis(20), 0, 0);
    let fate = loop {
        if at > expires {
            at = expires;
            break for_good;
        }
        match fault(world, payload, at) {
            Some(RunFault::Dropped) => break EventFate::Dropped,
            Some(fault @ (RunFault::Throttled | RunFault::SystemError)) => {
                if fault == RunFault::SystemError {
                    ran(at);
                }
                at += put_back(times);
                times += 1;
            }
            Some(RunFault::FunctionError) => {
                ran(at);
                world.log_at(at, Event::Failed { call, records: payload.records.clone() });
                errors += 1;
                if errors >= settings.tries {
                    break for_good;
                }
                at += after_errors(errors);
            }
            Some(RunFault::Twice) => {
                ran(at);
                at += millis(300);
                ran(at);
                break done(world, payload);
            }
            None => {
                ran(at);
                break done(world, payload);
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

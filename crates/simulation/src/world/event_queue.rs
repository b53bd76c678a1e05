//! Lambda's queue of events for asynchronous invocations [Lambda developer guide, "How Lambda handles errors and
//! retries with asynchronous invocation", "Capturing records of Lambda asynchronous invocations"].
//!
//! - 202 says that Lambda has the event. What becomes of it then, the caller does not hear.
//! - After a function's error it is tried again, a minute later and then two, as often as `MaximumRetryAttempts` says.
//! - A run that is throttled, or ends with a 5xx, puts it back: for a second, and each time for twice as long, for five
//!   minutes at most, until it is older than `MaximumEventAgeInSeconds`.
//! - It may run twice though nothing failed, and it may be deleted unseen where the function cannot keep up.
//! - What fails for good goes to the failure destination. Without one it is gone.
//! - What the function answers is not read, a partial batch response neither.
//!
//! None of this touches the router or another event. So it is told at once, when the event is accepted, and put into its
//! place in time afterwards.

use std::time::Duration;

use super::backend::Payload;
use super::{World, millis};
use crate::history::{EventFate, Event, Fault};
use crate::plan::faults::{RunFault, Site};
use crate::plan::{InvokePayload, FaultExposure, OnFailure, Poison, OutageKind};

/// How long an event waits after so many errors of its function.
pub(super) fn after_errors(errors: u32) -> Duration {
    Duration::from_mins(1) * errors
}

/// How long an event waits that was put back before, so many times.
pub(super) fn put_back(times: u32) -> Duration {
    Duration::from_secs(1 << times.min(9)).min(Duration::from_mins(5))
}

/// Lambda has the event of an Invoke, and does with it what it does.
pub(super) fn accept(world: &World, call: usize, payload: &Payload) {
    world.log(Event::Accepted { call });
    let settings = world.plan.settings.accepted;
    let expires = world.time.now() + settings.age;
    let for_good = match settings.on_failure {
        OnFailure::Destination => EventFate::InDestination,
        OnFailure::Nothing => EventFate::Lost,
    };
    let ran = |at| world.log_at(at, Event::Ran { call });
    let (mut at, mut errors, mut times) = (world.time.now() + millis(20), 0, 0);
    let what = loop {
        if at > expires {
            at = expires;
            break for_good;
        }
        match befalls(world, payload, at) {
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
    world.log_at(at, Event::EventEnded { call, what });
}

fn has_poison(world: &World, payload: &Payload, poison: Poison) -> bool {
    payload.records.iter().any(|&record| world.plan.records[record].poison == Some(poison))
}

fn done(world: &World, payload: &Payload) -> EventFate {
    if has_poison(world, payload, Poison::FailsItem) { EventFate::FailuresUnread } else { EventFate::Done }
}

/// What befalls an event that comes to be run: weather, bad luck or poison.
fn befalls(world: &World, payload: &Payload, at: Duration) -> Option<RunFault> {
    let plan = &world.plan;
    let (tenant, first) = (payload.tenant?, *payload.records.first()?);
    if at < plan.faults_end_at && plan.outages_at(at).any(|weather| weather == OutageKind::Throttles(tenant)) {
        world.log_at(at, Event::Fault { key: None, fault: Fault::Run(RunFault::Throttled) });
        return Some(RunFault::Throttled);
    }
    let struck = match plan.tenants[tenant].exposure {
        FaultExposure::Spared => None,
        FaultExposure::Exposed => world.draw_fault_at(at, Site::Accepted, first, |rng| {
            Some(RunFault::ALL[rng.usize(0..RunFault::ALL.len())])
        }),
    };
    let fails = has_poison(world, payload, Poison::FailsAll)
        || plan.settings.payload == InvokePayload::Content && has_poison(world, payload, Poison::FailsItem);
    match struck {
        None | Some(RunFault::Twice) if fails => Some(RunFault::FunctionError),
        _ => struck,
    }
}

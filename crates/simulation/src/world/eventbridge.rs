//! A rule of EventBridge [EventBridge user guide, "How EventBridge retries delivering events", "Using dead-letter queues to
//! process undelivered events in EventBridge"; Lambda developer guide, "How Lambda handles errors and retries with
//! asynchronous invocation"].
//!
//! - It hands each event over, to a queue or to Lambda, and tries again with a growing wait as long and as often as its
//!   retry policy says. Where it does not hear that the event was taken, the target gets it twice.
//! - What it cannot hand over goes to the rule's dead-letter queue.
//! - Lambda invokes the router asynchronously, with one event. What the router answers is not read; that it fails is.
//! - What failed as often as `MaximumRetryAttempts` says, or is older than `MaximumEventAgeInSeconds`, goes to the
//!   on-failure destination.
//!
//! Where the guide is silent the harder reading is taken: an invocation whose end Lambda does not hear uses up a try.

use std::time::Duration;

use super::event_queue::{after_errors, put_back};
use super::poller::{InvocationResult, EventSource, ReceivedRecord, Next};
use super::queue::Message;
use super::{World, millis};
use crate::history::{Event, DiscardReason};
use crate::plan::faults::{RuleDeliveryFault, RunFault, Site};

/// Events as their rule hands them over: the record, and when its target has it.
fn arrivals(world: &World) -> Vec<(usize, Duration)> {
    let settings = world.plan.settings.rule_retry;
    let mut arrivals = Vec::new();
    for record in world.plan.sent() {
        let sent_at = world.plan.records[record].sent_at;
        let (mut at, mut tries, mut arrived) = (sent_at, 0, 0);
        loop {
            let fault = world.draw_fault_at(at, Site::RuleDelivery, record, |rng| match rng.u32(0..4) {
                0 => Some(RuleDeliveryFault::ResponseLost),
                _ => Some(RuleDeliveryFault::Refused),
            });
            if fault != Some(RuleDeliveryFault::Refused) {
                if arrived > 0 {
                    world.log_at(at, Event::Redelivered { record });
                }
                arrived += 1;
                arrivals.push((record, at));
            }
            if fault.is_none() {
                break;
            }
            tries += 1;
            if tries >= settings.tries || at >= sent_at + settings.age {
                world.log_at(at, Event::Discarded { record, why: DiscardReason::Undelivered });
                break;
            }
            let jitter = world.rng_at(Site::RuleDelivery, record, arrived).u64(0..500);
            at += put_back(tries) + millis(jitter);
        }
    }
    arrivals
}

/// The messages of a queue to which a rule sends.
pub(super) fn messages(world: &World) -> Vec<Message> {
    let message = |(record, visible_at)| Message::of(record, 0, visible_at);
    arrivals(world).into_iter().map(message).collect()
}

/// A rule that invokes the router, and Lambda's queue in between.
pub(super) struct Rule {
    events: Vec<Queued>,
}

struct Queued {
    record: usize,
    accepted_at: Duration,
    due: Duration,
    errors: u32,
    put_back: u32,
    state: Is,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Is {
    Waiting,
    /// The poller of this number invokes the router with it, and will see to it afterwards.
    UnderWay(usize),
    Gone,
}

impl Rule {
    pub(super) fn of(world: &World) -> Self {
        let queued = |(record, at)| Queued {
            record,
            accepted_at: at,
            due: at,
            errors: 0,
            put_back: 0,
            state: Is::Waiting,
        };
        Self { events: arrivals(world).into_iter().map(queued).collect() }
    }
}

impl Queued {
    fn give_up(&mut self, world: &World, why: DiscardReason) {
        self.state = Is::Gone;
        world.log(Event::Discarded { record: self.record, why });
    }

    /// Whether the router gets it now.
    fn is_due(&mut self, world: &World) -> bool {
        let now = world.time.now();
        let most = world.plan.settings.record_age.unwrap_or(Duration::MAX);
        if now.saturating_sub(self.accepted_at) > most {
            self.give_up(world, DiscardReason::Age);
            return false;
        }
        let fault = world
            .draw_fault(Site::Accepted, self.record, |rng| (rng.u32(0..4) == 0).then_some(RunFault::Throttled));
        if fault.is_some() {
            self.due = now + put_back(self.put_back);
            self.put_back += 1;
        }
        fault.is_none()
    }
}

impl EventSource for Rule {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        let now = world.time.now();
        loop {
            let waiting = self.events.iter_mut().filter(|event| event.state == Is::Waiting);
            let Some(next) = waiting.min_by_key(|event| event.due) else { return Next::Done };
            if next.due > now {
                return Next::Wait(next.due);
            }
            if next.is_due(world) {
                next.state = Is::UnderWay(poller);
                return Next::Batch(vec![ReceivedRecord {
                    record: next.record,
                    receives: next.errors + 1,
                    group: 0,
                }]);
            }
        }
    }

    fn invocation_ended(&mut self, world: &World, poller: usize, _: &[ReceivedRecord], ending: &InvocationResult) {
        let now = world.time.now();
        let under_way = |event: &&mut Queued| event.state == Is::UnderWay(poller);
        let Some(event) = self.events.iter_mut().find(under_way) else { return };
        let record = event.record;
        if matches!(ending, InvocationResult::Responded(named) if named.is_empty()) {
            world.log(Event::Acked { record });
            let again =
                world.draw_fault(Site::Redelivery, record, |rng| (rng.u32(0..4) == 0).then_some(RunFault::Twice));
            event.state = if again.is_some() { Is::Waiting } else { Is::Gone };
            if again.is_some() {
                world.log(Event::Redelivered { record });
                event.due = now + millis(300);
            }
            return;
        }
        event.errors += 1;
        if event.errors >= world.plan.settings.tries {
            event.give_up(world, DiscardReason::Tries);
        } else {
            event.state = Is::Waiting;
            event.due = now + after_errors(event.errors);
        }
    }
}

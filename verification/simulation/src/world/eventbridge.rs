//! A rule of EventBridge [EventBridge user guide, "How EventBridge retries delivering events", "Using dead-letter
//! queues to process undelivered events in EventBridge"; for Lambda's event queue `aws_model::invoke`].
//!
//! - The rule delivers each event to a queue or to Lambda. It retries with a growing wait, within its retry policy. If
//!   the response of the target is lost, the target gets the event twice.
//! - An event that it cannot deliver goes to the rule's dead-letter queue.
//! - Lambda invokes the router asynchronously, with one event. It does not read the response, only whether it failed.
//!
//! Where the guide says nothing, the model takes the harder reading: an invocation that Lambda cannot see the end of
//! counts as a try.

use std::time::Duration;

use aws_model::invoke::{QueuedEvent, backoff};

use super::event_source::{EventSource, InvocationResult, Next};
use super::received::ReceivedRecord;
use super::state::{World, millis};
use crate::history::{DiscardReason, Event};
use crate::plan::faults::{RuleDeliveryFault, RunFault, Site};

/// Returns the deliveries of the rule: the record, and when its target gets it.
pub(super) fn deliveries(world: &World) -> Vec<(usize, Duration)> {
    let settings = world.plan.settings.rule_retry;
    let mut deliveries = Vec::new();
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
                deliveries.push((record, at));
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
            at += backoff(tries) + millis(jitter);
        }
    }
    deliveries
}

/// A rule that invokes the router, with Lambda's event queue between them.
pub(super) struct Rule {
    events: Vec<RuleEvent>,
}

struct RuleEvent {
    record: usize,
    queued: QueuedEvent,
    state: EventState,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum EventState {
    Waiting,
    /// The poller with this number invokes the router with the event.
    UnderWay(usize),
    Gone,
}

impl Rule {
    pub(super) fn of(world: &World) -> Self {
        let event = |(record, at)| RuleEvent {
            record,
            queued: QueuedEvent::accepted(at),
            state: EventState::Waiting,
        };
        Self { events: deliveries(world).into_iter().map(event).collect() }
    }
}

impl RuleEvent {
    fn discard(&mut self, world: &World, why: DiscardReason) {
        self.state = EventState::Gone;
        world.log(Event::Discarded { record: self.record, why });
    }

    /// Returns whether Lambda invokes the router with it now.
    fn is_due(&mut self, world: &World) -> bool {
        let now = world.time.now();
        if world.plan.settings.record_age.is_some_and(|most| self.queued.is_expired(now, most)) {
            self.discard(world, DiscardReason::Age);
            return false;
        }
        let fault = world.draw_fault(Site::Accepted, self.record, |rng| {
            (rng.u32(0..4) == 0).then_some(RunFault::Throttled)
        });
        if fault.is_some() {
            self.queued.put_back(now);
        }
        fault.is_none()
    }
}

impl EventSource for Rule {
    fn receive(&mut self, world: &World, poller: usize) -> Next {
        let now = world.time.now();
        loop {
            let waiting = self.events.iter_mut().filter(|event| event.state == EventState::Waiting);
            let Some(next) = waiting.min_by_key(|event| event.queued.due_at) else { return Next::Done };
            if next.queued.due_at > now {
                return Next::Wait(next.queued.due_at);
            }
            if next.is_due(world) {
                next.state = EventState::UnderWay(poller);
                return Next::Batch(vec![ReceivedRecord {
                    record: next.record,
                    receives: next.queued.errors + 1,
                    group: 0,
                }]);
            }
        }
    }

    fn invocation_ended(
        &mut self,
        world: &World,
        poller: usize,
        _: &[ReceivedRecord],
        ending: &InvocationResult,
    ) {
        let now = world.time.now();
        let under_way = |event: &&mut RuleEvent| event.state == EventState::UnderWay(poller);
        let Some(event) = self.events.iter_mut().find(under_way) else { return };
        let record = event.record;
        if matches!(ending, InvocationResult::Responded(named) if named.is_empty()) {
            world.log(Event::Acked { record });
            let again = world
                .draw_fault(Site::Redelivery, record, |rng| (rng.u32(0..4) == 0).then_some(RunFault::Twice));
            event.state = if again.is_some() { EventState::Waiting } else { EventState::Gone };
            if again.is_some() {
                world.log(Event::Redelivered { record });
                event.queued.due_at = now + millis(300);
            }
            return;
        }
        if event.queued.failed(now, world.plan.settings.tries.saturating_sub(1)) {
            event.state = EventState::Waiting;
        } else {
            event.discard(world, DiscardReason::Tries);
        }
    }
}

//! The quarantine: a queue that takes requests of a few messages. It may store a part of a request, or its response may
//! be lost [Amazon SQS API reference, `SendMessageBatch`]. A record that does not fit into a message [Amazon SQS
//! developer guide, "Amazon SQS message quotas"] goes through a store first.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use routing::ports::{Quarantine, QuarantineAck, QuarantineBatch, RejectedRecord, Transport};

use super::events::record_of;
use super::shared::Shared;
use super::state::{World, millis};
use crate::broken_variant::BrokenVariant;
use crate::history::{Event, Fault, QuarantineResult};
use crate::plan::faults::{QuarantineFault, Site};
use crate::plan::{Kind, OnReject, OutageKind, Size};

/// The maximum number of messages in a request. It is lower than that of SQS, so that one batch needs several requests.
const BATCH_SIZE: usize = 4;

pub(crate) struct QuarantineQueue(Rc<Shared>);

/// A request as it will arrive.
struct Request {
    events: Vec<Event>,
    faults: Vec<Option<QuarantineFault>>,
    takes: Duration,
}

impl QuarantineQueue {
    pub(super) fn of(shared: &Rc<Shared>) -> Self {
        Self(Rc::clone(shared))
    }

    fn fault(&self, record: usize) -> Option<QuarantineFault> {
        let world = &self.0.world;
        let weather = world.plan.outages_at(world.time.now()).find_map(|what| match what {
            OutageKind::QuarantineDown => Some(QuarantineFault::Refused),
            OutageKind::StoreSlow if is_large(world, record) => Some(QuarantineFault::Slow),
            _ => None,
        });
        if let Some(fault) = weather.filter(|_| !world.faults_ended()) {
            world.log(Event::Fault { key: None, fault: Fault::Quarantine(fault) });
            return Some(fault);
        }
        world.draw_fault(Site::Quarantine, record, |rng| match rng.u32(0..9) {
            _ if is_large(world, record) && rng.bool() => Some(QuarantineFault::Slow),
            0..4 => Some(QuarantineFault::Refused),
            4..6 => Some(QuarantineFault::ResponseLost),
            6 => Some(QuarantineFault::CutShort),
            7 => Some(QuarantineFault::Panicked),
            _ => Some(QuarantineFault::Silent),
        })
    }

    fn request(&self, batch: &[RejectedRecord<'_>]) -> Request {
        let world = &self.0.world;
        let mut request = Request { events: Vec::new(), faults: Vec::new(), takes: millis(7) };
        for rejected in batch {
            let raw = rejected.record.raw();
            let (record, bytes) = match world.variant {
                Some(variant) => self.0.identify(&variant.rejected(raw)),
                None => self.0.identify(raw),
            };
            // Several messages of a bridge can hold one record. The message id distinguishes them.
            let named =
                (world.plan.kind == Kind::Bridge).then(|| record_of(&world.plan, rejected.record.id()));
            let Some(record) = named.flatten().or(record) else { continue };
            let last = request.faults.last().copied().flatten();
            let fault = last.filter(|last| *last == QuarantineFault::CutShort).or_else(|| self.fault(record));
            let result = match fault {
                None | Some(QuarantineFault::Slow) => QuarantineResult::Acked,
                Some(QuarantineFault::ResponseLost | QuarantineFault::Panicked) => QuarantineResult::AckLost,
                Some(QuarantineFault::Refused | QuarantineFault::CutShort | QuarantineFault::Silent) => {
                    QuarantineResult::NotStored
                }
            };
            if is_large(world, record) {
                request.takes = millis(40);
            }
            if fault == Some(QuarantineFault::Slow) {
                request.takes = world.plan.settings.call_timeout;
            }
            let (invocation, reason) = (self.0.invocation.get(), rejected.rejection.reason());
            let sent_at = world.time.now();
            request.events.push(Event::Quarantined { invocation, record, reason, sent_at, bytes, result });
            request.faults.push(fault);
        }
        let whole = |fault: QuarantineFault| request.faults.contains(&Some(fault));
        let (silent, panicked) = (whole(QuarantineFault::Silent), whole(QuarantineFault::Panicked));
        for event in &mut request.events {
            if let Event::Quarantined { result, .. } = event {
                *result = match *result {
                    _ if silent => QuarantineResult::Silent,
                    QuarantineResult::Acked if panicked => QuarantineResult::AckLost,
                    result => result,
                };
            }
        }
        request
    }
}

fn is_large(world: &World, record: usize) -> bool {
    world.plan.records[record].size == Size::Large
}

/// A request between router and quarantine. It arrives even if the router no longer waits for its response.
struct InFlightRequest<'w> {
    world: &'w World,
    arrives: Duration,
    events: Vec<Event>,
}

impl InFlightRequest<'_> {
    fn arrive(&mut self) {
        self.events.drain(..).for_each(|event| self.world.log(event));
    }
}

impl Drop for InFlightRequest<'_> {
    fn drop(&mut self) {
        for mut event in self.events.drain(..) {
            if let Event::Quarantined { result: result @ QuarantineResult::Acked, .. } = &mut event {
                *result = QuarantineResult::AckLost;
            }
            self.world.log_at(self.arrives, event);
        }
    }
}

impl Quarantine for QuarantineQueue {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        let world = &self.0.world;
        let is_fifo = world.plan.settings.on_reject == OnReject::FifoQuarantine;
        let forgets_groups = world.variant.is_some_and(BrokenVariant::forgets_fifo_groups);
        (is_fifo && !forgets_groups).then(|| rejected.record.order_key().map(Cow::Borrowed)).flatten()
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        let world = &self.0.world;
        let mut batches: Vec<QuarantineBatch<'a>> = Vec::new();
        for one in rejected {
            let large = self.0.identify(one.record.raw()).0.is_some_and(|record| is_large(world, record));
            let transport = if large { Transport::Store } else { Transport::Message };
            match batches.last_mut() {
                Some(last)
                    if last.transport == transport
                        && transport == Transport::Message
                        && last.rejected.len() < BATCH_SIZE =>
                {
                    last.rejected.push(one);
                }
                _ => batches.push(QuarantineBatch { rejected: vec![one], transport }),
            }
        }
        world.variant.map_or(batches.clone(), |variant| variant.batches(batches))
    }

    async fn send(&self, batch: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        let world = &self.0.world;
        let Request { events, faults, takes } = self.request(batch);
        let mut in_flight_request = InFlightRequest { world, arrives: world.time.now() + takes, events };
        world.time.sleep(takes).await;
        in_flight_request.arrive();
        let has = |fault: QuarantineFault| faults.contains(&Some(fault));
        if has(QuarantineFault::Silent) {
            return std::future::pending().await;
        }
        if has(QuarantineFault::Panicked) {
            // This skips the panic hook, which would print a message for each of a million panics.
            std::panic::resume_unwind(Box::new("the quarantine's port"));
        }
        let received = faults.iter().take_while(|fault| **fault != Some(QuarantineFault::CutShort));
        let acks: Vec<QuarantineAck> = received
            .map(|fault| match fault {
                None | Some(QuarantineFault::Slow) => QuarantineAck::Taken,
                Some(_) => QuarantineAck::Failed("InternalError".to_owned()),
            })
            .collect();
        world.variant.map_or(acks.clone(), |variant| variant.acknowledgements(acks, batch.len()))
    }
}

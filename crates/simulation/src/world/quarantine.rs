//! The quarantine's queue: requests of a few messages, taken in part, or taken without that being heard [Amazon SQS API
//! reference, `SendMessageBatch`]. What no message can hold [Amazon SQS developer guide, "Amazon SQS message quotas"]
//! goes by way of a store first.

use std::borrow::Cow;
use std::rc::Rc;
use std::time::Duration;

use routing::ports::{QuarantineAck, QuarantineBatch, Quarantine, RejectedRecord, Transport};

use super::environment::Shared;
use super::events::record_of;
use super::{World, millis};
use crate::history::{Event, Fault, Kept};
use crate::imposter::Imposter;
use crate::plan::faults::{AsideFault, Site};
use crate::plan::{Kind, OnReject, Size, Weather};

/// Messages in a request: fewer than SQS takes, so that a batch makes several.
const PARCEL: usize = 4;

pub(crate) struct Aside(Rc<Shared>);

/// One request on its way, as it will arrive.
struct Request {
    events: Vec<Event>,
    faults: Vec<Option<AsideFault>>,
    takes: Duration,
}

impl Aside {
    pub(super) fn of(shared: &Rc<Shared>) -> Self {
        Self(Rc::clone(shared))
    }

    fn fault(&self, record: usize) -> Option<AsideFault> {
        let world = &self.0.world;
        let weather = world.plan.storms_now(world.time.now()).find_map(|what| match what {
            Weather::QuarantineDown => Some(AsideFault::Refused),
            Weather::StoreSlow if is_large(world, record) => Some(AsideFault::Slow),
            _ => None,
        });
        if let Some(fault) = weather.filter(|_| !world.is_calm()) {
            world.log(Event::Fault { key: None, fault: Fault::Aside(fault) });
            return Some(fault);
        }
        world.strike(Site::Aside, record, |rng| match rng.u32(0..9) {
            _ if is_large(world, record) && rng.bool() => Some(AsideFault::Slow),
            0..4 => Some(AsideFault::Refused),
            4..6 => Some(AsideFault::AnswerLost),
            6 => Some(AsideFault::CutShort),
            7 => Some(AsideFault::Panicked),
            _ => Some(AsideFault::Silent),
        })
    }

    fn request(&self, parcel: &[RejectedRecord<'_>]) -> Request {
        let world = &self.0.world;
        let mut request = Request { events: Vec::new(), faults: Vec::new(), takes: millis(7) };
        for rejected in parcel {
            let raw = rejected.record.raw();
            let (record, bytes) = match world.imposter {
                Some(imposter) => self.0.recognise(&imposter.rejected(raw)),
                None => self.0.recognise(raw),
            };
            // Several messages of a bridge can hold one record: then the message's name tells them apart.
            let named =
                (world.plan.kind == Kind::Bridge).then(|| record_of(&world.plan, rejected.record.id()));
            let Some(record) = named.flatten().or(record) else { continue };
            let last = request.faults.last().copied().flatten();
            let fault = last.filter(|last| *last == AsideFault::CutShort).or_else(|| self.fault(record));
            let kept = match fault {
                None | Some(AsideFault::Slow) => Kept::Acknowledged,
                Some(AsideFault::AnswerLost | AsideFault::Panicked) => Kept::Unheard,
                Some(AsideFault::Refused | AsideFault::CutShort | AsideFault::Silent) => Kept::Not,
            };
            if is_large(world, record) {
                request.takes = millis(40);
            }
            if fault == Some(AsideFault::Slow) {
                request.takes = world.plan.terms.call_timeout;
            }
            let (invocation, reason) = (self.0.invocation.get(), rejected.rejection.reason());
            let sent_at = world.time.now();
            request.events.push(Event::SetAside { invocation, record, reason, sent_at, bytes, kept });
            request.faults.push(fault);
        }
        let whole = |fault: AsideFault| request.faults.contains(&Some(fault));
        let (silent, panicked) = (whole(AsideFault::Silent), whole(AsideFault::Panicked));
        for event in &mut request.events {
            if let Event::SetAside { kept, .. } = event {
                *kept = match *kept {
                    _ if silent => Kept::Silence,
                    Kept::Acknowledged if panicked => Kept::Unheard,
                    kept => kept,
                };
            }
        }
        request
    }
}

fn is_large(world: &World, record: usize) -> bool {
    world.plan.records[record].size == Size::Large
}

/// A request between router and quarantine. It arrives though nobody waits for it any more, and its answer finds nobody.
struct OnItsWay<'w> {
    world: &'w World,
    arrives: Duration,
    events: Vec<Event>,
}

impl OnItsWay<'_> {
    fn arrive(&mut self) {
        self.events.drain(..).for_each(|event| self.world.log(event));
    }
}

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        for mut event in self.events.drain(..) {
            if let Event::SetAside { kept: kept @ Kept::Acknowledged, .. } = &mut event {
                *kept = Kept::Unheard;
            }
            self.world.log_at(self.arrives, event);
        }
    }
}

impl Quarantine for Aside {
    fn fifo_group<'a>(&self, rejected: &RejectedRecord<'a>) -> Option<Cow<'a, str>> {
        let world = &self.0.world;
        let keeps = world.plan.terms.on_reject == OnReject::FifoQuarantine;
        let forgets = world.imposter.is_some_and(Imposter::forgets_lines);
        (keeps && !forgets).then(|| rejected.record.order_key().map(Cow::Borrowed)).flatten()
    }

    fn batches<'a>(&self, rejected: Vec<RejectedRecord<'a>>) -> Vec<QuarantineBatch<'a>> {
        let world = &self.0.world;
        let mut parcels: Vec<QuarantineBatch<'a>> = Vec::new();
        for one in rejected {
            let large = self.0.recognise(one.record.raw()).0.is_some_and(|record| is_large(world, record));
            let way = if large { Transport::Store } else { Transport::Message };
            match parcels.last_mut() {
                Some(last) if last.way == way && way == Transport::Message && last.rejected.len() < PARCEL => {
                    last.rejected.push(one);
                }
                _ => parcels.push(QuarantineBatch { rejected: vec![one], way }),
            }
        }
        world.imposter.map_or(parcels.clone(), |imposter| imposter.batches(parcels))
    }

    async fn send(&self, parcel: &[RejectedRecord<'_>]) -> Vec<QuarantineAck> {
        let world = &self.0.world;
        let Request { events, faults, takes } = self.request(parcel);
        let mut on_its_way = OnItsWay { world, arrives: world.time.now() + takes, events };
        world.time.sleep(takes).await;
        on_its_way.arrive();
        let befell = |fault: AsideFault| faults.contains(&Some(fault));
        if befell(AsideFault::Silent) {
            return std::future::pending().await;
        }
        if befell(AsideFault::Panicked) {
            // Past the panic hook, which would print each of a million.
            std::panic::resume_unwind(Box::new("the quarantine's port"));
        }
        let heard = faults.iter().take_while(|fault| **fault != Some(AsideFault::CutShort));
        let answers: Vec<QuarantineAck> = heard
            .map(|fault| match fault {
                None | Some(AsideFault::Slow) => QuarantineAck::Taken,
                Some(_) => QuarantineAck::Failed("InternalError".to_owned()),
            })
            .collect();
        world.imposter.map_or(answers.clone(), |imposter| imposter.acknowledgements(answers, parcel.len()))
    }
}

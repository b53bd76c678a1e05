//! The quarantine's queue: requests of a few messages, taken in part, or taken without that being heard [Amazon SQS API
//! reference, `SendMessageBatch`].

use std::borrow::Cow;
use std::rc::Rc;

use routing::ports::{Acknowledgement, Parcel, Quarantine, Rejected, Way};

use super::environment::Shared;
use super::events::record_of;
use super::millis;
use crate::history::{Event, Fault, Kept};
use crate::plan::faults::{AsideFault, Site};
use crate::plan::{Kind, OnReject, Weather};

/// Messages in a request: fewer than SQS takes, so that a batch makes several.
const PARCEL: usize = 4;

pub(crate) struct Aside(Rc<Shared>);

impl Aside {
    pub(super) fn of(shared: &Rc<Shared>) -> Self {
        Self(Rc::clone(shared))
    }

    fn fault(&self, record: usize) -> Option<AsideFault> {
        let world = &self.0.world;
        if !world.is_calm()
            && world.plan.storms_now(world.time.now()).any(|what| what == Weather::QuarantineDown)
        {
            world.log(Event::Fault { key: None, fault: Fault::Aside(AsideFault::Refused) });
            return Some(AsideFault::Refused);
        }
        world.strike(Site::Aside, record, |rng| match rng.u32(0..8) {
            0..4 => Some(AsideFault::Refused),
            4..6 => Some(AsideFault::AnswerLost),
            6 => Some(AsideFault::CutShort),
            _ => Some(AsideFault::Silent),
        })
    }
}

impl Quarantine for Aside {
    fn line<'a>(&self, rejected: &Rejected<'a>) -> Option<Cow<'a, str>> {
        let world = &self.0.world;
        let keeps = world.plan.terms.on_reject == OnReject::FifoQuarantine;
        let forgets = world.imposter.is_some_and(crate::imposter::Imposter::forgets_lines);
        (keeps && !forgets).then(|| rejected.record.order_key().map(Cow::Borrowed)).flatten()
    }

    fn parcels<'a>(&self, rejected: Vec<Rejected<'a>>) -> Vec<Parcel<'a>> {
        let parcels = rejected.chunks(PARCEL);
        parcels.map(|parcel| Parcel { rejected: parcel.to_vec(), way: Way::Message }).collect()
    }

    async fn send(&self, parcel: &[Rejected<'_>]) -> Vec<Acknowledgement> {
        let world = &self.0.world;
        world.time.sleep(millis(7)).await;
        let mut faults: Vec<Option<AsideFault>> = Vec::with_capacity(parcel.len());
        let mut events = Vec::with_capacity(parcel.len());
        for rejected in parcel {
            let raw = rejected.record.raw();
            let (record, bytes) = match world.imposter {
                Some(imposter) => self.0.recognise(&imposter.rejected(raw)),
                None => self.0.recognise(raw),
            };
            // Of several messages that hold one record, that which the bridge's queue calls so.
            let is_message = world.plan.kind == Kind::Bridge;
            let message = is_message.then(|| record_of(&world.plan, rejected.record.id())).flatten();
            let Some(record) = message.or(record) else { continue };
            let before = faults.last().copied().flatten().filter(|fault| *fault == AsideFault::CutShort);
            let fault = before.or_else(|| self.fault(record));
            let kept = match fault {
                None => Kept::Acknowledged,
                Some(AsideFault::AnswerLost) => Kept::Unheard,
                Some(AsideFault::Refused | AsideFault::CutShort | AsideFault::Silent) => Kept::Not,
            };
            let (invocation, reason) = (self.0.invocation.get(), rejected.rejection.reason());
            events.push(Event::SetAside { invocation, record, reason, bytes, kept });
            faults.push(fault);
        }
        let silent = faults.contains(&Some(AsideFault::Silent));
        for mut event in events {
            if let (Event::SetAside { kept, .. }, true) = (&mut event, silent) {
                *kept = Kept::Silence;
            }
            world.log(event);
        }
        if silent {
            return std::future::pending().await;
        }
        let heard = faults.iter().take_while(|fault| **fault != Some(AsideFault::CutShort));
        let answers: Vec<Acknowledgement> = heard
            .map(|fault| match fault {
                None => Acknowledgement::Taken,
                Some(_) => Acknowledgement::Failed("InternalError".to_owned()),
            })
            .collect();
        world.imposter.map_or(answers.clone(), |imposter| imposter.acknowledgements(answers, parcel.len()))
    }
}

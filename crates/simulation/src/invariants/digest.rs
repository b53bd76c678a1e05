//! A history, sorted by invocations and Invokes.

use std::time::Duration;

use crate::history::{Became, CameTo, CutHow, Event, History, Kept, Named};

/// A history, sorted. Moments are places in the history: several can share one time.
pub struct Digest<'h> {
    /// All of it.
    pub history: &'h History,
    /// Invocations of the router, by number.
    pub invocations: Vec<Invocation>,
    /// Invokes of backends, by number; where there is a bridge, what was sent over it.
    pub calls: Vec<Call>,
    /// What happened behind the bridge.
    pub behind: Option<Box<Self>>,
}

/// One invocation of the router.
#[derive(Default)]
pub struct Invocation {
    /// The environment.
    pub environment: usize,
    /// When it began.
    pub began: Duration,
    /// The place at which it began.
    pub began_at: usize,
    /// What was handed out.
    pub batch: Vec<usize>,
    /// Its Invokes.
    pub calls: Vec<usize>,
    /// What it set aside: the record, the place, and what became of it.
    pub asides: Vec<(usize, usize, Kept)>,
    /// When it answered, the place, and what was named.
    pub answer: Option<(Duration, usize, Vec<Named>)>,
    /// The place at which it was failed as a whole.
    pub refused: Option<usize>,
    /// How it ended, where its source heard no answer.
    pub cut: Option<CutHow>,
}

/// One Invoke.
#[derive(Default)]
pub struct Call {
    /// The invocation that made it.
    pub invocation: usize,
    /// For whom.
    pub tenant: Option<usize>,
    /// Which backend.
    pub backend: usize,
    /// What it carried.
    pub records: Vec<usize>,
    /// When it was sent, and the place.
    pub sent: (Duration, usize),
    /// The place at which the backend ran, or Lambda accepted the event.
    pub arrived_at: Option<usize>,
    /// The place at which the run ended for which nobody waited any more.
    pub ran_on_to: Option<usize>,
    /// When Lambda accepted the event.
    pub accepted: Option<Duration>,
    /// How often the backend ran.
    pub runs: u32,
    /// What became of the event that Lambda had accepted, and when.
    pub became: Option<(Duration, Became)>,
    /// The answer.
    pub returned: Option<Returned>,
}

/// An Invoke's answer.
pub struct Returned {
    /// When it came, and the place.
    pub at: (Duration, usize),
    /// For which records it is a receipt.
    pub receipts: Vec<usize>,
    /// What became of the Invoke.
    pub came_to: CameTo,
}

fn grown<T: Default>(list: &mut Vec<T>, number: usize) -> &mut T {
    while list.len() <= number {
        list.push(T::default());
    }
    &mut list[number]
}

impl<'h> Digest<'h> {
    /// Sorts a history.
    #[must_use]
    pub fn of(history: &'h History) -> Self {
        let behind = history.behind.as_ref().map(|behind| Box::new(Self::of(behind)));
        let mut digest = Self { history, invocations: Vec::new(), calls: Vec::new(), behind };
        for (place, stamped) in history.events.iter().enumerate() {
            digest.see(place, stamped.at, &stamped.event);
        }
        digest
    }

    fn see(&mut self, place: usize, now: Duration, event: &Event) {
        match event {
            Event::HandedOut { invocation, environment, records } => {
                *grown(&mut self.invocations, *invocation) = Invocation {
                    environment: *environment,
                    began: now,
                    began_at: place,
                    batch: records.clone(),
                    ..Invocation::default()
                };
            }
            Event::Sent { invocation, call, tenant, backend, records, bytes: _ } => {
                *grown(&mut self.calls, *call) = Call {
                    invocation: *invocation,
                    tenant: *tenant,
                    backend: *backend,
                    records: records.clone(),
                    sent: (now, place),
                    ..Call::default()
                };
                grown(&mut self.invocations, *invocation).calls.push(*call);
            }
            Event::Ran { call } => {
                let call = grown(&mut self.calls, *call);
                call.arrived_at.get_or_insert(place);
                call.runs += 1;
            }
            Event::Accepted { call } => {
                let call = grown(&mut self.calls, *call);
                (call.arrived_at, call.accepted) = (Some(place), Some(now));
            }
            Event::Became { call, what } => grown(&mut self.calls, *call).became = Some((now, *what)),
            Event::RanOn { call } => grown(&mut self.calls, *call).ran_on_to = Some(place),
            Event::Returned { call, receipts, came_to } => {
                let returned = Returned { at: (now, place), receipts: receipts.clone(), came_to: *came_to };
                grown(&mut self.calls, *call).returned = Some(returned);
            }
            Event::SetAside { invocation, record, kept, .. } => {
                grown(&mut self.invocations, *invocation).asides.push((*record, place, *kept));
            }
            Event::Answered { invocation, named } => {
                grown(&mut self.invocations, *invocation).answer = Some((now, place, named.clone()));
            }
            Event::Refused { invocation } => grown(&mut self.invocations, *invocation).refused = Some(place),
            Event::Cut { invocation, how } => grown(&mut self.invocations, *invocation).cut = Some(*how),
            Event::Asked { .. }
            | Event::Told { .. }
            | Event::Failed { .. }
            | Event::Settled { .. }
            | Event::Bridged { .. }
            | Event::Redelivered { .. }
            | Event::GivenUp { .. }
            | Event::Fault { .. } => {}
        }
    }

    /// Invokes of one invocation.
    pub fn calls_of<'d>(&'d self, invocation: &'d Invocation) -> impl Iterator<Item = &'d Call> {
        invocation.calls.iter().map(|&call| &self.calls[call])
    }

    /// Where in a batch a record of its source begins.
    #[must_use]
    pub fn place(&self, invocation: &Invocation, parent: usize) -> Option<usize> {
        invocation.batch.iter().position(|&record| self.history.plan.parent(record) == parent)
    }

    /// How many receipts an invocation got for a record before a place.
    #[must_use]
    pub fn receipts(&self, invocation: &Invocation, record: usize, before: usize) -> usize {
        let returned = self.calls_of(invocation).filter_map(|call| call.returned.as_ref());
        let returned = returned.filter(|returned| returned.at.1 < before);
        let answered: usize =
            returned.map(|returned| returned.receipts.iter().filter(|&&of| of == record).count()).sum();
        let aside = invocation
            .asides
            .iter()
            .filter(|(of, place, kept)| *of == record && *place < before && *kept == Kept::Acknowledged);
        answered + aside.count()
    }

    /// Positions in a batch, of records for which the invocation has no receipt before a place. Of a record that was
    /// handed out twice, all copies, unless there is a receipt for each.
    pub fn unsettled<'d>(
        &'d self,
        invocation: &'d Invocation,
        before: usize,
    ) -> impl Iterator<Item = usize> + 'd {
        let copies = |record: usize| invocation.batch.iter().filter(|&&of| of == record).count();
        (0..invocation.batch.len()).filter(move |&at| {
            self.receipts(invocation, invocation.batch[at], before) < copies(invocation.batch[at])
        })
    }

    /// The place behind all that had happened by some time.
    #[must_use]
    pub fn place_at(&self, time: Duration) -> usize {
        self.history.events.partition_point(|stamped| stamped.at <= time)
    }

    /// The owner of a record.
    #[must_use]
    pub fn owner(&self, record: usize) -> Option<usize> {
        self.history.plan.records[record].says.owner()
    }

    /// A tenant's backend.
    #[must_use]
    pub fn backend(&self, tenant: usize) -> usize {
        let plan = &self.history.plan;
        usize::from(plan.terms.registry.is_some() && !plan.forwards() && plan.tenants[tenant].premium)
    }
}

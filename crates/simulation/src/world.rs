//! The world around the router, in virtual time.
//!
//! - `queue`, `fifo`, `shard`, `bus`: sources; `events`, `kpl`: their events; `answers`: how they read an answer
//! - `environment`: an execution environment with the router that ships; `poller`: hands it batch after batch
//! - `event_queue`: what Lambda does with what it accepted for an asynchronous invocation
//! - `backend`, `outcome`, `run`, `quarantine`, `table`, `clock`: what stands behind the router's ports
//! - `source`: the sources' own decoding, behind one type

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use crate::executor::{Time, run};
use crate::history::{Event, Fault, History, Stamped};
use crate::imposter::Imposter;
use crate::plan::faults::Site;
use crate::plan::{Kind, Plan};
use crate::rivals::Rival;

pub(crate) use backend::Lambda;
pub(crate) use events::record_of;
pub(crate) use poller::Handed;

mod answers;
mod backend;
mod bus;
mod clock;
mod environment;
mod event_queue;
mod events;
mod fifo;
mod kpl;
mod outcome;
mod poller;
mod quarantine;
mod queue;
mod rules;
mod run;
mod shard;
mod source;
mod table;

/// What every part of the world knows.
pub(crate) struct World {
    pub(crate) time: Time,
    pub(crate) plan: Plan,
    pub(crate) imposter: Option<Imposter>,
    /// Another router in the place of the one that ships.
    rival: Option<Rival>,
    log: RefCell<Vec<Stamped>>,
    /// How often something was asked at a site, by what it was about.
    asked: RefCell<Vec<(Site, usize, u32)>>,
    pub(crate) calls: Cell<usize>,
    pub(crate) invocations: Cell<usize>,
    pub(crate) environments: Cell<usize>,
}

impl World {
    pub(crate) fn log(&self, event: Event) {
        self.log_at(self.time.now(), event);
    }

    /// What happens at a time of its own, before or after this one: it is put into its place in the end.
    fn log_at(&self, at: Duration, event: Event) {
        self.log.borrow_mut().push(Stamped { at, event });
    }

    /// The fault that strikes at a site, as `of` makes it, unless all is calm or it makes none.
    pub(crate) fn strike<F>(
        &self,
        site: Site,
        which: usize,
        of: impl FnOnce(&mut Rng) -> Option<F>,
    ) -> Option<F>
    where
        F: Copy + Into<Fault>,
    {
        self.strike_at(self.time.now(), site, which, of)
    }

    /// The same, at a later time.
    fn strike_at<F>(
        &self,
        at: Duration,
        site: Site,
        which: usize,
        of: impl FnOnce(&mut Rng) -> Option<F>,
    ) -> Option<F>
    where
        F: Copy + Into<Fault>,
    {
        let time = self.count(site, which);
        if at >= self.plan.calm_at {
            return None;
        }
        let (mut rng, key) = self.plan.strike(site, which, time)?;
        let fault = of(&mut rng)?;
        self.log_at(at, Event::Fault { key: Some(key), fault: fault.into() });
        Some(fault)
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.time.now() >= self.plan.calm_at
    }

    /// Randomness that is no fault: how long things take, and the like.
    pub(crate) fn dice(&self, site: Site, which: usize, time: usize) -> Rng {
        // Far from the faults' own draws, so that one left out changes nothing else.
        self.plan.dice(site, which + 0x1_0000, u32::try_from(time).unwrap_or(u32::MAX)).0
    }

    fn count(&self, site: Site, which: usize) -> u32 {
        let mut asked = self.asked.borrow_mut();
        if let Some((_, _, count)) = asked.iter_mut().find(|(of, what, _)| *of == site && *what == which) {
            *count += 1;
            return *count;
        }
        asked.push((site, which, 0));
        0
    }

    /// The tenant of this id.
    pub(crate) fn tenant_named(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("tenant-")?.parse().ok()?;
        (number < self.plan.tenants.len()).then_some(number)
    }
}

/// The next number of a kind.
pub(crate) fn next(counter: &Cell<usize>) -> usize {
    let number = counter.get();
    counter.set(number + 1);
    number
}

/// Milliseconds.
pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Lets a plan happen, to the router or to an imposter in its place.
#[must_use]
pub fn happen(plan: Plan, imposter: Option<Imposter>) -> History {
    happen_to(plan, imposter, None)
}

/// Lets a plan happen to another router than the one that ships.
#[must_use]
pub fn happen_to_rival(plan: Plan, rival: Rival) -> History {
    happen_to(plan, None, Some(rival))
}

fn happen_to(plan: Plan, imposter: Option<Imposter>, rival: Option<Rival>) -> History {
    let world = Rc::new(World {
        time: Time::default(),
        plan,
        imposter,
        rival,
        log: RefCell::default(),
        asked: RefCell::default(),
        calls: Cell::new(0),
        invocations: Cell::new(0),
        environments: Cell::new(0),
    });
    let plan = &world.plan;
    let source: Box<dyn poller::EventSource> = match plan.kind {
        Kind::Standard => Box::new(queue::Queue::of(queue::messages(plan))),
        Kind::Buffered => Box::new(queue::Queue::of(bus::messages(&world))),
        Kind::Fifo => Box::new(fifo::Fifo::of(plan)),
        Kind::Kinesis | Kind::DynamoDb => Box::new(shard::Shard::of(plan)),
        Kind::EventBridge => Box::new(bus::Bus::of(&world)),
    };
    let source = RefCell::new(source);
    let pollers = (0..world.plan.terms.batches_at_a_time)
        .map(|number| poller::poll(Rc::clone(&world), &source, number))
        .map(|poller| Box::pin(poller) as std::pin::Pin<Box<dyn Future<Output = ()> + '_>>);
    let end = run(&world.time, pollers.collect::<Vec<_>>());
    let mut events = world.log.take();
    events.sort_by_key(|stamped| stamped.at);
    History { plan: world.plan.clone(), events, end }
}

//! The world around the router, in virtual time.
//!
//! - `queue`, `fifo`, `shard`, `bus`: sources; `events`, `kpl`: their events; `answers`: how they read an answer
//! - `bridge`, `forwarder`: a FIFO queue behind a stream, with a world of its own in which another router drains it
//! - `environment`: an execution environment with the router that ships; `poller`: hands it batch after batch
//! - `event_queue`: what Lambda does with what it accepted for an asynchronous invocation
//! - `backend`, `outcome`, `run`, `quarantine`, `table`, `clock`: what stands behind the router's ports
//! - `source`: the sources' own decoding, behind one type

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use crate::executor::{End, Time, run};
use crate::history::{Event, Fault, History, TimedEvent};
use crate::broken_variant::BrokenVariant;
use crate::plan::faults::Site;
use crate::plan::{Kind, Plan};
use crate::comparison::ComparisonRouter;

pub(crate) use backend::Lambda;
pub(crate) use events::record_of;
pub(crate) use fifo::DEDUPLICATION;
pub(crate) use poller::ReceivedRecord;

mod answers;
mod backend;
mod bridge;
mod bus;
mod clock;
mod environment;
mod event_queue;
mod events;
mod fifo;
mod forwarder;
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
    pub(crate) time: Rc<Time>,
    pub(crate) plan: Plan,
    pub(crate) variant: Option<BrokenVariant>,
    /// Another router in the place of the one that ships.
    comparison: Option<ComparisonRouter>,
    log: RefCell<Vec<TimedEvent>>,
    /// How often something was asked at a site, by what it was about.
    asked: RefCell<Vec<(Site, usize, u32)>>,
    pub(crate) calls: Cell<usize>,
    pub(crate) invocations: Cell<usize>,
    pub(crate) environments: Cell<usize>,
    /// The bridge, with the world behind it where this is the one in front.
    bridge: Option<(Rc<bridge::Bridge>, Option<Rc<World>>)>,
}

impl World {
    fn of(
        plan: Plan,
        (variant, comparison): (Option<BrokenVariant>, Option<ComparisonRouter>),
        time: &Rc<Time>,
        bridge: Option<(Rc<bridge::Bridge>, Option<Rc<Self>>)>,
    ) -> Self {
        Self {
            time: Rc::clone(time),
            plan,
            variant,
            comparison,
            log: RefCell::default(),
            asked: RefCell::default(),
            calls: Cell::new(0),
            invocations: Cell::new(0),
            environments: Cell::new(0),
            bridge,
        }
    }

    fn source(&self) -> Box<dyn poller::EventSource> {
        match (self.plan.kind, &self.bridge) {
            (Kind::Bridge, Some((queue, _))) => Box::new(bridge::Drain(Rc::clone(queue))),
            (Kind::Standard, _) => Box::new(queue::Queue::of(queue::messages(&self.plan))),
            (Kind::Buffered, _) => Box::new(queue::Queue::of(bus::messages(self))),
            (Kind::EventBridge, _) => Box::new(bus::Rule::of(self)),
            (Kind::Fifo | Kind::Bridge, _) => Box::new(fifo::Fifo::of(&self.plan)),
            (Kind::Kinesis | Kind::DynamoDb, _) => Box::new(shard::Shard::of(&self.plan)),
        }
    }

    /// Waits until `at`, or until something comes over the bridge.
    pub(crate) async fn wait(&self, at: Option<Duration>) {
        match (&self.bridge, at) {
            (Some((queue, None)), at) => queue.wait(self, at).await,
            (_, Some(at)) => self.time.sleep_until(at).await,
            (_, None) => std::future::pending().await,
        }
    }

    /// One of its pollers has come to its end.
    fn leave(&self) {
        if let Some((queue, Some(_))) = &self.bridge {
            queue.leave();
        }
    }

    fn history(&self, end: End) -> History {
        let mut plan = self.plan.clone();
        let mut events = self.log.take();
        events.sort_by_key(|timed| timed.at);
        if plan.kind == Kind::Bridge {
            plan.keep_taken(&events);
        }
        let behind = self.bridge.as_ref().and_then(|(_, behind)| behind.as_ref());
        History { plan, events, end, behind: behind.map(|behind| Box::new(behind.history(end))) }
    }

    pub(crate) fn log(&self, event: Event) {
        self.log_at(self.time.now(), event);
    }

    /// What happens at a time of its own, before or after this one: it is put into its place in the end.
    fn log_at(&self, at: Duration, event: Event) {
        self.log.borrow_mut().push(TimedEvent { at, event });
    }

    /// The fault that strikes at a site, as `of` makes it, unless all is calm or it makes none.
    pub(crate) fn draw_fault<F>(
        &self,
        site: Site,
        which: usize,
        of: impl FnOnce(&mut Rng) -> Option<F>,
    ) -> Option<F>
    where
        F: Copy + Into<Fault>,
    {
        self.draw_fault_at(self.time.now(), site, which, of)
    }

    /// The same, at a later time.
    fn draw_fault_at<F>(
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
        if at >= self.plan.faults_end_at {
            return None;
        }
        let (mut rng, key) = self.plan.draw_fault(site, which, time)?;
        let fault = of(&mut rng)?;
        self.log_at(at, Event::Fault { key: Some(key), fault: fault.into() });
        Some(fault)
    }

    pub(crate) fn faults_ended(&self) -> bool {
        self.time.now() >= self.plan.faults_end_at
    }

    /// Randomness that is no fault: how long things take, and the like.
    pub(crate) fn rng_at(&self, site: Site, which: usize, time: usize) -> Rng {
        // Far from the faults' own draws, so that one left out changes nothing else.
        self.plan.rng_at(site, which + 0x1_0000, u32::try_from(time).unwrap_or(u32::MAX)).0
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
pub fn simulate(plan: Plan, variant: Option<BrokenVariant>) -> History {
    simulate_with(plan, variant, None)
}

/// Lets a plan happen to another router than the one that ships.
#[must_use]
pub fn simulate_comparison(plan: Plan, comparison: ComparisonRouter) -> History {
    simulate_with(plan, None, Some(comparison))
}

fn simulate_with(plan: Plan, variant: Option<BrokenVariant>, comparison: Option<ComparisonRouter>) -> History {
    let time = Rc::new(Time::default());
    let queue = Rc::new(bridge::Bridge::default());
    queue.senders.set(plan.settings.batches_at_a_time);
    let world = |plan, behind| World::of(plan, (variant, comparison), &time, behind);
    let behind = plan.behind().map(|plan| Rc::new(world(plan, Some((Rc::clone(&queue), None)))));
    let bridge = behind.as_ref().map(|behind| (Rc::clone(&queue), Some(Rc::clone(behind))));
    let front = Rc::new(world(plan, bridge));
    let sources: Vec<_> =
        std::iter::once(&front).chain(&behind).map(|world| (world, RefCell::new(world.source()))).collect();
    let pollers = sources.iter().flat_map(|(world, source)| {
        (0..world.plan.settings.batches_at_a_time).map(move |number| {
            let poller = async move {
                poller::poll(Rc::clone(world), source, number).await;
                world.leave();
            };
            Box::pin(poller) as Pin<Box<dyn Future<Output = ()> + '_>>
        })
    });
    let end = run(&time, pollers.collect::<Vec<_>>());
    front.history(end)
}

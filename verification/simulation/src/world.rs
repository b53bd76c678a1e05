//! The simulated world around the router, in virtual time.
//!
//! - `queue`, `fifo`, `shard`, `eventbridge`: the sources; `events`: their events; `response`: reads the
//!   router's response
//! - `bridge`, `forwarder`: a FIFO queue behind a stream, and a second world in which another router drains it
//! - `environment`: an execution environment with the router that ships, set up by `router_setup`; `poller`: sends it
//!   batches
//! - `event_queue`: Lambda's queue of events for asynchronous invocations
//! - `backend`, `invoke_effect`, `run`, `quarantine`, `table`, `clock`: implementations of the router's ports
//! - `source`: the decoding of all sources, behind one type

use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use crate::broken_variant::BrokenVariant;
use crate::executor::{End, Time, run};
use crate::history::{Event, Fault, History, TimedEvent};
use crate::plan::faults::Site;
use crate::plan::{Kind, Plan};

pub(crate) use poller::ReceivedRecord;

mod backend;
pub(crate) mod bridge;
mod clock;
mod environment;
mod event_queue;
mod eventbridge;
mod events;
mod fifo;
mod forwarder;
mod invoke_effect;
mod poller;
mod quarantine;
mod queue;
mod response;
mod router_setup;
mod run;
mod shard;
mod source;
mod table;

/// The state that all parts of the world share.
pub(crate) struct World {
    pub(crate) time: Rc<Time>,
    pub(crate) plan: Plan,
    pub(crate) variant: Option<BrokenVariant>,
    log: RefCell<Vec<TimedEvent>>,
    /// The number of earlier draws at each site, by what they were about.
    draws: RefCell<Vec<(Site, usize, u32)>>,
    pub(crate) calls: Cell<usize>,
    pub(crate) invocations: Cell<usize>,
    pub(crate) environments: Cell<usize>,
    /// The bridge; with the world behind it if this is the one in front.
    bridge: Option<(Rc<bridge::BridgeQueue>, Option<Rc<World>>)>,
}

impl World {
    fn of(
        plan: Plan,
        variant: Option<BrokenVariant>,
        time: &Rc<Time>,
        bridge: Option<(Rc<bridge::BridgeQueue>, Option<Rc<Self>>)>,
    ) -> Self {
        Self {
            time: Rc::clone(time),
            plan,
            variant,
            log: RefCell::default(),
            draws: RefCell::default(),
            calls: Cell::new(0),
            invocations: Cell::new(0),
            environments: Cell::new(0),
            bridge,
        }
    }

    fn source(&self) -> Box<dyn poller::EventSource> {
        match (self.plan.kind, &self.bridge) {
            (Kind::Bridge, Some((queue, _))) => Box::new(bridge::Drain(Rc::clone(queue))),
            (Kind::Standard, _) => Box::new(queue::StandardQueue::of(&self.plan, self.plan.sent_times())),
            (Kind::Buffered, _) => {
                Box::new(queue::StandardQueue::of(&self.plan, eventbridge::deliveries(self)))
            }
            (Kind::EventBridge, _) => Box::new(eventbridge::Rule::of(self)),
            (Kind::Fifo | Kind::Bridge, _) => Box::new(fifo::Fifo::of(&self.plan)),
            (Kind::Kinesis | Kind::DynamoDb, _) => Box::new(shard::Shard::of(&self.plan)),
        }
    }

    /// Waits until `at`, or until a message comes over the bridge.
    pub(crate) async fn wait(&self, at: Option<Duration>) {
        match (&self.bridge, at) {
            (Some((queue, None)), at) => queue.wait(self, at).await,
            (_, Some(at)) => self.time.sleep_until(at).await,
            (_, None) => std::future::pending().await,
        }
    }

    /// Notes that one of its pollers has ended.
    fn poller_ended(&self) {
        if let Some((queue, Some(_))) = &self.bridge {
            queue.sender_ended();
        }
    }

    fn history(&self, end: End) -> History {
        let mut plan = self.plan.clone();
        let mut events = self.log.take();
        events.sort_by_key(|timed| timed.at);
        if plan.kind == Kind::Bridge {
            plan.keep_taken(bridge::taken(&events));
        }
        let behind = self.bridge.as_ref().and_then(|(_, behind)| behind.as_ref());
        History { plan, events, end, behind: behind.map(|behind| Box::new(behind.history(end))) }
    }

    pub(crate) fn log(&self, event: Event) {
        self.log_at(self.time.now(), event);
    }

    /// Records an event of another time. The events are sorted by time at the end.
    fn log_at(&self, at: Duration, event: Event) {
        self.log.borrow_mut().push(TimedEvent { at, event });
    }

    /// Draws whether a fault occurs at a site, and records it. `of` draws which one, and may return none. There are no
    /// faults after `faults_end_at`.
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

    /// Does the same as `draw_fault`, for a later time.
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

    /// Returns a random number generator for values other than faults, such as durations.
    pub(crate) fn rng_at(&self, site: Site, which: usize, time: usize) -> Rng {
        // A range of its own, so that leaving out a fault does not change these values.
        self.plan.rng_at(site, which + 0x1_0000, u32::try_from(time).unwrap_or(u32::MAX)).0
    }

    fn count(&self, site: Site, which: usize) -> u32 {
        let mut draws = self.draws.borrow_mut();
        if let Some((_, _, count)) = draws.iter_mut().find(|(of, what, _)| *of == site && *what == which) {
            *count += 1;
            return *count;
        }
        draws.push((site, which, 0));
        0
    }

    /// Returns the number of the tenant with this id.
    pub(crate) fn tenant_named(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("tenant-")?.parse().ok()?;
        (number < self.plan.tenants.len()).then_some(number)
    }
}

/// Returns the value of a counter, and increments it.
pub(crate) fn next(counter: &Cell<usize>) -> usize {
    let number = counter.get();
    counter.set(number + 1);
    number
}

/// Returns a duration in milliseconds.
pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// Simulates a plan with the router that ships, or with a broken variant of it.
#[must_use]
pub fn simulate(plan: Plan, variant: Option<BrokenVariant>) -> History {
    let time = Rc::new(Time::default());
    let behind = plan.behind();
    let queue = Rc::new(bridge::BridgeQueue::new(behind.as_ref().unwrap_or(&plan)));
    queue.senders.set(plan.settings.batches_at_a_time);
    let world = |plan, behind| World::of(plan, variant, &time, behind);
    let behind = behind.map(|plan| Rc::new(world(plan, Some((Rc::clone(&queue), None)))));
    let bridge = behind.as_ref().map(|behind| (Rc::clone(&queue), Some(Rc::clone(behind))));
    let front = Rc::new(world(plan, bridge));
    let sources: Vec<_> =
        std::iter::once(&front).chain(&behind).map(|world| (world, RefCell::new(world.source()))).collect();
    let pollers = sources.iter().flat_map(|(world, source)| {
        (0..world.plan.settings.batches_at_a_time).map(move |number| {
            let poller = async move {
                poller::poll(Rc::clone(world), source, number).await;
                world.poller_ended();
            };
            Box::pin(poller) as Pin<Box<dyn Future<Output = ()> + '_>>
        })
    });
    let end = run(&time, pollers.collect::<Vec<_>>());
    front.history(end)
}

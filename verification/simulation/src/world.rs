//! The simulated world around the router, in virtual time.
//!
//! - `state`: what all parts share; `event_source`: what a source does, `received`: a record of a batch
//! - `queue`, `fifo`, `shard`, `eventbridge`: the sources; `events`: their events; `response`: reads the
//!   router's response
//! - `bridge`, `forwarder`: a FIFO queue behind a stream, and a second world in which another router drains it
//! - `environment`: an execution environment with the router that ships, set up by `router_setup`; `shared`: what its
//!   ports share; `poller`: sends it batches
//! - `event_queue`: Lambda's queue of events for asynchronous invocations
//! - `backend`, `payload`, `invoke_effect`, `run`, `quarantine`, `table`, `clock`: implementations of the router's ports
//! - `source`: the decoding of all sources, behind one type

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;

use crate::broken_variant::BrokenVariant;
use crate::executor::{End, Time, run};
use crate::history::History;
use crate::plan::{Kind, Plan};

use bridge::{BridgeQueue, Link};
use event_source::EventSource;
use state::World;

mod backend;
pub(crate) mod bridge;
mod clock;
mod environment;
mod event_queue;
mod event_source;
mod eventbridge;
mod events;
mod fifo;
mod forwarder;
mod invoke_effect;
mod payload;
mod poller;
mod quarantine;
mod queue;
pub(crate) mod received;
mod response;
mod router_setup;
mod run;
mod shard;
mod shared;
mod source;
mod state;
mod table;

/// A world and the bridge at one of its ends.
struct Stage {
    world: Rc<World>,
    link: Option<Link>,
}

impl Stage {
    fn source(&self) -> Box<dyn EventSource> {
        let world = &self.world;
        match (world.plan.kind, &self.link) {
            (Kind::Bridge, Some(link)) => Box::new(bridge::Drain(Rc::clone(&link.queue))),
            (Kind::Standard, _) => Box::new(queue::StandardQueue::of(&world.plan, world.plan.sent_times())),
            (Kind::Buffered, _) => {
                Box::new(queue::StandardQueue::of(&world.plan, eventbridge::deliveries(world)))
            }
            (Kind::EventBridge, _) => Box::new(eventbridge::Rule::of(world)),
            (Kind::Fifo | Kind::Bridge, _) => Box::new(fifo::Fifo::of(&world.plan)),
            (Kind::Kinesis | Kind::DynamoDb, _) => Box::new(shard::Shard::of(&world.plan)),
        }
    }

    fn history(&self, end: End) -> History {
        let mut plan = self.world.plan.clone();
        let mut events = self.world.log.take();
        events.sort_by_key(|timed| timed.at);
        if plan.kind == Kind::Bridge {
            plan.keep_taken(bridge::taken(&events));
        }
        History { plan, events, end, behind: None }
    }
}

/// Simulates a plan with the router that ships, or with a broken variant of it.
#[must_use]
pub fn simulate(plan: Plan, variant: Option<BrokenVariant>) -> History {
    let time = Rc::new(Time::default());
    let behind = plan.behind();
    let queue = Rc::new(BridgeQueue::new(behind.as_ref().unwrap_or(&plan)));
    queue.senders.set(plan.settings.batches_at_a_time);
    let stage = |plan, link| Stage { world: Rc::new(World::of(plan, variant, &time)), link };
    let behind = behind.map(|plan| stage(plan, Some(Link { queue: Rc::clone(&queue), behind: None })));
    let link = behind.as_ref().map(|behind| Link { queue, behind: Some(Rc::clone(&behind.world)) });
    let front = stage(plan, link);
    let sources: Vec<_> =
        std::iter::once(&front).chain(&behind).map(|stage| (stage, RefCell::new(stage.source()))).collect();
    let pollers = sources.iter().flat_map(|(Stage { world, link }, source)| {
        (0..world.plan.settings.batches_at_a_time).map(move |number| {
            let poller = async move {
                poller::poll(world, link.as_ref(), source, number).await;
                if let Some(Link { queue, behind: Some(_) }) = link {
                    queue.sender_ended();
                }
            };
            Box::pin(poller) as Pin<Box<dyn Future<Output = ()> + '_>>
        })
    });
    let end = run(&time, pollers.collect::<Vec<_>>());
    let behind = behind.as_ref().map(|behind| Box::new(behind.history(end)));
    History { behind, ..front.history(end) }
}

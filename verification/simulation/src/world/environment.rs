//! An execution environment of the router's function: the router that ships, with this world behind its ports.
//!
//! It runs one invocation at a time. When it crashes, its caches are lost [Lambda developer guide, "Lambda execution
//! environment"].

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::FutureExt;
use futures_util::future::{Either, select};
use routing::ports::DeliveryTarget;
use routing::{Checkpoints, InvocationContext, Router};

use super::backend::Lambda;
use super::bridge::Link;
use super::clock::WorldClock;
use super::event_source::{EnvironmentState, InvocationResult};
use super::events::{self, Record};
use super::forwarder::Forwarder;
use super::quarantine::QuarantineQueue;
use super::received::ReceivedRecord;
use super::response::failed_items;
use super::router_setup;
use super::shared::Shared;
use super::source::AnySource;
use super::state::{World, next};
use super::table::RegistryTable;
use crate::history::{Event, FailedItem, Interruption};
use crate::plan::OnReject;
use crate::plan::faults::{RouterFault, Site};

pub(crate) struct Environment {
    shared: Rc<Shared>,
    router: SimulatedRouter,
}

type SimulatedRouter = Router<AnySource, Lambda, QuarantineQueue, RegistryTable, Forwarder>;

/// The error of a router that failed its invocation.
struct Failed;

impl Environment {
    pub(super) fn start(world: &Rc<World>, link: Option<&Link>) -> Self {
        let shared = Rc::new(Shared {
            world: Rc::clone(world),
            number: next(&world.environments),
            invocation: Cell::new(0),
            records: RefCell::default(),
            acked: RefCell::default(),
        });
        let router = Self::router(&shared, link);
        Self { shared, router }
    }

    fn router(shared: &Rc<Shared>, link: Option<&Link>) -> SimulatedRouter {
        let world = &shared.world;
        let plan = &world.plan;
        Router {
            source: AnySource { kind: plan.kind, form: plan.record_kind(), variant: world.variant },
            rules: router_setup::rules(plan.record_kind(), world.variant),
            registry: router_setup::registry(world, RegistryTable::of(shared)),
            policy: router_setup::policy(plan, world.variant),
            target: target(shared, link),
            quarantine: (plan.settings.on_reject != OnReject::Redrive).then(|| QuarantineQueue::of(shared)),
            checkpoints: Checkpoints::default(),
        }
    }

    /// Runs the router, and returns the items that its response names as failed.
    async fn handle(
        &self,
        event: &str,
        context: InvocationContext<'_>,
        invocation: usize,
    ) -> Result<Vec<FailedItem>, Failed> {
        let world = &*self.shared.world;
        let clock = WorldClock::starting(&world.time);
        let rng = world.rng_at(Site::Router, invocation, 0);
        let report = self.router.route(event, context, &clock, rng).await;
        report.map(|report| failed_items(&world.plan, &report.into_response())).map_err(|_| Failed)
    }

    /// Runs one invocation of the router.
    pub(crate) async fn invoke(&self, batch: &[ReceivedRecord]) -> (InvocationResult, EnvironmentState) {
        let world = &*self.shared.world;
        let invocation = next(&world.invocations);
        self.shared.invocation.set(invocation);
        let records: Vec<Record> = batch.iter().map(|received| Record::of(&world.plan, *received)).collect();
        let event = events::event(&world.plan, batch, &records);
        self.shared.records.replace(records);
        self.shared.acked.borrow_mut().clear();
        world.log(Event::InvocationStarted {
            invocation,
            environment: self.shared.number,
            records: batch.iter().map(|received| received.record).collect(),
        });
        let fault = world.draw_fault(Site::Router, invocation, |rng| match rng.u32(0..20) {
            0..4 => Some(RouterFault::Crash(rng.u32(1..12))),
            4 => Some(RouterFault::Recycled),
            5 => Some(RouterFault::ResponseLost),
            6 => Some(RouterFault::Stalls(rng.u32(1..12))),
            7 => Some(RouterFault::Panics(rng.u32(1..12))),
            _ => None,
        });
        let deadline = world.plan.settings.timeout;
        let context = InvocationContext {
            request_id: "request",
            trace_header: None,
            deadline: world.variant.map_or(deadline, |variant| variant.deadline(deadline)),
        };
        let steps = match fault {
            Some(RouterFault::Crash(steps) | RouterFault::Stalls(steps) | RouterFault::Panics(steps)) => {
                steps
            }
            _ => u32::MAX,
        };
        let ending = world.time.now() + deadline;
        // As in the function's handler, a panic fails the invocation and keeps the environment.
        let routing = AssertUnwindSafe(self.handle(&event, context, invocation)).catch_unwind();
        let routing = StepLimit { steps, inner: pin!(routing) };
        let cut = |how, after| {
            world.log(Event::Interrupted { invocation, how });
            (InvocationResult::Failed, after)
        };
        match select(routing, world.time.sleep_until(ending)).await {
            Either::Right(_) => cut(Interruption::TimedOut, EnvironmentState::Gone),
            Either::Left((None, deadline)) => match fault {
                Some(RouterFault::Stalls(_)) => {
                    deadline.await;
                    cut(Interruption::Stalled, EnvironmentState::Gone)
                }
                Some(RouterFault::Panics(_)) => cut(Interruption::Panicked, EnvironmentState::StaysWarm),
                _ => cut(Interruption::Crashed, EnvironmentState::Gone),
            },
            Either::Left((Some(Err(_) | Ok(Err(Failed))), _)) => {
                world.log(Event::InvocationFailed { invocation });
                (InvocationResult::Failed, EnvironmentState::StaysWarm)
            }
            Either::Left((Some(Ok(Ok(named))), _)) => {
                let named = world
                    .variant
                    .map_or(named.clone(), |variant| variant.response(&world.plan, named, batch));
                world.log(Event::Responded { invocation, named: named.clone() });
                match fault {
                    Some(RouterFault::ResponseLost) => {
                        cut(Interruption::ResponseLost, EnvironmentState::Gone)
                    }
                    Some(RouterFault::Recycled) => {
                        (InvocationResult::Responded(named), EnvironmentState::Gone)
                    }
                    _ => (InvocationResult::Responded(named), EnvironmentState::StaysWarm),
                }
            }
        }
    }
}

/// Returns the backend, or the bridge.
fn target(shared: &Rc<Shared>, link: Option<&Link>) -> DeliveryTarget<Lambda, Forwarder> {
    match link {
        Some(Link { queue, behind: Some(behind) }) => DeliveryTarget::Bridge(Forwarder {
            shared: Rc::clone(shared),
            bridge: Rc::clone(queue),
            behind: Rc::clone(behind),
        }),
        _ => DeliveryTarget::Backend(Lambda::of(shared)),
    }
}

/// A future that is dropped after a number of polls.
struct StepLimit<F> {
    steps: u32,
    inner: F,
}

impl<F: Future + Unpin> Future for StepLimit<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match self.steps.checked_sub(1) {
            None => Poll::Ready(None),
            Some(left) => {
                self.steps = left;
                Pin::new(&mut self.inner).poll(context).map(Some)
            }
        }
    }
}

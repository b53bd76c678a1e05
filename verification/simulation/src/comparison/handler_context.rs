//! What a handler of an event has before it: the event's records, and a way to Invoke, with what the AWS SDK does of its
//! own accord when it is not told otherwise.

use std::time::Duration;

use fastrand::Rng;
use routing::ports::{Attempt, Invocation};

use super::message::{Message, messages};
use crate::plan::Kind;
use crate::plan::faults::Site;
use crate::world::{Lambda, World};

/// Tries of one Invoke in the SDKs' standard mode [AWS SDKs and Tools reference guide, "Retry behavior"].
const TRIES: u32 = 3;

/// A handler's table.
pub(crate) struct HandlerContext<'d> {
    world: &'d World,
    lambda: &'d Lambda,
    /// The event's records, in its order.
    pub(crate) messages: Vec<Message>,
}

/// What a handler tells its source.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It returned without naming anything.
    Success,
    /// An exception left it.
    Exception,
    /// A partial batch response with these records.
    Names(Vec<usize>),
}

/// A call threw.
#[derive(Debug)]
pub(crate) struct Exception;

/// An Invoke's 200.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// Without `FunctionError`.
    Answered,
    /// With it.
    FunctionError,
}

impl<'d> HandlerContext<'d> {
    pub(crate) fn of(world: &'d World, lambda: &'d Lambda, event: &str) -> Self {
        Self { world, lambda, messages: messages(&world.plan, event) }
    }

    pub(crate) fn kind(&self) -> Kind {
        self.world.plan.kind
    }

    /// `await lambda.send(new InvokeCommand({ TenantId, Payload }))`, with no time-out of its own.
    pub(crate) async fn invoke(&self, tenant: Option<&str>, records: &[usize]) -> Result<Reply, Exception> {
        // Without an id Lambda refuses the request [Lambda API reference, "Invoke"].
        let tenant = tenant.ok_or(Exception)?;
        match self
            .tried(async || self.lambda.invoke_for(tenant, records, Invocation::Sync).await, records)
            .await
        {
            Attempt::Answered(_) | Attempt::Accepted => Ok(Reply::Answered),
            Attempt::FunctionError => Ok(Reply::FunctionError),
            _ => Err(Exception),
        }
    }

    /// The same with `FunctionError` thrown, as careful code does.
    pub(crate) async fn deliver(&self, message: &Message) -> Result<(), Exception> {
        match self.invoke(message.tenant.as_deref(), &[message.record]).await? {
            Reply::Answered => Ok(()),
            Reply::FunctionError => Err(Exception),
        }
    }

    /// The same with `InvocationType: Event`.
    pub(crate) async fn fire(&self, tenant: &str, records: &[usize]) -> Result<(), Exception> {
        match self
            .tried(async || self.lambda.invoke_for(tenant, records, Invocation::Async).await, records)
            .await
        {
            Attempt::Accepted => Ok(()),
            _ => Err(Exception),
        }
    }

    /// The SDK tries again what was throttled, found no connection or ended with a 5xx, whether it ran or not; it waits
    /// up to one second, then up to two.
    async fn tried(&self, attempt: impl AsyncFn() -> Attempt, records: &[usize]) -> Attempt {
        let first = records.first().copied().unwrap_or_default();
        for tries in 1..TRIES {
            let attempted = attempt().await;
            if !matches!(
                attempted,
                Attempt::Throttled { .. } | Attempt::NotStarted(_) | Attempt::Uncertain(_)
            ) {
                return attempted;
            }
            let number = self.world.calls.get();
            let mut rng: Rng = self.world.rng_at(Site::Invoke, first, number);
            let most = Duration::from_secs(1) * 2_u32.pow(tries - 1);
            self.world.time.sleep(most.mul_f64(rng.f64())).await;
        }
        attempt().await
    }
}

//! Invokes of other routers than the one that ships. The asynchronous one, whose answer nobody waits for, goes as far as
//! their figures need it [Lambda developer guide, "Invoking a Lambda function asynchronously", "How Lambda handles errors
//! and retries with asynchronous invocation"].
//!
//! - 202 says that Lambda has the event, and not that anything ran.
//! - What fails is tried again after one minute, and after two more; then the event is gone, as the function has no
//!   failure destination. What is throttled goes back into Lambda's queue and uses up no try.
//! - An error of the Invoke itself is the caller's: then Lambda has not got the event, unless the answer was lost.

use std::time::Duration;

use routing::ports::Attempt;

use super::backend::{Lambda, Payload, fault};
use super::millis;
use crate::history::{Bytes, Event};
use crate::plan::faults::InvokeFault;

/// Waits before the second and the third try.
const WAITS: [Duration; 2] = [Duration::from_mins(1), Duration::from_mins(2)];

/// How long what was throttled waits in Lambda's queue: by the guide from one second up to five minutes.
const BACK_IN_THE_QUEUE: Duration = Duration::from_secs(5);

impl Lambda {
    /// An Invoke, by a router that names a tenant as it likes.
    pub(crate) async fn invoke_for(&self, tenant: &str, records: &[usize]) -> Attempt {
        self.attempt(&self.payload_for(tenant, records)).await
    }

    fn payload_for(&self, tenant: &str, records: &[usize]) -> Payload {
        let tenant = self.world().tenant_named(tenant);
        Payload { tenant, backend: 0, records: records.to_vec(), bytes: Bytes::Same }
    }

    /// One with `InvocationType: Event`. All that Lambda does with it later is certain at once, and is told with
    /// the times at which it happens.
    pub(crate) async fn fire_for(&self, tenant: &str, records: &[usize]) -> Attempt {
        use InvokeFault as Is;
        let (world, payload) = (self.world(), self.payload_for(tenant, records));
        let call = self.sent(&payload);
        let first = fault(world, &payload, world.time.now());
        world.time.sleep(millis(3)).await;
        match first {
            Some(Is::NotStarted) => return Attempt::NotStarted("no connection".to_owned()),
            Some(Is::ErrorBefore) => return Attempt::Uncertain("ServiceException".to_owned()),
            Some(Is::Refused) => return Attempt::Refused("InvalidRequestContentException".to_owned()),
            Some(Is::Forbidden | Is::NoCredentials) => {
                return Attempt::Misconfigured("AccessDeniedException".to_owned());
            }
            _ => self.work_off(&payload, call, first),
        }
        match first {
            Some(Is::ErrorAfter) => Attempt::Uncertain("cut".to_owned()),
            _ => Attempt::Accepted,
        }
    }

    /// Lambda's own tries. Of the faults of an Invoke only those of the function itself are left here.
    fn work_off(&self, payload: &Payload, call: usize, first: Option<InvokeFault>) {
        use InvokeFault as Is;
        let world = self.world();
        let (mut at, mut befalls, mut waits) = (world.time.now(), first, WAITS.iter());
        loop {
            if befalls == Some(Is::Throttled) {
                at += BACK_IN_THE_QUEUE;
            } else {
                world.log_at(at, Event::Ran { call });
                if !matches!(befalls, Some(Is::FunctionError | Is::ItemFailures)) {
                    return;
                }
                world.log_at(at, Event::Failed { call, records: payload.records.clone() });
                let Some(wait) = waits.next() else { return };
                at += *wait;
            }
            befalls = fault(world, payload, at);
        }
    }
}

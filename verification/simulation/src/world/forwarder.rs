//! The bridge port of the stream's router, which forwards records to SQS [Amazon SQS API reference,
//! `SendMessageBatch`]. The router's own code makes the messages; responses are as the crate `aws` reports them.

use std::rc::Rc;
use std::time::Duration;

use routing::bridge::{BridgeMessage, retryable};
use routing::ports::{Attempt, Bridge, BridgeRequest, Invocation};

use super::bridge::{BridgeQueue, Put};
use super::shared::Shared;
use super::state::{World, millis, next};
use crate::history::{Bytes, Event, InvokeOutcome};
use crate::plan::faults::{ForwardFault, Site};

/// The queue of a bridge, with the world behind it.
pub(crate) struct Forwarder {
    pub(super) shared: Rc<Shared>,
    pub(super) bridge: Rc<BridgeQueue>,
    pub(super) behind: Rc<World>,
}

impl Bridge for Forwarder {
    async fn forward(&self, request: BridgeRequest<'_>) -> Attempt {
        let world = &*self.shared.world;
        let Some(bridge) = &world.plan.bridge else { return Attempt::Misconfigured("no bridge".to_owned()) };
        let tenant = world.tenant_named(request.admitted.tenant().as_str());
        let (invocation, number) = (self.shared.invocation.get(), next(&world.calls));
        let backend = request.admitted.backend();
        let message = BridgeMessage::new(&request, bridge.group);
        let message = match (message, world.variant) {
            (Ok(message), Some(variant)) => Ok(variant.message(message, number)),
            (message, _) => message,
        };
        let (record, bytes) =
            message.as_ref().map_or((None, Bytes::Changed), |message| self.shared.identify(&message.body));
        let records: Vec<usize> = record.into_iter().collect();
        world.log(Event::Sent { invocation, call: number, tenant, backend, records, bytes });
        let returned = |acked, outcome| world.log(Event::Returned { call: number, acked, outcome });
        let (message, record) = match (message, record) {
            (Ok(message), Some(record)) => (message, record),
            (message, _) => {
                returned(Vec::new(), InvokeOutcome::Finished);
                return message
                    .err()
                    .unwrap_or_else(|| Attempt::Refused("InvalidMessageContents".to_owned()));
            }
        };
        let fault = world.draw_fault(Site::Forward, record, |rng| {
            Some(ForwardFault::ALL[rng.usize(0..ForwardFault::ALL.len())])
        });
        let mut rng = world.rng_at(Site::Forward, number, 0);
        world.time.sleep(millis(rng.u64(1..6))).await;
        let mut has_it = false;
        if fault.is_none_or(ForwardFault::is_taken) {
            let put = self.bridge.put(&self.behind, &message, record);
            has_it = put != Put::Mistaken;
            if put == Put::New {
                world.log(Event::Ran { call: number });
            }
        }
        match fault {
            Some(ForwardFault::Silent) => return std::future::pending().await,
            Some(ForwardFault::TooSlow) => world.time.sleep(world.plan.settings.call_timeout / 2).await,
            _ => world.time.sleep(millis(rng.u64(1..30))).await,
        }
        let acked = if fault.is_none() && has_it { vec![record] } else { Vec::new() };
        let (attempt, outcome) = response(fault);
        returned(acked, outcome);
        match world.variant {
            Some(variant) => variant.attempt(attempt, Invocation::Bridged),
            None => attempt,
        }
    }
}

/// Returns the response to a message, and whether it may be sent again.
fn response(fault: Option<ForwardFault>) -> (Attempt, InvokeOutcome) {
    use ForwardFault as Is;
    let retry_now = InvokeOutcome::NotRun(Duration::ZERO);
    let code = |code: &str| code.to_owned();
    match fault {
        None => (Attempt::Forwarded, InvokeOutcome::Finished),
        Some(Is::Throttled) => {
            (Attempt::Throttled { retry_after: None, code: code("RequestThrottled") }, retry_now)
        }
        Some(Is::ErrorBefore | Is::ErrorAfter) => {
            (retryable(Attempt::Uncertain(code("InternalError"))), retry_now)
        }
        Some(Is::TooSlow | Is::Silent) => (Attempt::NotStarted(code("timed out")), retry_now),
        Some(Is::Refused) => (Attempt::Refused(code("InvalidMessageContents")), InvokeOutcome::Finished),
        Some(Is::Forbidden) => {
            (Attempt::Misconfigured(code("AccessDenied")), InvokeOutcome::BackendMisconfigured)
        }
    }
}

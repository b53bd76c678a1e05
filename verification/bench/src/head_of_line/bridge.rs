//! The variant with a bridge: the stream's router forwards records to a FIFO queue, and the queue's router drains it.
//!
//! The drain handles one batch at a time, which is the worst case: more pollers would serve other groups earlier.

use std::collections::HashSet;
use std::error::Error;
use std::time::Duration;

use aws_model::events::sqs::{Message, Queue};
use aws_model::response::ItemFailures;
use aws_model::shard::Bisect;
use serde_json::json;
use testbed::sqs_api::Entry;
use testbed::{Invocation, InvokeApi, Sandbox, SqsAnswer, SqsApi};

use super::delivery_counts::{DeliveryCounts, SharedCounts, TenantBehaviour};
use super::fifo::{FifoQueue, MAX_BATCH, Received};
use super::{MAX_TIMEOUT, Routers, shard};

const QUEUE: &str = "bridge";

/// The number of batches for which a returned message stays hidden. The visibility timeout is six times the timeout of the
/// function, as the Lambda developer guide advises. A batch takes at most one timeout, so at least six are delivered meanwhile.
const HIDDEN_FOR: usize = 6;

pub(super) fn run(routers: &Routers, behaviour: TenantBehaviour) -> Result<DeliveryCounts, Box<dyn Error>> {
    let counts = SharedCounts::default();
    let mut queue = FifoQueue::of(forward(routers, &counts)?);
    let mut drain = Drain::start(routers, &counts, behaviour)?;
    let mut receives = 0;
    while !queue.is_empty() {
        counts.lock().next_batch();
        receives += 1;
        let batch = queue.receive(receives, MAX_BATCH, HIDDEN_FOR + 1);
        if batch.is_empty() {
            continue;
        }
        let returned = drain.invoke(&batch)?;
        queue.finish_batch(receives, &batch, &returned)?;
    }
    let counts = counts.lock().clone();
    Ok(counts)
}

/// The queue's router and its backend.
pub(super) struct Drain {
    router: Sandbox,
    _lambda: InvokeApi,
}

impl Drain {
    pub(super) fn start(
        routers: &Routers,
        counts: &SharedCounts,
        behaviour: TenantBehaviour,
    ) -> Result<Self, Box<dyn Error>> {
        let lambda = counts.lambda(behaviour);
        let config = json!({
            "source": "sqs",
            "bridged_from": "kinesis",
            "backend": { "function": "orders:live", "timeout_seconds": 60 },
            "tenant_id": { "from": ["$.kinesis.data.tenantId"] },
        });
        let (config, endpoint) = (config.to_string(), lambda.endpoint());
        let environment =
            [("TENANT_ROUTER_CONFIG", config.as_str()), ("AWS_ENDPOINT_URL_LAMBDA", endpoint.as_str())];
        let router = Sandbox::start(&routers.sqs, &environment)
            .map_err(|failure| format!("the init failed: {}: {failure:?}", routers.sqs.display()))?;
        Ok(Self { router, _lambda: lambda })
    }

    /// Invokes the router with a batch and returns the identifiers of the failed messages.
    pub(super) fn invoke(&mut self, batch: &[Received]) -> Result<HashSet<String>, Box<dyn Error>> {
        let messages: Vec<Message> = batch.iter().map(|received| received.message.clone()).collect();
        let outcome =
            self.router.invoke(Invocation::of(Queue::fifo(QUEUE).event(&messages)).within(MAX_TIMEOUT));
        match ItemFailures::of(&outcome.clone().into()) {
            ItemFailures::Listed(named) => Ok(named.into_iter().collect()),
            _ => Err(format!("the drain did not return a partial batch response: {outcome:?}").into()),
        }
    }
}

/// Delivers the whole shard to the stream's router, and returns the messages that it sent to the queue.
pub(super) fn forward(routers: &Routers, counts: &SharedCounts) -> Result<Vec<Entry>, Box<dyn Error>> {
    let sqs = SqsApi::start(|_| SqsAnswer::Taken);
    let queue = format!("{QUEUE}.fifo");
    let config = json!({
        "source": "kinesis",
        "backend": { "function": "orders:live", "timeout_seconds": 60 },
        "tenant_id": { "from": ["$.kinesis.data.tenantId"] },
        "bridge": { "fifo_queue": sqs.queue_url(&queue) },
    });
    let (config, endpoint) = (config.to_string(), sqs.endpoint());
    let environment =
        [("TENANT_ROUTER_CONFIG", config.as_str()), ("AWS_ENDPOINT_URL_SQS", endpoint.as_str())];
    let mut router = Sandbox::start(&routers.kinesis, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", routers.kinesis.display()))?;
    let mut shard = shard::full_shard(Bisect::On);
    let mut handle = |event| {
        counts.lock().next_batch();
        router.invoke(Invocation::of(event).within(MAX_TIMEOUT))
    };
    while shard.step(Duration::ZERO, &mut handle).is_some() {}
    Ok(sqs.queued_in(&queue))
}

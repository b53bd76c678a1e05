//! The way over a FIFO queue: the stream's router forwards, and the queue's router drains, one batch after the other.
//! One at a time is the hardest reading: more than one poller would serve other groups sooner.

use std::collections::HashSet;
use std::error::Error;

use serde_json::{Value, json};
use testbed::sqs_api::Entry;
use testbed::{Invocation, InvokeApi, Message, Outcome, Queue, Sandbox, SqsAnswer, SqsApi};

use super::fifo::{BATCH, Fifo};
use super::tally::{Conduct, Shared, Tally};
use super::{Routers, TIME, shard};

const QUEUE: &str = "bridge";

/// What was returned stays hidden for six times the function's time-out, as the guide advises; a batch takes no longer
/// than one of those, so that six are handed out meanwhile at least.
const HIDDEN_FOR: usize = 6;

pub(super) fn play(routers: &Routers, conduct: Conduct) -> Result<Tally, Box<dyn Error>> {
    let tally = Shared::default();
    let mut queue = Fifo::of(forward(routers, &tally)?);
    let mut drain = Drain::start(routers, &tally, conduct)?;
    let mut receives = 0;
    while !queue.is_empty() {
        tally.lock().next_batch();
        receives += 1;
        let batch = queue.receive(receives, BATCH, receives + HIDDEN_FOR + 1);
        if batch.is_empty() {
            continue;
        }
        let returned = drain.settle(&batch)?;
        queue.settle(&batch, &returned);
    }
    let tally = tally.lock().clone();
    Ok(tally)
}

/// The queue's router, and its backend.
pub(super) struct Drain {
    router: Sandbox,
    _lambda: InvokeApi,
}

impl Drain {
    pub(super) fn start(routers: &Routers, tally: &Shared, conduct: Conduct) -> Result<Self, Box<dyn Error>> {
        let lambda = tally.lambda(conduct);
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

    /// The identifiers of those messages that the router returns.
    pub(super) fn settle(&mut self, batch: &[Message]) -> Result<HashSet<String>, Box<dyn Error>> {
        let outcome = self.router.invoke(Invocation::of(Queue::fifo(QUEUE).event(batch)).within(TIME));
        Ok(named(&outcome).ok_or_else(|| format!("the drain did not answer: {outcome:?}"))?)
    }
}

/// What the stream's router puts into the queue, batch after batch of the shard.
pub(super) fn forward(routers: &Routers, tally: &Shared) -> Result<Vec<Entry>, Box<dyn Error>> {
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
    let mut shard = shard::full(testbed::Bisect::On);
    let mut handle = |event| {
        tally.lock().next_batch();
        router.invoke(Invocation::of(event).within(TIME))
    };
    while shard.step(&mut handle).is_some() {}
    Ok(sqs.queued_in(&queue))
}

/// The identifiers that a partial batch response names; none where it is not one.
fn named(outcome: &Outcome) -> Option<HashSet<String>> {
    let Outcome::Response(body) = outcome else { return None };
    let answer: Value = serde_json::from_slice(body).ok()?;
    let failures = answer["batchItemFailures"].as_array()?.iter();
    failures.map(|failure| Some(failure["itemIdentifier"].as_str()?.to_owned())).collect()
}

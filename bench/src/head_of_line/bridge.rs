//! The way over a FIFO queue: the stream's router forwards, and the queue's router drains, one batch after the other.
//!
//! The queue's rules [Lambda developer guide, "Using Lambda with Amazon SQS", "Creating and configuring an Amazon SQS
//! event source mapping"; SQS developer guide, "FIFO queue delivery logic"]: a batch holds ten messages at most; while one
//! of a group is hidden, no other of the group is handed out; what was received too often goes to the dead-letter queue.
//! One batch at a time is the hardest reading: more than one poller would serve other groups sooner.

use std::collections::{HashSet, VecDeque};
use std::error::Error;

use serde_json::{Value, json};
use testbed::sqs_api::Entry;
use testbed::{Invocation, Message, Outcome, Queue, Sandbox, SqsAnswer, SqsApi};

use super::tally::{Conduct, Shared, Tally};
use super::{RETRIES, Routers, TIME, shard};

const QUEUE: &str = "bridge";

/// `BatchSize` of a FIFO queue, at most.
const BATCH: usize = 10;

/// What was returned stays hidden for six times the function's time-out, as the guide advises; a batch takes no longer
/// than one of those, so that six are handed out meanwhile at least.
const HIDDEN_FOR: usize = 6;

pub(super) fn play(routers: &Routers, conduct: Conduct) -> Result<Tally, Box<dyn Error>> {
    let tally = Shared::default();
    let mut queue = Fifo::of(forward(routers, &tally)?);
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
    let mut router = Sandbox::start(&routers.sqs, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", routers.sqs.display()))?;
    while !queue.waiting.is_empty() {
        tally.lock().next_batch();
        let batch = queue.receive();
        if batch.is_empty() {
            continue;
        }
        let outcome = router.invoke(Invocation::of(Queue::fifo(QUEUE).event(&batch)).within(TIME));
        let returned = named(&outcome).ok_or_else(|| format!("the drain did not answer: {outcome:?}"))?;
        queue.settle(&batch, &returned);
    }
    let tally = tally.lock().clone();
    Ok(tally)
}

/// What the stream's router puts into the queue, batch after batch of the shard.
fn forward(routers: &Routers, tally: &Shared) -> Result<Vec<Entry>, Box<dyn Error>> {
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

/// A message, and what the queue knows of it.
#[derive(Debug)]
struct Waiting {
    id: String,
    group: String,
    body: String,
    receives: u32,
    /// It is handed out from this receive of the queue on.
    visible_from: usize,
}

/// The queue; messages stand in it in the order in which they came.
#[derive(Debug)]
struct Fifo {
    waiting: VecDeque<Waiting>,
    receives: usize,
}

impl Fifo {
    fn of(entries: Vec<Entry>) -> Self {
        let waiting = entries.into_iter().enumerate().map(|(at, entry)| Waiting {
            id: format!("m{at}"),
            group: entry.message_group_id.unwrap_or_default(),
            body: entry.message_body,
            receives: 0,
            visible_from: 0,
        });
        Self { waiting: waiting.collect(), receives: 0 }
    }

    /// The oldest messages that are to be had; none where all are hidden.
    fn receive(&mut self) -> Vec<Message> {
        self.receives += 1;
        let hidden = |message: &&Waiting| message.visible_from > self.receives;
        let blocked: HashSet<String> =
            self.waiting.iter().filter(hidden).map(|message| message.group.clone()).collect();
        let mut batch = Vec::new();
        let free = self.waiting.iter_mut().filter(|message| !blocked.contains(&message.group));
        for message in free.take(BATCH) {
            message.receives += 1;
            let handed = Message::new(&message.id, &message.body).group(&message.group);
            batch.push(handed.receive_count(message.receives));
        }
        batch
    }

    /// Deletes what was not returned, hides what was, and gives up what was received too often.
    fn settle(&mut self, batch: &[Message], returned: &HashSet<String>) {
        let handed_out: HashSet<&str> = batch.iter().map(Message::id).collect();
        self.waiting.retain(|message| {
            let retried = returned.contains(&message.id) && message.receives <= RETRIES;
            !handed_out.contains(message.id.as_str()) || retried
        });
        for message in &mut self.waiting {
            if handed_out.contains(message.id.as_str()) {
                message.visible_from = self.receives + HIDDEN_FOR + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(groups: &[&str]) -> Fifo {
        let waiting = |(at, group): (usize, &&str)| Waiting {
            id: format!("m{at}"),
            group: (*group).to_owned(),
            body: "{}".to_owned(),
            receives: 0,
            visible_from: 0,
        };
        Fifo { waiting: groups.iter().enumerate().map(waiting).collect(), receives: 0 }
    }

    fn ids(batch: &[Message]) -> Vec<&str> {
        batch.iter().map(Message::id).collect()
    }

    #[test]
    fn while_one_of_a_group_is_hidden_the_others_wait_and_other_groups_do_not() {
        let mut queue = queue(&["a", "b", "a"]);
        let batch = queue.receive();
        assert_eq!(ids(&batch), ["m0", "m1", "m2"]);
        queue.settle(&batch[..1], &HashSet::from(["m0".to_owned()]));
        for _ in 0..HIDDEN_FOR {
            assert_eq!(ids(&queue.receive()), ["m1"]);
        }
        assert_eq!(ids(&queue.receive()), ["m0", "m1", "m2"]);
    }

    #[test]
    fn what_was_received_too_often_is_given_up() {
        let mut queue = queue(&["a"]);
        let returned = HashSet::from(["m0".to_owned()]);
        let mut tries = 0;
        while !queue.waiting.is_empty() {
            let batch = queue.receive();
            tries += batch.len();
            queue.settle(&batch, &returned);
        }
        assert_eq!(u32::try_from(tries), Ok(RETRIES + 1));
    }
}

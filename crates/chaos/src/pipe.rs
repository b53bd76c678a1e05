//! A pipe with an enricher in it: batches of messages, each of which goes on, enriched, or comes again as a whole
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::collections::{BTreeMap, VecDeque};

use fastrand::Rng;
use serde_json::value::RawValue;
use testbed::{Invocation, Outcome, Queue, Sandbox};

use crate::estate::Estate;
use crate::history::Event;
use crate::message::Message;
use crate::source::Source;
use crate::stage::Stage;
use crate::world::TIME;

/// By these names an enricher gives a batch back.
const COMES_AGAIN: [&str; 2] = ["NotQuarantined", "TenantNotConfirmed"];

/// What goes on in the pipe: `tenant_id` and `record`, as they are written.
type Enriched<'a> = BTreeMap<String, &'a RawValue>;

/// Hands out batch after batch, to the enrichers in turn, until all went on or should long have.
pub(crate) fn deliver(routers: &mut [Sandbox], estate: &Estate, stage: &Stage, rng: &mut Rng) {
    let mut waiting: VecDeque<&Message> = estate.messages.iter().collect();
    let (faulty, all) = Source::Pipe.batches(estate.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            estate.faults.stop();
        }
        let most = rng.usize(1..=Source::Pipe.largest_batch()).min(waiting.len());
        if most == 0 {
            break;
        }
        let batch: Vec<&Message> = waiting.drain(..most).collect();
        let records: Vec<String> = batch.iter().map(|message| record(message)).collect();
        let before = estate.history.events().len();
        let event = format!("[{}]", records.join(","));
        let outcome = routers[invocation % count].invoke(Invocation::of(event).within(TIME));
        stage.forget();
        let ids = batch.iter().map(|message| message.id.clone()).collect();
        let event = match outcome {
            Outcome::Response(body) => {
                let now = estate.history.events().split_off(before);
                went_on(estate, &batch, &records, &body, &now).map_or_else(
                    |broken| Event::Unanswered { messages: Vec::new(), outcome: broken },
                    |()| Event::Answered { settled: ids, retried: Vec::new() },
                )
            }
            Outcome::Error(error) if COMES_AGAIN.contains(&error.error_type.as_str()) => {
                waiting.extend(batch);
                Event::Answered { settled: Vec::new(), retried: ids }
            }
            other => Event::Unanswered { messages: ids, outcome: format!("{other:?}") },
        };
        estate.history.add(event);
    }
}

fn record(message: &Message) -> String {
    testbed::Message::new(&message.id, &message.body)
        .message_attribute("tenantId", &message.attribute)
        .record(&Queue::standard("orders"))
}

/// Enters what goes on as what ran: in its order, byte for byte, and whatever is left out quarantined by this very
/// invocation. What is wrong, where it is not so.
fn went_on(
    estate: &Estate,
    batch: &[&Message],
    records: &[String],
    body: &[u8],
    now: &[Event],
) -> Result<(), String> {
    let enriched: Vec<Enriched<'_>> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut enriched = enriched.into_iter().peekable();
    for (message, record) in batch.iter().zip(records) {
        let messages = vec![message.id.clone()];
        if let Some(one) = enriched.next_if(|one| written(one, "record") == record) {
            let tenant = serde_json::from_str(written(&one, "tenant_id"));
            let tenant = tenant.map_err(|error| error.to_string())?;
            estate.history.add(Event::Ran { tenant, messages: messages.clone() });
            estate.history.add(Event::Confirmed { messages });
        } else if !now
            .iter()
            .any(|event| matches!(event, Event::Quarantined { messages } if messages.contains(&message.id)))
        {
            return Err(format!("{} is left out and not in quarantine", message.id));
        }
    }
    match enriched.next() {
        Some(more) => Err(format!("what was not handed in goes on: {more:?}")),
        None => Ok(()),
    }
}

fn written<'a>(enriched: &Enriched<'a>, field: &str) -> &'a str {
    enriched.get(field).map(|value| value.get()).unwrap_or_default()
}

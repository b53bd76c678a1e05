//! A pipe with an enricher. The pipe sends the enriched records of a batch to its target, or redelivers the whole batch
//! [EventBridge user guide, "Event enrichment in Amazon EventBridge Pipes"].

use std::collections::{BTreeMap, VecDeque};

use aws_model::events::pipes;
use aws_model::events::sqs::{Message as SqsMessage, Queue};
use fastrand::Rng;
use serde_json::value::RawValue;
use testbed::{Outcome, Sandbox};

use crate::deployment::Deployment;
use crate::history::Event;
use crate::message::Message;
use crate::services::Services;
use crate::source::Source;

/// The errors after which the pipe redelivers the batch.
const RETRYABLE_ERRORS: [&str; 2] = ["NotQuarantined", "TenantNotConfirmed"];

/// One enriched record: the raw JSON of `tenant_id` and `record`.
type Enriched<'a> = BTreeMap<String, &'a RawValue>;

/// Delivers batches to the enrichers in turn, until all messages are acknowledged or the limit of batches is reached.
pub(crate) fn deliver(routers: &mut [Sandbox], deployment: &Deployment, services: &Services, rng: &mut Rng) {
    let mut waiting: VecDeque<&Message> = deployment.messages.iter().collect();
    let (faulty, all) = Source::Pipe.batch_limits(deployment.messages.len());
    let count = routers.len();
    for invocation in 0..all {
        if invocation == faulty {
            deployment.faults.stop();
        }
        let limit = rng.usize(1..=Source::Pipe.largest_batch()).min(waiting.len());
        if limit == 0 {
            break;
        }
        let batch: Vec<&Message> = waiting.drain(..limit).collect();
        let records: Vec<String> = batch.iter().map(|message| record(message)).collect();
        let before = deployment.history.events().len();
        let outcome = services.invoke(&mut routers[invocation % count], pipes::batch(&records));
        let ids = batch.iter().map(|message| message.id.clone()).collect();
        let event = match outcome {
            Outcome::Response(body) => {
                let now = deployment.history.events().split_off(before);
                record_enriched(deployment, &batch, &records, &body, &now).map_or_else(
                    |broken| Event::Unanswered { messages: Vec::new(), outcome: broken },
                    |()| Event::Answered { acked: ids, retried: Vec::new() },
                )
            }
            Outcome::Error(error) if RETRYABLE_ERRORS.contains(&error.error_type.as_str()) => {
                waiting.extend(batch);
                Event::Answered { acked: Vec::new(), retried: ids }
            }
            other => Event::Unanswered { messages: ids, outcome: format!("{other:?}") },
        };
        deployment.history.add(event);
    }
}

fn record(message: &Message) -> String {
    SqsMessage::new(&message.id, &message.body)
        .message_attribute("tenantId", &message.attribute)
        .record(&Queue::standard("orders"))
}

/// Adds the enriched records to the history as runs.
///
/// # Errors
/// If the records are not in order and byte for byte those of the batch, or if this invocation did not quarantine each record
/// that is missing.
fn record_enriched(
    deployment: &Deployment,
    batch: &[&Message],
    records: &[String],
    body: &[u8],
    now: &[Event],
) -> Result<(), String> {
    let enriched: Vec<Enriched<'_>> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut enriched = enriched.into_iter().peekable();
    for (message, record) in batch.iter().zip(records) {
        let messages = vec![message.id.clone()];
        if let Some(one) = enriched.next_if(|one| raw_field(one, "record") == record) {
            let tenant = serde_json::from_str(raw_field(&one, "tenant_id"));
            let tenant = tenant.map_err(|error| error.to_string())?;
            deployment.history.add(Event::Ran { tenant, messages: messages.clone() });
            deployment.history.add(Event::Confirmed { messages });
        } else if !now
            .iter()
            .any(|event| matches!(event, Event::Quarantined { messages } if messages.contains(&message.id)))
        {
            return Err(format!("{} is neither enriched nor quarantined", message.id));
        }
    }
    match enriched.next() {
        Some(more) => Err(format!("a record is not of the batch: {more:?}")),
        None => Ok(()),
    }
}

fn raw_field<'a>(enriched: &Enriched<'a>, field: &str) -> &'a str {
    enriched.get(field).map(|value| value.get()).unwrap_or_default()
}

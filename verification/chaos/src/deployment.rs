//! The services around a router in one round: Lambda and the backend, SQS with the quarantine, the registry table and STS.
//! Each of them fails as [`Faults`] decides.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use testbed::{Answer, Call, DynamoDbAnswer, DynamoDbCall, SendBatch, SqsAnswer, StsAnswer};

use crate::bridge::{self, Bridge};
use crate::faults::{Faults, InvokeFault, QuarantineFault, RegistryFault, StsFault};
use crate::history::{Event, History};
use crate::message::Message;
use crate::source::BackendResponse;

/// Longer than the router waits for a backend whose timeout is one second.
const TOO_LONG: Duration = Duration::from_mins(1);

/// The scripted services of one round, and the data that they share.
pub(crate) struct Deployment {
    /// The faults of the round.
    pub(crate) faults: Faults,
    /// The events so far.
    pub(crate) history: History,
    /// All messages of the round.
    pub(crate) messages: Vec<Message>,
    /// Returns the identifiers of the messages in the payload of an Invoke.
    pub(crate) messages_in: fn(&[u8]) -> Vec<String>,
    /// What the responses of the backend report.
    pub(crate) backend_response: BackendResponse,
    /// The queue of the bridge.
    pub(crate) bridged: Bridge,
}

impl Deployment {
    /// Answers one Invoke: Lambda and the backend.
    pub(crate) fn invoke(&self, call: &Call) -> Answer {
        let messages = (self.messages_in)(&call.payload);
        let (fault, mut rng) = self.faults.invoke_fault(&messages);
        let fault = match (self.backend_response, fault) {
            (
                BackendResponse::Ignored,
                InvokeFault::ItemFailures | InvokeFault::Foreign | InvokeFault::Garbage,
            ) => InvokeFault::FunctionError,
            (_, fault) => fault,
        };
        let tenant = call.tenant_id.clone().unwrap_or_default();
        let run = || self.history.add(Event::Ran { tenant: tenant.clone(), messages: messages.clone() });
        let answer = match fault {
            InvokeFault::Throttled => Answer::throttled("ConcurrentInvocationLimitExceeded", None),
            InvokeFault::NotReady => Answer::error(502, "ResourceNotReadyException", "not ready"),
            InvokeFault::ErrorBefore => Answer::error(500, "ServiceException", "internal"),
            InvokeFault::CutBefore => Answer::cut(),
            InvokeFault::Forbidden => Answer::error(403, "AccessDeniedException", "not authorized"),
            InvokeFault::None => {
                run();
                self.confirm(&messages, &[])
            }
            InvokeFault::ItemFailures => {
                run();
                self.confirm(&messages, &self.draw_failed(&messages, &mut rng))
            }
            InvokeFault::TooSlow => {
                run();
                self.confirm(&messages, &[]).after(TOO_LONG)
            }
            InvokeFault::FunctionError => {
                run();
                Answer::function_error("RuntimeError", "no")
            }
            InvokeFault::ErrorAfter => {
                run();
                Answer::error(500, "ServiceException", "internal")
            }
            InvokeFault::CutAfter => {
                run();
                Answer::cut()
            }
            InvokeFault::CutMidway => {
                run();
                Answer::cut_midway(json!({ "batchItemFailures": [] }).to_string())
            }
            InvokeFault::Foreign => {
                run();
                Answer::refusing([self.draw_foreign(&messages, &mut rng).as_str()])
            }
            InvokeFault::Garbage => {
                run();
                Answer::ok("{\"batchItemFailures\":[")
            }
        };
        match fault {
            InvokeFault::TooSlow => answer,
            _ => answer.after(Duration::from_millis(rng.u64(0..15))),
        }
    }

    /// Returns a response that names `refused`. When it is sent, the other messages become confirmed.
    fn confirm(&self, messages: &[String], refused: &[String]) -> Answer {
        let confirmed: Vec<String> = messages.iter().filter(|id| !refused.contains(id)).cloned().collect();
        let history = self.history.clone();
        Answer::refusing(refused.iter().map(String::as_str))
            .on_send(move || history.add(Event::Confirmed { messages: confirmed.clone() }))
    }

    /// Draws the messages that fail, as this kind of backend reports them.
    fn draw_failed(&self, messages: &[String], rng: &mut Rng) -> Vec<String> {
        if self.backend_response == BackendResponse::Checkpoint {
            return messages[rng.usize(0..messages.len())..].to_vec();
        }
        let mut stopped = HashSet::new();
        let mut refused = Vec::new();
        for id in messages {
            let group =
                self.messages.iter().find(|message| message.id == *id).map(|message| message.group.as_str());
            if stopped.contains(&group) || rng.u32(0..3) == 0 {
                stopped.insert(group);
                refused.push(id.clone());
            }
        }
        refused
    }

    /// Draws a message of the round that is not in this sub-batch.
    fn draw_foreign(&self, messages: &[String], rng: &mut Rng) -> String {
        let others: Vec<&Message> =
            self.messages.iter().filter(|other| !messages.contains(&other.id)).collect();
        rng.choice(others).map_or_else(|| "unknown".to_owned(), |message| message.id.clone())
    }

    /// Answers one request to the registry table.
    pub(crate) fn read_registry(&self, call: &DynamoDbCall) -> DynamoDbAnswer {
        let (fault, mut rng) = self.faults.registry_fault(&call.keys);
        match fault {
            RegistryFault::None => DynamoDbAnswer::Served,
            RegistryFault::Throttled => DynamoDbAnswer::Error(400, "ThrottlingException".to_owned()),
            RegistryFault::Error => DynamoDbAnswer::Error(500, "InternalServerError".to_owned()),
            RegistryFault::Gone => DynamoDbAnswer::Error(400, "ResourceNotFoundException".to_owned()),
            RegistryFault::InPart => DynamoDbAnswer::Unprocessed(rng.usize(0..=call.keys.len())),
            RegistryFault::Cut => DynamoDbAnswer::Cut,
            RegistryFault::Slow => DynamoDbAnswer::ServedAfter(Duration::from_millis(rng.u64(100..600))),
        }
    }

    /// Answers one `AssumeRole` request for the credentials of a tenant.
    pub(crate) fn assume_role(&self, tenant: &str) -> StsAnswer {
        match self.faults.sts_fault(tenant) {
            StsFault::None => StsAnswer::Session,
            StsFault::Refused => StsAnswer::Error(403, "AccessDenied".to_owned()),
            StsFault::Error => StsAnswer::Error(500, "InternalFailure".to_owned()),
        }
    }

    /// Answers one `SendMessageBatch` request to the quarantine or to the bridge.
    pub(crate) fn send_batch(&self, batch: &SendBatch) -> SqsAnswer {
        if batch.queue_url.ends_with(bridge::QUEUE) {
            self.send_to_bridge(batch)
        } else {
            self.send_to_quarantine(batch)
        }
    }

    fn send_to_quarantine(&self, batch: &SendBatch) -> SqsAnswer {
        let id_of =
            |entry: &testbed::sqs_api::Entry| entry.attribute("record_id").unwrap_or_default().to_owned();
        let messages: Vec<String> = batch.entries.iter().map(id_of).collect();
        let (fault, rng) = self.faults.quarantine_fault(&messages);
        let (answer, acknowledged) = respond_to_send(fault, rng, messages);
        // The response follows at once, so this is the moment of the acknowledgement.
        self.history.add(Event::Quarantined { messages: acknowledged });
        answer
    }

    /// A stream's router promises only that the bridge has acknowledged the messages, so these become confirmed.
    fn send_to_bridge(&self, batch: &SendBatch) -> SqsAnswer {
        let messages: Vec<String> = batch.entries.iter().map(bridge::record_id).collect();
        let (fault, rng) = self.faults.bridge_fault(&messages);
        let (answer, acknowledged) = respond_to_send(fault, rng, messages);
        match &answer {
            SqsAnswer::Except(refused) => self.bridged.take(&batch.entries, refused),
            SqsAnswer::CutAfterTaking => self.bridged.take(&batch.entries, &BTreeMap::new()),
            _ => {}
        }
        self.history.add(Event::Confirmed { messages: acknowledged });
        answer
    }
}

/// Returns the response of a queue under `fault`, and the messages that the response acknowledges.
fn respond_to_send(fault: QuarantineFault, mut rng: Rng, messages: Vec<String>) -> (SqsAnswer, Vec<String>) {
    let refused: BTreeMap<usize, String> = match fault {
        QuarantineFault::Refused => return (SqsAnswer::Error(403, "AccessDenied".to_owned()), Vec::new()),
        QuarantineFault::CutBefore => return (SqsAnswer::Cut, Vec::new()),
        QuarantineFault::CutAfter => return (SqsAnswer::CutAfterTaking, Vec::new()),
        QuarantineFault::None => BTreeMap::new(),
        QuarantineFault::InPart => {
            (0..messages.len()).filter(|_| rng.bool()).map(|at| (at, "InternalError".to_owned())).collect()
        }
    };
    let taken = messages.into_iter().enumerate().filter(|(at, _)| !refused.contains_key(at));
    let taken = taken.map(|(_, id)| id).collect();
    (SqsAnswer::Except(refused), taken)
}

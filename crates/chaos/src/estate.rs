//! What a router speaks to, in one round: Lambda with the backend behind it, SQS with the quarantine, the registry's
//! table and STS, all going wrong as the faults say.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use fastrand::Rng;
use serde_json::json;
use testbed::{Answer, Call, DynamoDbAnswer, DynamoDbCall, SendBatch, SqsAnswer, StsAnswer};

use crate::bridge::{self, Bridge};
use crate::faults::{Faults, InvokeFault, QuarantineFault, RegistryFault, StsFault};
use crate::history::{Event, History};
use crate::message::Message;

/// Longer than the router waits for a backend with a time-out of one second.
const TOO_LONG: Duration = Duration::from_mins(1);

/// What the backend's answers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answers {
    /// Each message that it refuses, and with one all behind it in its group: a handler of a FIFO queue stops at the
    /// first failure [Lambda developer guide, "Handling errors for an SQS event source in Lambda"].
    Each,
    /// From which message on it refuses: a stream's.
    From,
    /// Nothing: whatever it answers is a success.
    Nothing,
}

/// What every script knows.
pub(crate) struct Estate {
    /// What goes wrong.
    pub(crate) faults: Faults,
    /// What happened.
    pub(crate) history: History,
    /// All messages of the round.
    pub(crate) messages: Vec<Message>,
    /// The identifiers of the messages in an Invoke's payload.
    pub(crate) messages_in: fn(&[u8]) -> Vec<String>,
    /// How the backend answers.
    pub(crate) answers: Answers,
    /// What went over a bridge.
    pub(crate) bridged: Bridge,
}

impl Estate {
    /// Lambda, with the backend behind it.
    pub(crate) fn invoke(&self, call: &Call) -> Answer {
        let messages = (self.messages_in)(&call.payload);
        let (fault, mut rng) = self.faults.of_invoke(&messages);
        let fault = match (self.answers, fault) {
            (Answers::Nothing, InvokeFault::ItemFailures | InvokeFault::Foreign | InvokeFault::Garbage) => {
                InvokeFault::FunctionError
            }
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
                self.confirm(&messages, &self.refused(&messages, &mut rng))
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
                Answer::refusing([self.foreign(&messages, &mut rng).as_str()])
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

    /// A success but for `refused`; a receipt for the others from the moment at which it is sent.
    fn confirm(&self, messages: &[String], refused: &[String]) -> Answer {
        let confirmed: Vec<String> = messages.iter().filter(|id| !refused.contains(id)).cloned().collect();
        let history = self.history.clone();
        Answer::refusing(refused.iter().map(String::as_str))
            .noting(move || history.add(Event::Confirmed { messages: confirmed.clone() }))
    }

    /// Some messages, as such a backend would refuse them.
    fn refused(&self, messages: &[String], rng: &mut Rng) -> Vec<String> {
        if self.answers == Answers::From {
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

    /// A message of the round that is not in this sub-batch.
    fn foreign(&self, messages: &[String], rng: &mut Rng) -> String {
        let others: Vec<&Message> =
            self.messages.iter().filter(|other| !messages.contains(&other.id)).collect();
        rng.choice(others).map_or_else(|| "unheard-of".to_owned(), |message| message.id.clone())
    }

    /// The registry's table.
    pub(crate) fn registry(&self, call: &DynamoDbCall) -> DynamoDbAnswer {
        let (fault, mut rng) = self.faults.of_registry(&call.keys);
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

    /// STS, which gives each tenant credentials of its own.
    pub(crate) fn sts(&self, tenant: &str) -> StsAnswer {
        match self.faults.of_sts(tenant) {
            StsFault::None => StsAnswer::Session,
            StsFault::Refused => StsAnswer::Error(403, "AccessDenied".to_owned()),
            StsFault::Error => StsAnswer::Error(500, "InternalFailure".to_owned()),
        }
    }

    /// SQS, with the quarantine and a bridge.
    pub(crate) fn sqs(&self, batch: &SendBatch) -> SqsAnswer {
        if batch.queue_url.ends_with(bridge::QUEUE) { self.bridge(batch) } else { self.quarantine(batch) }
    }

    fn quarantine(&self, batch: &SendBatch) -> SqsAnswer {
        let id_of =
            |entry: &testbed::sqs_api::Entry| entry.attribute("record_id").unwrap_or_default().to_owned();
        let messages: Vec<String> = batch.entries.iter().map(id_of).collect();
        let (fault, rng) = self.faults.of_quarantine(&messages);
        let (answer, acknowledged) = took(fault, rng, messages);
        // An SQS answer is sent as soon as it is there.
        self.history.add(Event::Quarantined { messages: acknowledged });
        answer
    }

    /// What a bridge has acknowledged is all that a stream's router promises.
    fn bridge(&self, batch: &SendBatch) -> SqsAnswer {
        let messages: Vec<String> = batch.entries.iter().map(bridge::record_id).collect();
        let (fault, rng) = self.faults.of_bridge(&messages);
        let (answer, acknowledged) = took(fault, rng, messages);
        match &answer {
            SqsAnswer::Except(refused) => self.bridged.take(&batch.entries, refused),
            SqsAnswer::CutAfterTaking => self.bridged.take(&batch.entries, &BTreeMap::new()),
            _ => {}
        }
        self.history.add(Event::Confirmed { messages: acknowledged });
        answer
    }
}

/// What a queue answers, and which of the messages it acknowledges.
fn took(fault: QuarantineFault, mut rng: Rng, messages: Vec<String>) -> (SqsAnswer, Vec<String>) {
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

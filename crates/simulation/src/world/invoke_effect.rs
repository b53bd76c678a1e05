//! What comes of an Invoke [Lambda API reference, "Invoke"].
//!
//! - 429 and other 4xx, and what found no connection, certainly did not run.
//! - 5xx, a connection that was cut, and a time-out may have run: here some did and some did not.
//! - A function error is a 200 with `X-Amz-Function-Error`; the function ran to some point.

use std::time::Duration;

use fastrand::Rng;
use routing::ports::{Attempt, Invocation};

use super::backend::Payload;
use super::{World, events, millis};
use crate::history::InvokeOutcome;
use crate::plan::faults::InvokeFault;
use crate::plan::{InvokePayload, InvocationType};

/// What comes of an Invoke.
pub(super) struct Outcome {
    pub(super) attempt: Attempt,
    pub(super) acked: Vec<usize>,
    pub(super) outcome: InvokeOutcome,
    pub(super) runs: Runs,
    pub(super) takes: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    Yes,
    Later,
    No,
    /// Longer than somebody waits for it.
    On,
}

/// What comes of it, where this befalls it.
pub(super) fn outcome(
    world: &World,
    payload: &Payload,
    fault: Option<InvokeFault>,
    rng: &mut Rng,
) -> Outcome {
    use InvokeFault as Is;
    let call_timeout = world.plan.settings.call_timeout;
    let takes = millis(rng.u64(1..60));
    let text = |text: &str| text.to_owned();
    let of = |attempt, runs, outcome| Outcome { attempt, acked: Vec::new(), outcome, runs, takes };
    let over = |attempt, runs| of(attempt, runs, InvokeOutcome::Finished);
    let uncertain = |code, runs| of(Attempt::Uncertain(text(code)), runs, InvokeOutcome::Uncertain);
    let answered = |answer: Vec<u8>| {
        let acked = match world.plan.settings.payload {
            // Whatever it answers, there is no identifier to name the record by.
            InvokePayload::Content => payload.records.clone(),
            InvokePayload::Event => Vec::new(),
        };
        Outcome { acked, ..over(Attempt::Answered(answer), Runs::Yes) }
    };
    let slowly = call_timeout.saturating_sub(millis(60));
    let is_async = payload.invocation == Invocation::Async;
    let (arrives, runs_on) = if is_async { (Runs::Later, Runs::Later) } else { (Runs::Yes, Runs::Unobserved) };
    match fault {
        None | Some(Is::Slow) if is_async => {
            let takes = if fault.is_some() { slowly } else { takes };
            // Where the answer is to be waited for, an acceptance is no receipt.
            let is_receipt = world.plan.settings.invocation_type == InvocationType::Event;
            let acked = if is_receipt { payload.records.clone() } else { Vec::new() };
            Outcome { acked, takes, ..over(Attempt::Accepted, Runs::Later) }
        }
        None => success(payload, takes, rng),
        Some(Is::Slow) => success(payload, slowly, rng),
        Some(Is::Throttled) => {
            let retry_after = rng.bool().then(|| millis(rng.u64(0..4_000)));
            let outcome = InvokeOutcome::NotRun(retry_after.unwrap_or_default());
            of(Attempt::Throttled { retry_after, code: text("TooManyRequestsException") }, Runs::No, outcome)
        }
        Some(Is::NotStarted) => {
            of(Attempt::NotStarted(text("no connection")), Runs::No, InvokeOutcome::NotRun(Duration::ZERO))
        }
        Some(Is::ErrorBefore) => uncertain("ServiceException", Runs::No),
        Some(Is::ErrorAfter) => uncertain("cut", runs_on),
        // Nobody sees this attempt.
        Some(Is::Panicked) => uncertain("panicked", if rng.bool() { runs_on } else { Runs::No }),
        Some(Is::Refused) => over(Attempt::Refused(text("InvalidRequestContentException")), Runs::No),
        Some(Is::Forbidden) => {
            of(Attempt::Misconfigured(text("AccessDeniedException")), Runs::No, InvokeOutcome::BackendMisconfigured)
        }
        Some(Is::NoCredentials) => {
            of(Attempt::NoCredentials(text("AccessDenied")), Runs::No, InvokeOutcome::NoCredentials)
        }
        Some(Is::FunctionError) => over(Attempt::FunctionError, Runs::Yes),
        Some(Is::ItemFailures) => item_failures(world, payload, takes, rng),
        Some(Is::Foreign) => {
            answered(br#"{"batchItemFailures":[{"itemIdentifier":"somebody-elses"}]}"#.to_vec())
        }
        Some(Is::Garbage) => answered(b"{\"batchItemFailures\":[".to_vec()),
        Some(Is::NoIdentifier) => answered(br#"{"batchItemFailures":[{"itemIdentifier":""}]}"#.to_vec()),
        Some(Is::TooSlow | Is::Silent) => {
            Outcome { takes: call_timeout, ..of(Attempt::TimedOut, arrives, InvokeOutcome::Uncertain) }
        }
        Some(Is::OtherKind) if is_async => over(Attempt::Answered(b"{}".to_vec()), Runs::Yes),
        Some(Is::OtherKind) => over(Attempt::Accepted, Runs::Yes),
    }
}

/// A success in one of the ways of saying so [Lambda developer guide, "Implementing partial batch responses"].
fn success(payload: &Payload, takes: Duration, rng: &mut Rng) -> Outcome {
    let answers = ["{\"batchItemFailures\":[]}", "", "null", "{}", "{\"batchItemFailures\":null}"];
    let attempt = Attempt::Answered(answers[rng.usize(0..answers.len())].as_bytes().to_vec());
    Outcome { attempt, acked: payload.records.clone(), outcome: InvokeOutcome::Finished, runs: Runs::Yes, takes }
}

/// Some records are named. A handler of a stream stops at the first that fails; one of a queue may name any, and with
/// one of a FIFO queue all behind it in its group, unless it is a bad one.
fn item_failures(world: &World, payload: &Payload, takes: Duration, rng: &mut Rng) -> Outcome {
    let (plan, records) = (&world.plan, &payload.records);
    let unlucky = rng.usize(0..records.len());
    let heedless = rng.u32(0..4) == 0;
    let mut failed: Vec<usize> = Vec::new();
    for (at, &record) in records.iter().enumerate() {
        let key = plan.records[record].key;
        let behind = !heedless && failed.iter().any(|&other| plan.records[other].key == key);
        if behind || plan.records[record].poison.is_some() || at == unlucky {
            failed.push(record);
        }
    }
    let acked = if plan.record_kind().is_stream() {
        // Two messages of one record have one name, and of those the lower counts.
        let named = |&&record: &&usize| failed.iter().any(|&of| plan.origin(of) == plan.origin(record));
        records.iter().take_while(|record| !named(record)).copied().collect()
    } else {
        records.iter().filter(|record| !failed.contains(record)).copied().collect()
    };
    let names: Vec<String> = failed
        .iter()
        .map(|&record| format!("{{\"itemIdentifier\":\"{}\"}}", events::id(plan, record)))
        .collect();
    let answer = format!("{{\"batchItemFailures\":[{}]}}", names.join(","));
    let acked = match plan.settings.payload {
        InvokePayload::Content => records.clone(),
        InvokePayload::Event => acked,
    };
    let attempt = Attempt::Answered(answer.into_bytes());
    Outcome { attempt, acked, outcome: InvokeOutcome::Finished, runs: Runs::Yes, takes }
}

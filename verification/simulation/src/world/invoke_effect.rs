//! The effect of an Invoke: its response, and whether the backend runs [Lambda API reference, "Invoke"].
//!
//! - With 429, another 4xx or no connection, the backend did not run.
//! - With 5xx, a cut connection or a timeout, the backend may have run: here it did in some cases.
//! - A function error is a 200 with `X-Amz-Function-Error`; the function ran to some point.

use std::time::Duration;

use fastrand::Rng;
use routing::ports::{Attempt, Invocation};

use super::events;
use super::payload::Payload;
use super::state::{World, millis};
use crate::history::InvokeOutcome;
use crate::plan::faults::InvokeFault;
use crate::plan::{InvocationType, InvokePayload};

/// The effect of an Invoke.
pub(super) struct InvokeEffect {
    pub(super) attempt: Attempt,
    pub(super) acked: Vec<usize>,
    pub(super) outcome: InvokeOutcome,
    pub(super) runs: Runs,
    pub(super) takes: Duration,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Runs {
    Yes,
    /// From Lambda's event queue.
    Later,
    No,
    /// After the router stopped waiting.
    Unobserved,
}

/// Returns the effect of an Invoke with this fault.
pub(super) fn effect_of(
    world: &World,
    payload: &Payload,
    fault: Option<InvokeFault>,
    rng: &mut Rng,
) -> InvokeEffect {
    use InvokeFault as Is;
    let call_timeout = world.plan.settings.call_timeout;
    let takes = millis(rng.u64(1..60));
    let text = |text: &str| text.to_owned();
    let of = |attempt, runs, outcome| InvokeEffect { attempt, acked: Vec::new(), outcome, runs, takes };
    let over = |attempt, runs| of(attempt, runs, InvokeOutcome::Finished);
    let uncertain = |code, runs| of(Attempt::Uncertain(text(code)), runs, InvokeOutcome::Uncertain);
    let answered = |answer: Vec<u8>| {
        let acked = match world.plan.settings.payload {
            // The payload has no identifiers, so no response can name the record as failed.
            InvokePayload::Content => payload.records.clone(),
            InvokePayload::Event => Vec::new(),
        };
        InvokeEffect { acked, ..over(Attempt::Answered(answer), Runs::Yes) }
    };
    let slowly = call_timeout.saturating_sub(millis(60));
    let is_async = payload.invocation == Invocation::Async;
    let (arrives, runs_on) =
        if is_async { (Runs::Later, Runs::Later) } else { (Runs::Yes, Runs::Unobserved) };
    match fault {
        None | Some(Is::Slow) if is_async => {
            let takes = if fault.is_some() { slowly } else { takes };
            // An acceptance acknowledges nothing if the Invoke must wait for the response.
            let is_ack = world.plan.settings.invocation_type == InvocationType::Event;
            let acked = if is_ack { payload.records.clone() } else { Vec::new() };
            InvokeEffect { acked, takes, ..over(Attempt::Accepted, Runs::Later) }
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
        // The router does not see this attempt, since the port panics.
        Some(Is::Panicked) => uncertain("panicked", if rng.bool() { runs_on } else { Runs::No }),
        Some(Is::Refused) => over(Attempt::Refused(text("InvalidRequestContentException")), Runs::No),
        Some(Is::Forbidden) => of(
            Attempt::Misconfigured(text("AccessDeniedException")),
            Runs::No,
            InvokeOutcome::BackendMisconfigured,
        ),
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
            InvokeEffect { takes: call_timeout, ..of(Attempt::TimedOut, arrives, InvokeOutcome::Uncertain) }
        }
        Some(Is::OtherKind) if is_async => over(Attempt::Answered(b"{}".to_vec()), Runs::Yes),
        Some(Is::OtherKind) => over(Attempt::Accepted, Runs::Yes),
    }
}

/// Returns a success in one of its notations [Lambda developer guide, "Implementing partial batch responses"].
fn success(payload: &Payload, takes: Duration, rng: &mut Rng) -> InvokeEffect {
    let answers = ["{\"batchItemFailures\":[]}", "", "null", "{}", "{\"batchItemFailures\":null}"];
    let attempt = Attempt::Answered(answers[rng.usize(0..answers.len())].as_bytes().to_vec());
    InvokeEffect {
        attempt,
        acked: payload.records.clone(),
        outcome: InvokeOutcome::Finished,
        runs: Runs::Yes,
        takes,
    }
}

/// Returns a partial batch response that names some records. A handler of a stream stops at the first failure. A
/// handler of a queue may name any records; a correct one of a FIFO queue also names all later records of the message
/// group.
fn item_failures(world: &World, payload: &Payload, takes: Duration, rng: &mut Rng) -> InvokeEffect {
    let (plan, records) = (&world.plan, &payload.records);
    let fails = rng.usize(0..records.len());
    let ignores_order = rng.u32(0..4) == 0;
    let mut failed: Vec<usize> = Vec::new();
    for (at, &record) in records.iter().enumerate() {
        let key = plan.records[record].key;
        let behind = !ignores_order && failed.iter().any(|&other| plan.records[other].key == key);
        if behind || plan.records[record].poison.is_some() || at == fails {
            failed.push(record);
        }
    }
    let acked = if plan.record_kind().is_stream() {
        // Two messages of one record have the same identifier, and the first of them counts.
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
    InvokeEffect { attempt, acked, outcome: InvokeOutcome::Finished, runs: Runs::Yes, takes }
}

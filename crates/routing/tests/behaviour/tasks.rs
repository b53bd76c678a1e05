//! TaskRunner: one Invoke, its answer, and what is told when there is none.

use std::cell::RefCell;
use std::time::Duration;

use crate::world::{FakeTable, TestClock, listed, millis, ok, policy, registry, throttled};
use routing::ports::RegistryRead;
use routing::ports::{Attempt, Backend, InvokeRequest, Clock};
use routing::{InvocationContext, Registry, TaskFailure, TaskRunner};
use tenancy::{Grammar, Reason, Rules, Selector, Status, Suspended};
use tokio::time::Instant;

const INPUT: &str = r#"{"tenant_id":"acme","payload":{"n":1.0}}"#;
const PAYLOAD: &str = r#"{"n":1.0}"#;

/// Gives these answers one after the other, each after some time, and the last one for ever.
struct Scripted {
    answers: Vec<(Duration, Attempt)>,
    seen: RefCell<Vec<(String, String)>>,
}

impl Backend for Scripted {
    async fn invoke(&self, call: InvokeRequest<'_>) -> Attempt {
        let turn = self.seen.borrow().len().min(self.answers.len() - 1);
        let (delay, attempt) = self.answers[turn].clone();
        let payload = String::from_utf8(call.payload).unwrap();
        self.seen.borrow_mut().push((call.admitted.tenant().as_str().to_owned(), payload));
        tokio::time::sleep(delay).await;
        assert_ne!(attempt, Attempt::Accepted, "this panic is part of the test");
        attempt
    }
}

struct Outcome {
    result: Result<Vec<u8>, TaskFailure>,
    seen: Vec<(String, String)>,
    took: Duration,
}

fn run_task(input: &str, payload: &str, answers: Vec<(Duration, Attempt)>) -> Outcome {
    run_with(None, input, payload, answers)
}

fn run_with(
    registry: Option<Registry<FakeTable>>,
    input: &str,
    payload: &str,
    answers: Vec<(Duration, Attempt)>,
) -> Outcome {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let from = vec![Selector::parse("$.tenant_id").unwrap()];
        let tasks = TaskRunner {
            rules: Rules::new(from, vec![], Grammar::Strict).unwrap(),
            registry,
            policy: policy(),
            backend: Scripted { answers, seen: RefCell::default() },
        };
        let clock = TestClock::starting(Instant::now());
        let context = InvocationContext { request_id: "request", trace_header: None, deadline: millis(30_000) };
        let result =
            tasks.run(input, payload, context, &clock, fastrand::Rng::with_seed(1), &mut Vec::new()).await;
        Outcome { result, seen: tasks.backend.seen.into_inner(), took: clock.now() }
    })
}

fn run(answers: Vec<(Duration, Attempt)>) -> Outcome {
    run_task(INPUT, PAYLOAD, answers)
}

#[test]
fn the_tenant_gets_the_payload_and_its_answer_is_the_tasks() {
    let outcome = run(vec![(millis(1), Attempt::Answered(b"{\"ok\": 1.0}".to_vec()))]);
    assert_eq!(outcome.result.unwrap(), b"{\"ok\": 1.0}");
    assert_eq!(outcome.seen, [("acme".to_owned(), PAYLOAD.to_owned())]);
}

#[test]
fn a_task_of_nobody_is_not_sent() {
    for (input, expected) in [
        (r#"{"payload":1}"#, Reason::Missing),
        (r#"{"tenant_id":7,"payload":1}"#, Reason::NotAString),
        (r#"{"tenant_id":"a b","payload":1}"#, Reason::BadGrammar),
        (r#"{"tenant_id":"a","tenant_id":"a","payload":1}"#, Reason::DuplicateKey),
        ("{", Reason::Undecodable),
    ] {
        let outcome = run_task(input, PAYLOAD, vec![(millis(1), ok())]);
        let Err(TaskFailure::Rejected(rejection)) = outcome.result else { panic!("{input} was admitted") };
        assert_eq!(rejection.reason(), expected);
        assert!(outcome.seen.is_empty());
    }
}

#[test]
fn what_did_not_run_is_tried_again_and_nothing_else() {
    let throttles = || vec![(millis(1), throttled(None)), (millis(1), Attempt::NotStarted("x".to_owned()))];
    let outcome = run([throttles(), vec![(millis(1), ok())]].concat());
    assert!(outcome.result.is_ok());
    assert_eq!(outcome.seen.len(), 3);

    for attempt in [
        Attempt::FunctionError,
        Attempt::TimedOut,
        Attempt::Refused("x".to_owned()),
        Attempt::Uncertain("x".to_owned()),
        Attempt::Misconfigured("x".to_owned()),
        Attempt::Forwarded,
    ] {
        let outcome = run(vec![(millis(1), attempt.clone()), (millis(1), ok())]);
        assert_eq!(outcome.seen.len(), 1, "{attempt:?}");
        let kind = match (attempt, outcome.result.unwrap_err()) {
            (Attempt::FunctionError, TaskFailure::Failed)
            | (Attempt::Refused(_), TaskFailure::Refused(_))
            | (Attempt::Uncertain(_) | Attempt::Forwarded, TaskFailure::Uncertain(_))
            | (Attempt::TimedOut, TaskFailure::TimedOut)
            | (Attempt::Misconfigured(_), TaskFailure::Misconfigured(_)) => Ok(()),
            other => Err(other),
        };
        assert!(kind.is_ok(), "{kind:?}");
    }
}

#[test]
fn a_throttle_that_goes_on_is_told_as_not_run_before_the_deadline() {
    let outcome = run(vec![(millis(1), throttled(None))]);
    assert!(matches!(outcome.result, Err(TaskFailure::NotRun(code)) if code == "TooManyRequestsException"));
    assert_eq!(outcome.seen.len(), 5);
    // The last moment from which an Invoke of ten seconds ends before the deadline, less the margin.
    let last = 30_000 - 500 - 10_000;
    let outcome = run(vec![(millis(1), throttled(Some(millis(last - 1)))), (millis(1), ok())]);
    assert!(outcome.result.is_ok() && outcome.took == millis(last + 1));
    let outcome = run(vec![(millis(1), throttled(Some(millis(29_000))))]);
    assert!(matches!(outcome.result, Err(TaskFailure::NotRun(_))));
    assert!(outcome.took < millis(1_000), "there is no waiting for a time that is too late to start");
}

#[test]
fn a_backend_that_never_answers_is_given_up_in_time() {
    let outcome = run(vec![(millis(3_600_000), ok())]);
    assert!(matches!(outcome.result, Err(TaskFailure::TimedOut)));
    assert!(outcome.took < millis(30_000));
}

#[test]
fn a_payload_over_the_limit_is_not_sent() {
    let large = format!("\"{}\"", "x".repeat(6 * 1024 * 1024));
    let outcome = run_task(INPUT, &large, vec![(millis(1), ok())]);
    assert!(matches!(outcome.result, Err(TaskFailure::TooLarge)) && outcome.seen.is_empty());
}

#[test]
fn a_panic_of_the_adapter_is_a_failure_of_the_task() {
    let outcome = run(vec![(millis(1), Attempt::Accepted)]);
    assert!(matches!(outcome.result, Err(TaskFailure::Panicked)));
}

#[test]
fn a_task_is_sent_once_the_registry_has_confirmed_its_tenant() {
    let answers = || vec![(millis(1), Attempt::Answered(b"{}".to_vec()))];
    let ask = |suspended, read: RegistryRead| {
        let (registry, _) = registry(suspended, move |_, _| (millis(1), read.clone()));
        run_with(Some(registry), INPUT, PAYLOAD, answers())
    };
    assert!(ask(Suspended::Rejected, listed(Status::Active)).result.is_ok());
    for (suspended, read) in [
        (Suspended::Rejected, RegistryRead::Listed(None)),
        (Suspended::Rejected, listed(Status::Suspended)),
        (Suspended::Held, listed(Status::Suspended)),
        (Suspended::Rejected, RegistryRead::Failed("AccessDenied".to_owned())),
        (Suspended::Rejected, RegistryRead::Malformed("status".to_owned())),
    ] {
        let outcome = ask(suspended, read.clone());
        assert!(outcome.seen.is_empty(), "{read:?}");
        match (outcome.result.unwrap_err(), read) {
            (TaskFailure::Rejected(rejection), RegistryRead::Listed(None)) => {
                assert_eq!(rejection.reason(), Reason::UnknownTenant);
            }
            (TaskFailure::Rejected(rejection), _) => assert_eq!(rejection.reason(), Reason::Suspended),
            (TaskFailure::Held, _) => assert_eq!(suspended, Suspended::Held),
            (TaskFailure::Registry(code), RegistryRead::Failed(said) | RegistryRead::Malformed(said)) => {
                assert_eq!(code, said);
            }
            (failure, read) => panic!("{failure:?} for {read:?}"),
        }
    }
}

#[test]
fn a_registry_that_cannot_be_read_is_told_of_even_while_an_older_answer_serves() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let (registry, _) = registry(Suspended::Rejected, |_, before| match before {
            0 => (millis(1), listed(Status::Active)),
            _ => (millis(1), RegistryRead::Failed("AccessDenied".to_owned())),
        });
        let tasks = TaskRunner {
            rules: Rules::new(vec![Selector::parse("$.tenant_id").unwrap()], vec![], Grammar::Strict)
                .unwrap(),
            registry: Some(registry),
            policy: policy(),
            backend: Scripted {
                answers: vec![(millis(1), Attempt::Answered(b"{}".to_vec()))],
                seen: RefCell::default(),
            },
        };
        let world = Instant::now();
        let mut told = Vec::new();
        for _ in 0..2 {
            let clock = TestClock::starting(world);
            let context = InvocationContext { request_id: "request", trace_header: None, deadline: millis(30_000) };
            let mut troubles = Vec::new();
            let rng = fastrand::Rng::with_seed(1);
            tasks.run(INPUT, PAYLOAD, context, &clock, rng, &mut troubles).await.unwrap();
            told.push(troubles.len());
            tokio::time::sleep(millis(100_000)).await;
        }
        assert_eq!(told, [0, 1]);
    });
}

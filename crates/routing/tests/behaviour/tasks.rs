//! Tasks: one Invoke, its answer, and the failure that is reported when there is none.

use std::cell::RefCell;
use std::time::Duration;

use crate::world::{FakeTable, TestClock, listed, millis, ok, policy, registry, throttled};
use routing::ports::{Attempt, Backend, Clock, InvokeRequest, RegistryRead};
use routing::{InvocationContext, Registry, TaskFailure, TaskRunner};
use tenancy::{Grammar, Reason, Rules, Selector, Status, Suspended};
use tokio::time::Instant;

const INPUT: &str = r#"{"tenant_id":"acme","payload":{"n":1.0}}"#;
const PAYLOAD: &str = r#"{"n":1.0}"#;

/// A backend that gives these answers one after the other, each after its delay, and then repeats the last one.
struct ScriptedBackend {
    answers: Vec<(Duration, Attempt)>,
    /// The tenant and the payload of each call.
    calls: RefCell<Vec<(String, String)>>,
}

impl Backend for ScriptedBackend {
    async fn invoke(&self, request: InvokeRequest<'_>) -> Attempt {
        let turn = self.calls.borrow().len().min(self.answers.len() - 1);
        let (delay, attempt) = self.answers[turn].clone();
        let payload = String::from_utf8(request.payload).unwrap();
        self.calls.borrow_mut().push((request.admitted.tenant().as_str().to_owned(), payload));
        tokio::time::sleep(delay).await;
        assert_ne!(attempt, Attempt::Accepted, "this panic is part of the test");
        attempt
    }
}

struct TaskRun {
    result: Result<Vec<u8>, TaskFailure>,
    calls: Vec<(String, String)>,
    took: Duration,
}

fn run_task(input: &str, payload: &str, answers: Vec<(Duration, Attempt)>) -> TaskRun {
    run_with(None, input, payload, answers)
}

fn run_with(
    registry: Option<Registry<FakeTable>>,
    input: &str,
    payload: &str,
    answers: Vec<(Duration, Attempt)>,
) -> TaskRun {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let from = vec![Selector::parse("$.tenant_id").unwrap()];
        let tasks = TaskRunner {
            rules: Rules::new(from, vec![], Grammar::Strict).unwrap(),
            registry,
            policy: policy(),
            backend: ScriptedBackend { answers, calls: RefCell::default() },
        };
        let clock = TestClock::starting(Instant::now());
        let context =
            InvocationContext { request_id: "request", trace_header: None, deadline: millis(30_000) };
        let result =
            tasks.run(input, payload, context, &clock, fastrand::Rng::with_seed(1), &mut Vec::new()).await;
        TaskRun { result, calls: tasks.backend.calls.into_inner(), took: clock.now() }
    })
}

fn run(answers: Vec<(Duration, Attempt)>) -> TaskRun {
    run_task(INPUT, PAYLOAD, answers)
}

#[test]
fn task_sends_its_payload_and_returns_the_answer() {
    let task = run(vec![(millis(1), Attempt::Answered(b"{\"ok\": 1.0}".to_vec()))]);
    assert_eq!(task.result.unwrap(), b"{\"ok\": 1.0}");
    assert_eq!(task.calls, [("acme".to_owned(), PAYLOAD.to_owned())]);
}

#[test]
fn task_without_valid_tenant_is_not_sent() {
    for (input, expected) in [
        (r#"{"payload":1}"#, Reason::Missing),
        (r#"{"tenant_id":7,"payload":1}"#, Reason::NotAString),
        (r#"{"tenant_id":"a b","payload":1}"#, Reason::BadGrammar),
        (r#"{"tenant_id":"a","tenant_id":"a","payload":1}"#, Reason::DuplicateKey),
        ("{", Reason::Undecodable),
    ] {
        let task = run_task(input, PAYLOAD, vec![(millis(1), ok())]);
        let Err(TaskFailure::Rejected(rejection)) = task.result else { panic!("{input} was admitted") };
        assert_eq!(rejection.reason(), expected);
        assert!(task.calls.is_empty());
    }
}

#[test]
fn task_retries_only_attempts_that_did_not_run() {
    let throttles = || vec![(millis(1), throttled(None)), (millis(1), Attempt::NotStarted("x".to_owned()))];
    let task = run([throttles(), vec![(millis(1), ok())]].concat());
    assert!(task.result.is_ok());
    assert_eq!(task.calls.len(), 3);

    for attempt in [
        Attempt::FunctionError,
        Attempt::TimedOut,
        Attempt::Refused("x".to_owned()),
        Attempt::Uncertain("x".to_owned()),
        Attempt::Misconfigured("x".to_owned()),
        Attempt::Forwarded,
    ] {
        let task = run(vec![(millis(1), attempt.clone()), (millis(1), ok())]);
        assert_eq!(task.calls.len(), 1, "{attempt:?}");
        let kind = match (attempt, task.result.unwrap_err()) {
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
fn lasting_throttle_fails_as_not_run_before_deadline() {
    let task = run(vec![(millis(1), throttled(None))]);
    assert!(matches!(task.result, Err(TaskFailure::NotRun(code)) if code == "TooManyRequestsException"));
    assert_eq!(task.calls.len(), 5);
    // The latest start from which an Invoke of 10 s ends before the deadline, less the margin of the response.
    let last = 30_000 - 500 - 10_000;
    let task = run(vec![(millis(1), throttled(Some(millis(last - 1)))), (millis(1), ok())]);
    assert!(task.result.is_ok() && task.took == millis(last + 1));
    let task = run(vec![(millis(1), throttled(Some(millis(29_000))))]);
    assert!(matches!(task.result, Err(TaskFailure::NotRun(_))));
    assert!(task.took < millis(1_000), "it does not wait for a retry that could not start in time");
}

#[test]
fn task_times_out_before_the_deadline() {
    let task = run(vec![(millis(3_600_000), ok())]);
    assert!(matches!(task.result, Err(TaskFailure::TimedOut)));
    assert!(task.took < millis(30_000));
}

#[test]
fn task_payload_above_the_limit_is_not_sent() {
    let large = format!("\"{}\"", "x".repeat(6 * 1024 * 1024));
    let task = run_task(INPUT, &large, vec![(millis(1), ok())]);
    assert!(matches!(task.result, Err(TaskFailure::TooLarge)) && task.calls.is_empty());
}

#[test]
fn adapter_panic_fails_the_task() {
    let task = run(vec![(millis(1), Attempt::Accepted)]);
    assert!(matches!(task.result, Err(TaskFailure::Panicked)));
}

#[test]
fn task_is_sent_only_for_a_confirmed_tenant() {
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
        let task = ask(suspended, read.clone());
        assert!(task.calls.is_empty(), "{read:?}");
        match (task.result.unwrap_err(), read) {
            (TaskFailure::Rejected(rejection), RegistryRead::Listed(None)) => {
                assert_eq!(rejection.reason(), Reason::UnknownTenant);
            }
            (TaskFailure::Rejected(rejection), _) => assert_eq!(rejection.reason(), Reason::Suspended),
            (TaskFailure::Held, _) => assert_eq!(suspended, Suspended::Held),
            (
                TaskFailure::Registry(code),
                RegistryRead::Failed(expected) | RegistryRead::Malformed(expected),
            ) => {
                assert_eq!(code, expected);
            }
            (failure, read) => panic!("{failure:?} for {read:?}"),
        }
    }
}

#[test]
fn failed_read_is_reported_while_a_stale_answer_is_used() {
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
            backend: ScriptedBackend {
                answers: vec![(millis(1), Attempt::Answered(b"{}".to_vec()))],
                calls: RefCell::default(),
            },
        };
        let world = Instant::now();
        let mut reported = Vec::new();
        for _ in 0..2 {
            let clock = TestClock::starting(world);
            let context =
                InvocationContext { request_id: "request", trace_header: None, deadline: millis(30_000) };
            let mut anomalies = Vec::new();
            let rng = fastrand::Rng::with_seed(1);
            tasks.run(INPUT, PAYLOAD, context, &clock, rng, &mut anomalies).await.unwrap();
            reported.push(anomalies.len());
            tokio::time::sleep(millis(100_000)).await;
        }
        assert_eq!(reported, [0, 1]);
    });
}

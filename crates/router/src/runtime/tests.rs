//! Runs a function in an execution environment: this binary, with the ignored test, on the testbed's Runtime API.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sources::Kind;
use testbed::{Outcome, Sandbox};

use super::*;
use crate::run::serve;

const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

/// A text that no line and no error may contain.
const CANARY: &str = "canary";

/// Does what the event says; for any other event, returns the invocation.
struct EchoHandler;

impl InvocationHandler for EchoHandler {
    async fn handle(&self, invocation: &InvocationEvent<'_>) -> Result<FunctionResponse, Diagnostic> {
        match invocation.event {
            "\"panic\"" => panic!("{CANARY}"),
            "\"fail\"" => Err(failure(ErrorName::NotAcknowledged, "retried")),
            "\"items\"" => Ok(FunctionResponse::Items(Response::with_failures(["a"]))),
            "\"null\"" => Ok(FunctionResponse::Null),
            event => {
                let echo = json!({
                    "event": event,
                    "request_id": invocation.request_id(),
                    "deadline_ms": u64::try_from(invocation.deadline().as_millis()).unwrap(),
                    "function": invocation.function_name(),
                    "trace": invocation.trace_header(),
                    "trace_of_the_sdks": std::env::var("_X_AMZN_TRACE_ID").ok(),
                });
                Ok(FunctionResponse::Json(serde_json::value::to_raw_value(&echo).unwrap()))
            }
        }
    }
}

#[tokio::test]
#[ignore = "run by other tests, as a function"]
async fn function() {
    let init = || match std::env::var("FAIL_INIT") {
        Ok(problem) => Err(problem.into()),
        Err(_) => Ok(EchoHandler),
    };
    serve(Kind::Sqs, init).await;
}

/// Starts the function with these variables in addition to those that Lambda sets.
fn start(environment: &[(&str, &str)]) -> Result<Sandbox, testbed::InitFailure> {
    let arguments = ["--exact", "runtime::tests::function", "--ignored", "--nocapture", "--test-threads=2"];
    Sandbox::start_with(&std::env::current_exe().unwrap(), &arguments, environment)
}

fn invoke(function: &mut Sandbox, invocation: impl Into<testbed::Invocation>) -> Value {
    match function.invoke(invocation.into()) {
        Outcome::Response(body) => serde_json::from_slice(&body).unwrap(),
        other => panic!("no response: {other:?}"),
    }
}

/// The lines of this event.
fn lines_of(lines: &[String], event: &str) -> Vec<Value> {
    let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    parsed.filter(|line| line["event"] == event).collect()
}

#[test]
fn event_arrives_byte_for_byte_with_its_context() {
    let mut function = start(&[]).unwrap();
    let event = "{\"n\": 1.50e1,\"t\":\"\\u00e9 \u{e9}\"}";
    let invocation = testbed::Invocation::of(event).with_trace_header(TRACE);
    let request_id = invocation.request_id().to_owned();
    let echo = invoke(&mut function, invocation);
    assert_eq!((echo["event"].as_str(), echo["request_id"].as_str()), (Some(event), Some(&*request_id)));
    assert_eq!((&echo["function"], &echo["trace"]), (&json!("testbed"), &json!(TRACE)));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let left = Duration::from_millis(echo["deadline_ms"].as_u64().unwrap()).checked_sub(now).unwrap();
    assert!(left > Duration::from_secs(20) && left <= Duration::from_secs(30), "{left:?}");
}

#[test]
fn sdks_find_the_trace_of_the_invocation() {
    let mut function = start(&[]).unwrap();
    for trace in [json!(TRACE), json!("Root=1-00000000-000000000000000000000000;Sampled=0"), Value::Null] {
        let invocation = testbed::Invocation::of("{}");
        let invocation = match trace.as_str() {
            Some(trace) => invocation.with_trace_header(trace),
            None => invocation,
        };
        assert_eq!(invoke(&mut function, invocation)["trace_of_the_sdks"], trace);
    }
}

#[test]
fn replies_are_written_as_they_are() {
    let mut function = start(&[]).unwrap();
    for (event, response) in
        [("\"null\"", "null"), ("\"items\"", "{\"batchItemFailures\":[{\"itemIdentifier\":\"a\"}]}")]
    {
        assert_eq!(function.invoke(event.into()), Outcome::Response(response.into()));
    }
}

#[test]
fn responses_and_errors_name_their_invocation() {
    let mut function = start(&[]).unwrap();
    for number in ["n-7", "n-8"] {
        assert!(invoke(&mut function, testbed::Invocation::of("{}").with_invocation_id(number)).is_object());
    }
    let Outcome::Error(error) =
        function.invoke(testbed::Invocation::of("\"fail\"").with_invocation_id("n-9"))
    else {
        panic!("it must fail")
    };
    assert_eq!((error.error_type.as_str(), error.error_message.as_str()), ("NotAcknowledged", "retried"));
    assert!(lines_of(&function.stop(), "not_answered").is_empty());
}

#[test]
fn event_that_is_not_utf8_fails_its_invocation_only() {
    let mut function = start(&[]).unwrap();
    let invocation = testbed::Invocation::of(b"[\"\xff canary\"]");
    let request_id = invocation.request_id().to_owned();
    let Outcome::Error(error) = function.invoke(invocation) else { panic!("it must fail") };
    assert_eq!(error.error_type, "InvalidEvent");
    assert!(error.error_message.contains("UTF-8") && !error.error_message.contains(CANARY), "{error:?}");
    assert!(invoke(&mut function, "{}").is_object());
    let lines = function.stop();
    assert_eq!(lines_of(&lines, "batch_refused")[0]["requestId"], json!(request_id));
    assert!(!lines.concat().contains(CANARY), "{lines:#?}");
}

#[test]
fn panic_fails_its_invocation_only_and_keeps_its_text() {
    let mut function = start(&[("AWS_LAMBDA_LOG_LEVEL", "TRACE")]).unwrap();
    let Outcome::Error(error) = function.invoke("\"panic\"".into()) else { panic!("it must fail") };
    assert_eq!(error.error_type, "BatchRefused");
    assert!(error.error_message.contains("see the panicked line"), "{error:?}");
    assert!(invoke(&mut function, "{}").is_object());
    let lines = function.stop();
    let panicked = lines_of(&lines, "panicked");
    assert!(panicked[0]["location"].as_str().unwrap().contains("tests.rs:"), "{panicked:?}");
    assert_eq!(lines_of(&lines, "batch_refused").len(), 1);
    assert!(!format!("{error:?}{lines:?}").contains(CANARY), "{lines:#?}");
}

#[test]
fn libraries_never_write_log_lines() {
    let mut function = start(&[("AWS_LAMBDA_LOG_LEVEL", "TRACE"), ("RUST_LOG", "trace")]).unwrap();
    invoke(&mut function, "{\"canary\":1}");
    function.invoke("\"fail\"".into());
    let lines = function.stop();
    assert!(!lines.concat().contains(CANARY), "{lines:#?}");
    let parsed = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let events: Vec<Value> = parsed.map(|line| line["event"].clone()).collect();
    assert_eq!(events, ["started"], "{lines:#?}");
}

#[test]
fn refused_response_is_logged_and_next_event_handled() {
    let mut function = start(&[]).unwrap();
    let invocation = testbed::Invocation::of("{}").refuse_response(413);
    let request_id = invocation.request_id().to_owned();
    invoke(&mut function, invocation);
    invoke(&mut function, "{}");
    let lines = lines_of(&function.stop(), "not_answered");
    assert_eq!((lines.len(), &lines[0]["requestId"]), (1, &json!(request_id)));
    assert!(lines[0]["problem"].as_str().unwrap().contains("HTTP 413"), "{lines:?}");
}

#[test]
fn lost_response_is_logged_and_next_event_handled() {
    let mut function = start(&[]).unwrap();
    let invocation = testbed::Invocation::of("{}").cut_after_response();
    let request_id = invocation.request_id().to_owned();
    invoke(&mut function, invocation);
    invoke(&mut function, "{}");
    let lines = lines_of(&function.stop(), "not_answered");
    assert_eq!((lines.len(), &lines[0]["requestId"]), (1, &json!(request_id)));
}

/// The problem that the process logs when this invocation ends it.
fn problem_of(invocation: testbed::Invocation) -> String {
    let mut function = start(&[]).unwrap();
    assert_eq!(function.invoke(invocation), Outcome::Exited);
    let lines = function.stop();
    assert!(!lines.concat().contains(CANARY), "{lines:#?}");
    let [line] = &lines_of(&lines, "runtime_failed")[..] else {
        panic!("there must be one line: {lines:#?}")
    };
    line["problem"].as_str().unwrap().to_owned()
}

#[test]
fn invalid_invocation_ends_the_process_with_a_reason() {
    let event = || testbed::Invocation::of("{\"canary\":1}");
    for invocation in [event().without_request_id(), event().without_deadline()] {
        assert!(problem_of(invocation).contains("lambda_runtime panicked"));
    }
    let error = testbed::Invocation::of("{}").with_status(500).without_request_id().without_deadline();
    assert!(problem_of(error).contains("lambda_runtime panicked"));
    assert!(problem_of(event().cut_midway()).contains("the Runtime API failed"));
}

/// `lambda_runtime` offers no way to continue. If this test fails, it does, and the module's documentation is out of date.
#[test]
fn invalid_client_context_ends_the_process_unquoted() {
    for context in ["{\"custom\":{\"n\":1}}", "{\"custom\":\"canary\"}", "canary"] {
        let problem = problem_of(testbed::Invocation::of("{}").with_client_context(context));
        assert!(problem.contains("client context"), "{problem}");
    }
    let mut function = start(&[]).unwrap();
    let usual = testbed::Invocation::of("{}").with_client_context("{\"custom\":{\"n\":\"1\"}}");
    assert!(invoke(&mut function, usual).is_object());
}

#[test]
fn failed_init_is_reported_and_logged_with_its_reason() {
    let failed = start(&[("FAIL_INIT", "the cause: the place: the remedy")]).err().unwrap();
    let error = failed.error.unwrap();
    assert_eq!(error.error_type, "InitFailed");
    assert_eq!(error.error_message, "the cause: the place: the remedy");
    assert_eq!(lines_of(&failed.lines, "init_failed")[0]["problem"], "the cause: the place: the remedy");
}

#[test]
fn concurrent_invocations_fail_the_init() {
    let failed = start(&[("AWS_LAMBDA_MAX_CONCURRENCY", "8")]).err().unwrap();
    let error = failed.error.unwrap();
    assert_eq!(error.error_type, "InitFailed");
    assert!(error.error_message.contains("AWS_LAMBDA_MAX_CONCURRENCY is 8"), "{error:?}");
    assert!(error.error_message.contains("Managed Instances"), "{error:?}");
    assert!(start(&[("AWS_LAMBDA_MAX_CONCURRENCY", "1")]).is_ok());
}

#[test]
fn missing_lambda_variable_fails_the_init_by_name() {
    let failed = start(&[("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")]).err().unwrap();
    let error = failed.error.unwrap();
    assert!(error.error_message.contains("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), "{error:?}");
}

#[test]
fn idle_environment_ends_at_sigterm() {
    let mut function = start(&[]).unwrap();
    invoke(&mut function, "{}");
    function.wait_until_idle();
    let pid = function.pid().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(function.wait_for_exit());
}

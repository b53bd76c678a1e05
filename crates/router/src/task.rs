//! Handles Step Functions tasks: takes the input, and returns the backend's response or a named error.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;

use aws::{Clients, LambdaBackend, TableRegistry};
use futures_util::FutureExt;
use lambda_runtime::Diagnostic;
use routing::ports::Clock;
use routing::{Anomaly, TaskFailure, TaskRunner};
use serde_json::value::RawValue;
use sources::{Kind, task};

use crate::clock::InvocationClock;
use crate::config::{Config, PayloadPath};
use crate::errors::{ErrorName, failure};
use crate::log;
use crate::metrics::{self, TaskOutcome};
use crate::remedy::remedy;
use crate::run::{lambda_backend, run_handler};
use crate::runtime::{FunctionResponse, InvocationEvent, InvocationHandler};
use crate::telemetry::{AnomalyLine, TaskLine};

/// Runs the router of tasks until Lambda ends the process, as [`run`](crate::run()) does for batches.
pub async fn run_tasks() -> ExitCode {
    run_handler(Kind::Task, |config, clients| Ok(task_handler(config, clients))).await
}

fn task_handler(config: Config, clients: &Clients) -> TaskHandler {
    let backend = lambda_backend(clients, config.backends, config.credentials, &config.policy);
    TaskHandler {
        runner: TaskRunner {
            rules: config.rules,
            registry: config.registry.map(|registry| registry.open(clients)),
            policy: config.policy,
            backend,
        },
        payload: config.task_payload,
    }
}

struct TaskHandler {
    runner: TaskRunner<LambdaBackend, TableRegistry>,
    payload: PayloadPath,
}

/// The error of a failed task. State machines retry and catch errors by name.
struct TaskError {
    name: ErrorName,
    message: String,
    /// The reason, or AWS's code, for metrics and log lines.
    detail: String,
}

impl InvocationHandler for TaskHandler {
    async fn handle(&self, invocation: &InvocationEvent<'_>) -> Result<FunctionResponse, Diagnostic> {
        let clock = InvocationClock::start();
        let request_id = invocation.request_id();
        let mut anomalies = Vec::new();
        let running = AssertUnwindSafe(self.run(invocation, &clock, &mut anomalies)).catch_unwind();
        let result = running.await.unwrap_or_else(|_| Err(TaskError::from(TaskFailure::Panicked)));
        let (error, detail) = match &result {
            Ok(_) => (None, None),
            Err(error) => (Some(error.name), Some(error.detail.as_str())),
        };
        let duration = clock.now();
        for anomaly in &anomalies {
            AnomalyLine { anomaly, count: 1 }.log(request_id);
        }
        TaskLine { error: error.map(ErrorName::text), detail, duration }.log(request_id);
        let outcome = TaskOutcome { error, detail, registry_failed: !anomalies.is_empty() };
        let metrics = metrics::task_lines(invocation.function_name(), &outcome, duration);
        metrics.into_iter().map(String::into_bytes).for_each(log::write);
        result.map(FunctionResponse::Json).map_err(|error| failure(error.name, error.message))
    }
}

impl TaskHandler {
    async fn run(
        &self,
        invocation: &InvocationEvent<'_>,
        clock: &InvocationClock,
        anomalies: &mut Vec<Anomaly>,
    ) -> Result<Box<RawValue>, TaskError> {
        let event = invocation.event;
        let payload = task::payload(event, self.payload.names()).map_err(|invalid| TaskError {
            name: ErrorName::TaskInvalid,
            message: invalid.to_string(),
            detail: "input".to_owned(),
        })?;
        let context = clock.context(invocation);
        let running = self.runner.run(event, payload, context, clock, fastrand::Rng::new(), anomalies);
        let response = running.await?;
        to_json(response).ok_or_else(|| TaskFailure::Uncertain("the answer is not JSON".to_owned()).into())
    }
}

/// Returns a response unchanged, except for white space around it. An empty response becomes `null`.
fn to_json(response: Vec<u8>) -> Option<Box<RawValue>> {
    let text = String::from_utf8(response).ok()?;
    if text.trim_ascii().is_empty() {
        return RawValue::from_string("null".to_owned()).ok();
    }
    RawValue::from_string(text).ok()
}

impl From<TaskFailure> for TaskError {
    fn from(failure: TaskFailure) -> Self {
        let (name, message, detail) = match failure {
        TaskFailure::Rejected(rejection) => {
            let (reason, place) = (rejection.reason(), rejection.path().unwrap_or("the whole input"));
            let message = format!("{reason}: {}: {place}: {}", reason.meaning(), reason.remedy());
            (ErrorName::TenantRejected, message, reason.code().to_owned())
        }
        TaskFailure::TooLarge => (
            ErrorName::TaskInvalid,
            "the payload is larger than the 6 MB that an Invoke accepts: pass a reference to the data"
                .to_owned(),
            "too_large".to_owned(),
        ),
        TaskFailure::Held => (
            ErrorName::TenantHeld,
            "the registry says that the tenant is suspended: retry the task once it is active again".to_owned(),
            "held".to_owned(),
        ),
        TaskFailure::Registry(code) => (
            ErrorName::RegistryUnavailable,
            format!("the registry does not confirm this tenant ({code}): retry the task later; see the router's alarm"),
            code,
        ),
        TaskFailure::NotRun(code) => (
            ErrorName::BackendThrottled,
            format!("the backend did not run ({code}): retry the task later; if it continues, raise the backend function's concurrency"),
            code,
        ),
        TaskFailure::Failed => {
            let message = "the backend ran and failed: see its own log".to_owned();
            (ErrorName::BackendFailed, message, "function_error".to_owned())
        }
        TaskFailure::Refused(code) => {
            let remedy = remedy(routing::Cause::Refused, &code);
            let message = format!("Lambda refused to invoke, the backend did not run ({code}): {remedy}");
            (ErrorName::BackendFailed, message, code)
        }
        TaskFailure::Uncertain(code) => (
            ErrorName::BackendFailed,
            format!("the backend may have run, and its response is lost ({code}): retry only what may run twice"),
            code,
        ),
        TaskFailure::Misconfigured(code) => {
            let remedy = remedy(routing::Cause::Misconfigured, &code);
            (ErrorName::BackendMisconfigured, format!("the backend cannot be invoked ({code}): {remedy}"), code)
        }
        TaskFailure::TimedOut => (
            ErrorName::Timeout,
            "there was no response in time, and the backend may have run: retry only what may run twice, or give it a \
             longer timeout"
                .to_owned(),
            "timed out".to_owned(),
        ),
        TaskFailure::Panicked => {
            let message = "the router panicked: see the panicked line in its log".to_owned();
            (ErrorName::BackendFailed, message, "panicked".to_owned())
        }
    };
        Self { name, message, detail }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn response_is_returned_unchanged_and_empty_is_null() {
        assert_eq!(to_json(b"{\"n\": 1.50}".to_vec()).unwrap().get(), "{\"n\": 1.50}");
        for nothing in [&b""[..], b" \n"] {
            assert_eq!(to_json(nothing.to_vec()).unwrap().get(), "null");
        }
        assert!(to_json(b"{".to_vec()).is_none() && to_json(b"\xff".to_vec()).is_none());
    }

    #[test]
    fn rejection_names_reason_and_selector_without_the_value() {
        let rejection = tenancy::Rejection::new(tenancy::Reason::BadGrammar)
            .with_path("$.tenant_id")
            .with_offending_value("hush");
        let error = TaskError::from(TaskFailure::Rejected(rejection));
        assert_eq!((error.name, error.detail.as_str()), (ErrorName::TenantRejected, "bad_grammar"));
        assert!(
            error.message.contains("$.tenant_id") && !error.message.contains("hush"),
            "{}",
            error.message
        );
    }
}

//! Step Functions tasks: the input in, the backend's answer or an error by name out.

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
use crate::metrics;
use crate::remedy::remedy;
use crate::run::{invoking, serve};
use crate::runtime::{Handle, Invocation, Reply};
use crate::telemetry;

/// Runs the router of tasks for as long as Lambda wants it, as [`run`](crate::run()) does for batches.
pub async fn run_tasks() -> ExitCode {
    serve(Kind::Task, |config, clients| Ok(handler(config, clients))).await
}

fn handler(config: Config, clients: &Clients) -> Handler {
    let backend = invoking(clients, config.backends, config.credentials, &config.policy);
    Handler {
        tasks: TaskRunner {
            rules: config.rules,
            registry: config.registry.map(|registry| registry.open(clients)),
            policy: config.policy,
            backend,
        },
        payload: config.task_payload,
    }
}

struct Handler {
    tasks: TaskRunner<LambdaBackend, TableRegistry>,
    payload: PayloadPath,
}

/// Why a task failed: the error's name, which state machines retry or catch by, and what to say.
struct Told {
    error: ErrorName,
    message: String,
    /// What metrics and log lines say besides.
    detail: String,
}

impl Handle for Handler {
    async fn handle(&self, invocation: &Invocation<'_>) -> Result<Reply, Diagnostic> {
        let clock = InvocationClock::start();
        let request_id = invocation.request_id();
        let mut troubles = Vec::new();
        let running = AssertUnwindSafe(self.run(invocation, &clock, &mut troubles)).catch_unwind();
        let result = running.await.unwrap_or_else(|_| Err(told(TaskFailure::Panicked)));
        let (error, detail) = match &result {
            Ok(_) => (None, None),
            Err(failure) => (Some(failure.error), Some(failure.detail.as_str())),
        };
        let duration = clock.now();
        for anomaly in &troubles {
            telemetry::Anomaly { anomaly, count: 1 }.log(request_id);
        }
        telemetry::Task { error: error.map(ErrorName::text), detail, duration }.log(request_id);
        let told = metrics::Told { error, detail, registry_failed: !troubles.is_empty() };
        let metrics = metrics::task_lines(invocation.function_name(), &told, duration);
        metrics.into_iter().map(String::into_bytes).for_each(log::write);
        result.map(Reply::Json).map_err(|told| failure(told.error, told.message))
    }
}

impl Handler {
    async fn run(
        &self,
        invocation: &Invocation<'_>,
        clock: &InvocationClock,
        troubles: &mut Vec<Anomaly>,
    ) -> Result<Box<RawValue>, Told> {
        let event = invocation.event;
        let payload = task::payload(event, self.payload.names()).map_err(|invalid| Told {
            error: ErrorName::TaskInvalid,
            message: invalid.to_string(),
            detail: "input".to_owned(),
        })?;
        let occasion = clock.occasion(invocation);
        let running = self.tasks.run(event, payload, occasion, clock, fastrand::Rng::new(), troubles);
        let answer = running.await.map_err(told)?;
        json(answer).ok_or_else(|| told(TaskFailure::Uncertain("the answer is not JSON".to_owned())))
    }
}

/// An answer as it came, without the white space around it; a function that returns nothing answers `null`.
fn json(answer: Vec<u8>) -> Option<Box<RawValue>> {
    let text = String::from_utf8(answer).ok()?;
    if text.trim_ascii().is_empty() {
        return RawValue::from_string("null".to_owned()).ok();
    }
    RawValue::from_string(text).ok()
}

fn told(failure: TaskFailure) -> Told {
    let (error, message, detail) = match failure {
        TaskFailure::Rejected(rejection) => {
            let (reason, place) = (rejection.reason(), rejection.selector().unwrap_or("the whole input"));
            let message = format!("{reason}: {}: {place}: {}", reason.meaning(), reason.remedy());
            (ErrorName::TenantRejected, message, reason.code().to_owned())
        }
        TaskFailure::TooLarge => (
            ErrorName::TaskInvalid,
            "the payload is larger than the 6 MB that an Invoke carries: pass a reference to where the data lies"
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
            format!("the registry does not say whether this tenant is served ({code}): retry the task later; see the router's alarm"),
            code,
        ),
        TaskFailure::NotRun(code) => (
            ErrorName::BackendThrottled,
            format!("the backend did not run ({code}): retry the task later; if it goes on, raise the concurrency"),
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
            format!("the backend may have run, its answer is lost ({code}): retry only what may run twice"),
            code,
        ),
        TaskFailure::Misconfigured(code) => {
            let remedy = remedy(routing::Cause::Misconfigured, &code);
            (ErrorName::BackendMisconfigured, format!("the backend cannot be invoked ({code}): {remedy}"), code)
        }
        TaskFailure::TimedOut => (
            ErrorName::Timeout,
            "there was no answer in time, and the backend may have run: retry only what may run twice, or give it a \
             longer time-out"
                .to_owned(),
            "timed out".to_owned(),
        ),
        TaskFailure::Panicked => {
            let message = "the router panicked: see the panicked line in its log".to_owned();
            (ErrorName::BackendFailed, message, "panicked".to_owned())
        }
    };
    Told { error, message, detail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_handed_on_byte_for_byte_and_nothing_is_null() {
        assert_eq!(json(b"{\"n\": 1.50}".to_vec()).unwrap().get(), "{\"n\": 1.50}");
        for nothing in [&b""[..], b" \n"] {
            assert_eq!(json(nothing.to_vec()).unwrap().get(), "null");
        }
        assert!(json(b"{".to_vec()).is_none() && json(b"\xff".to_vec()).is_none());
    }

    #[test]
    fn a_rejection_names_reason_and_place_and_not_the_value() {
        let rejection =
            tenancy::Rejection::new(tenancy::Reason::BadGrammar).at("$.tenant_id").offending("hush");
        let told = told(TaskFailure::Rejected(rejection));
        assert_eq!((told.error, told.detail.as_str()), (ErrorName::TenantRejected, "bad_grammar"));
        assert!(told.message.contains("$.tenant_id") && !told.message.contains("hush"), "{}", told.message);
    }
}

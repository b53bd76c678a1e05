//! One task of a state machine: a tenant, a payload, one Invoke, and the backend's answer. As in a batch, only what certainly did
//! not run is retried, and nothing starts that cannot end before the deadline.

use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use tenancy::{Admitted, Reason, Rejection, Rules};

use crate::admission::{Admission, PendingAdmission};
use crate::admit::examine_task;
use crate::backoff::next_attempt;
use crate::classify::Anomaly;
use crate::outcome::Cause;
use crate::policy::{Deadlines, DeliveryPolicy};
use crate::ports::{Attempt, Backend, Clock, Invocation, InvokeRequest, RegistryReader};
use crate::registry::Registry;
use crate::router::InvocationContext;

/// Runs tasks.
#[derive(Debug)]
pub struct TaskRunner<B, T> {
    /// The rules that find the tenant id of a task.
    pub rules: Rules,
    /// The registry that confirms the tenant. `None`: every tenant id that the rules accept is admitted.
    pub registry: Option<Registry<T>>,
    /// The limits of an Invoke: its time and the size of its payload.
    pub policy: DeliveryPolicy,
    /// The tenant-isolated function.
    pub backend: B,
}

/// Why a task has no answer. Codes are AWS's error codes, or say what was found; none of them quotes the task.
#[derive(Debug)]
pub enum TaskFailure {
    /// It names no tenant that it may be delivered for.
    Rejected(Rejection),
    /// The payload is too large for an Invoke.
    TooLarge,
    /// The tenant is suspended, and its tasks are held.
    Held,
    /// The registry has no usable answer; the code, or what is wrong with the tenant's item.
    Registry(String),
    /// The backend did not run.
    NotRun(String),
    /// The backend ran, or began to, and failed.
    Failed,
    /// Lambda refused the request: the backend did not run, and a retry would be refused too.
    Refused(String),
    /// The backend may have run; its answer is lost.
    Uncertain(String),
    /// The deployment is misconfigured.
    Misconfigured(String),
    /// The timeout of the backend or of the router passed.
    TimedOut,
    /// A panic: a defect of the router.
    Panicked,
}

impl<B: Backend, T: RegistryReader> TaskRunner<B, T> {
    /// Runs one task. `input` holds the tenant id; the backend gets `payload`. Adds to `anomalies` what is worth a log line even if
    /// the task succeeds: a registry that cannot be read, while a cached answer is used.
    ///
    /// # Errors
    /// When the backend gave no answer.
    pub async fn run<C: Clock>(
        &self,
        input: &str,
        payload: &str,
        context: InvocationContext<'_>,
        clock: &C,
        mut rng: fastrand::Rng,
        anomalies: &mut Vec<Anomaly>,
    ) -> Result<Vec<u8>, TaskFailure> {
        let deadlines = Deadlines::before(context.deadline, self.policy.longest_call)
            .ok_or_else(|| TaskFailure::Misconfigured("NoTimeForOneInvoke".to_owned()))?;
        let admitted = self.admit(input, payload, clock, deadlines, anomalies).await?;
        let mut failures = 0;
        loop {
            let attempt = self.attempt(&admitted, payload, context, clock, deadlines).await?;
            let (retry_after, code) = match classify(attempt) {
                TryOutcome::Finished(result) => return result,
                TryOutcome::NotRun { retry_after, code } => (retry_after, code),
            };
            failures += 1;
            let now = clock.now();
            let next = next_attempt(failures, false, retry_after, now, deadlines.latest_start, &mut rng);
            let Some(at) = next else { return Err(TaskFailure::NotRun(code)) };
            clock.sleep_until(at).await;
        }
    }

    async fn admit<C: Clock>(
        &self,
        input: &str,
        payload: &str,
        clock: &C,
        deadlines: Deadlines,
        anomalies: &mut Vec<Anomaly>,
    ) -> Result<Admitted, TaskFailure> {
        let admission = match examine_task(&self.rules, input, payload) {
            PendingAdmission::Decided(admission) => admission,
            PendingAdmission::Claimed { claim, content, bytes } => {
                let check_size = |admitted| Admission::check_size(admitted, content, bytes, &self.policy);
                match &self.registry {
                    None => check_size(claim.without_registry()),
                    Some(registry) => {
                        let tenants = [claim.tenant()].into_iter();
                        let mut answers = registry.ask(tenants, clock, deadlines.latest_start).await;
                        let admission = registry.decide(claim, input, &mut answers, check_size);
                        anomalies.append(&mut answers.anomalies);
                        admission
                    }
                }
            }
        };
        match admission {
            Admission::Admitted { admitted, .. } => Ok(admitted),
            Admission::Rejected(rejection) if rejection.reason() == Reason::TooLarge => {
                Err(TaskFailure::TooLarge)
            }
            Admission::Rejected(rejection) => Err(TaskFailure::Rejected(rejection)),
            Admission::Deferred(Cause::Held) => Err(TaskFailure::Held),
            Admission::Deferred(_) | Admission::Postponed => {
                let anomaly = anomalies.first();
                let code = anomaly.map_or_else(|| "unread".to_owned(), |anomaly| anomaly.code.clone());
                Err(TaskFailure::Registry(code))
            }
            Admission::Panicked => Err(TaskFailure::Panicked),
        }
    }

    async fn attempt<C: Clock>(
        &self,
        admitted: &Admitted,
        payload: &str,
        context: InvocationContext<'_>,
        clock: &C,
        deadlines: Deadlines,
    ) -> Result<Attempt, TaskFailure> {
        let request = InvokeRequest {
            admitted: admitted.clone(),
            payload: payload.as_bytes().to_vec(),
            invocation: Invocation::Sync,
            trace_header: context.trace_header,
        };
        // A panic leaves nothing half-done but the adapter's request, which is dropped.
        let invoke = pin!(AssertUnwindSafe(self.backend.invoke(request)).catch_unwind());
        let timer = pin!(clock.sleep_until(deadlines.respond_by));
        match select(invoke, timer).await {
            Either::Left((attempt, _)) => attempt.map_err(|_| TaskFailure::Panicked),
            Either::Right(_) => Err(TaskFailure::TimedOut),
        }
    }
}

/// What an attempt means for the task.
enum TryOutcome {
    Finished(Result<Vec<u8>, TaskFailure>),
    NotRun { retry_after: Option<Duration>, code: String },
}

fn classify(attempt: Attempt) -> TryOutcome {
    let failure = |failure| TryOutcome::Finished(Err(failure));
    match attempt {
        Attempt::Answered(answer) => TryOutcome::Finished(Ok(answer)),
        Attempt::Throttled { retry_after, code } => TryOutcome::NotRun { retry_after, code },
        Attempt::NotStarted(code) => TryOutcome::NotRun { retry_after: None, code },
        Attempt::FunctionError => failure(TaskFailure::Failed),
        Attempt::Refused(code) => failure(TaskFailure::Refused(code)),
        Attempt::TimedOut => failure(TaskFailure::TimedOut),
        Attempt::Uncertain(code) => failure(TaskFailure::Uncertain(code)),
        Attempt::Misconfigured(code) | Attempt::NoCredentials(code) => {
            failure(TaskFailure::Misconfigured(code))
        }
        Attempt::Accepted | Attempt::Forwarded | Attempt::InResponse => {
            failure(TaskFailure::Uncertain("answered as another kind of invocation".to_owned()))
        }
    }
}

//! One task: a tenant, a payload, one Invoke, and the backend's answer. The rules of a batch hold for it too: only what
//! certainly did not run is tried again, and nothing starts that cannot end before the deadline.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, FutureExt, select};
use sources::Record;
use tenancy::{Admitted, Reason, Rejection, Rules};

use crate::admission::{Admission, admit};
use crate::backoff::{MAX_TRIES, delay};
use crate::ledger::Cause;
use crate::policy::{DeliveryPolicy, Times};
use crate::ports::{Attempt, Backend, InvokeRequest, Clock, Invocation, RegistryReader};
use crate::registry::Registry;
use crate::route::InvocationContext;
use crate::verdict::Anomaly;

/// Runs tasks.
#[derive(Debug)]
pub struct TaskRunner<B, T> {
    /// Whose task is this?
    pub rules: Rules,
    /// Who confirms it; `None` takes tasks at their word.
    pub registry: Option<Registry<T>>,
    /// How long an Invoke may take.
    pub policy: DeliveryPolicy,
    /// The tenant-isolated function.
    pub backend: B,
}

/// Why a task has no answer. The codes are AWS's, or say what was found; none quotes the task.
#[derive(Debug)]
pub enum TaskFailure {
    /// It belongs to no tenant.
    Rejected(Rejection),
    /// The payload is larger than an Invoke can carry.
    TooLarge,
    /// The tenant is suspended, and its tasks wait.
    Held,
    /// The registry says nothing that serves; the code, or what is wrong with the tenant's item.
    Registry(String),
    /// The backend did not run.
    NotRun(String),
    /// The backend ran, or began to, and failed.
    Failed,
    /// Lambda refused the request: the backend did not run, and asking again is of no use.
    Refused(String),
    /// The backend may have run; its answer is lost.
    Uncertain(String),
    /// Someone has to mend the estate.
    Misconfigured(String),
    /// The backend's time-out passed, or the router's.
    TimedOut,
    /// A panic: a defect of the router.
    Panicked,
}

impl<B: Backend, T: RegistryReader> TaskRunner<B, T> {
    /// Runs one task: `input` says whose it is, `payload` is what the backend gets. `troubles` is given what is worth a log
    /// line whatever comes of the task: a registry that cannot be read, while an older answer of its serves.
    ///
    /// # Errors
    /// When there is no answer of the backend.
    pub async fn run<C: Clock>(
        &self,
        input: &str,
        payload: &str,
        occasion: InvocationContext<'_>,
        clock: &C,
        mut rng: fastrand::Rng,
        troubles: &mut Vec<Anomaly>,
    ) -> Result<Vec<u8>, TaskFailure> {
        let times = Times::before(occasion.deadline, self.policy.call_timeout)
            .ok_or_else(|| TaskFailure::Misconfigured("NoTimeForOneInvoke".to_owned()))?;
        let admitted = self.admit(input, payload, clock, times, troubles).await?;
        let mut failures = 0;
        loop {
            let attempt = self.attempt(&admitted, payload, occasion, clock, times).await?;
            let (retry_after, code) = match judge(attempt) {
                Judged::Over(result) => return result,
                Judged::NotRun { retry_after, code } => (retry_after, code),
            };
            failures += 1;
            let wake = clock.now().saturating_add(delay(failures, retry_after, &mut rng));
            if failures >= MAX_TRIES || wake > times.latest_start {
                return Err(TaskFailure::NotRun(code));
            }
            clock.sleep_until(wake).await;
        }
    }

    async fn admit<C: Clock>(
        &self,
        input: &str,
        payload: &str,
        clock: &C,
        times: Times,
        troubles: &mut Vec<Anomaly>,
    ) -> Result<Admitted, TaskFailure> {
        // Safe to catch: it takes `&` and returns a value.
        let claim = catch_unwind(AssertUnwindSafe(|| self.rules.claim(input)));
        let claim = claim.map_err(|_| TaskFailure::Panicked)?.map_err(TaskFailure::Rejected)?;
        let admit = |admitted| admit(admitted, None, payload.len(), &self.policy);
        let standing = match &self.registry {
            None => admit(claim.without_registry()),
            Some(registry) => {
                let mut words = registry.ask([claim.tenant()].into_iter(), clock, times.latest_start).await;
                let standing = registry.rule(claim, input, &mut words, admit);
                troubles.append(&mut words.troubles);
                standing
            }
        };
        match standing {
            Admission::Admitted { admitted, .. } => Ok(admitted),
            Admission::Rejected(rejection) if rejection.reason() == Reason::TooLarge => {
                Err(TaskFailure::TooLarge)
            }
            Admission::Rejected(rejection) => Err(TaskFailure::Rejected(rejection)),
            Admission::Waiting(Cause::Held) => Err(TaskFailure::Held),
            Admission::Waiting(_) | Admission::Postponed => {
                let trouble = troubles.first();
                let code = trouble.map_or_else(|| "unread".to_owned(), |trouble| trouble.code.clone());
                Err(TaskFailure::Registry(code))
            }
            Admission::Panicked => Err(TaskFailure::Panicked),
        }
    }

    async fn attempt<C: Clock>(
        &self,
        admitted: &Admitted,
        payload: &str,
        occasion: InvocationContext<'_>,
        clock: &C,
        times: Times,
    ) -> Result<Attempt, TaskFailure> {
        let record = Record::new(payload, occasion.request_id.into());
        let call = InvokeRequest {
            admitted: admitted.clone(),
            payload: payload.as_bytes().to_vec(),
            invocation: Invocation::Sync,
            trace_header: occasion.trace_header,
            record: &record,
            source_arn: "",
        };
        // Safe to catch: what a panic could leave half-done is the adapter's request, and that is given up.
        let invoke = pin!(AssertUnwindSafe(self.backend.invoke(call)).catch_unwind());
        let alarm = pin!(clock.sleep_until(times.answer_by));
        match select(invoke, alarm).await {
            Either::Left((attempt, _)) => attempt.map_err(|_| TaskFailure::Panicked),
            Either::Right(_) => Err(TaskFailure::TimedOut),
        }
    }
}

/// What an attempt means for the task.
enum Judged {
    Over(Result<Vec<u8>, TaskFailure>),
    NotRun { retry_after: Option<Duration>, code: String },
}

fn judge(attempt: Attempt) -> Judged {
    let failure = |failure| Judged::Over(Err(failure));
    match attempt {
        Attempt::Answered(answer) => Judged::Over(Ok(answer)),
        Attempt::Throttled { retry_after, code } => Judged::NotRun { retry_after, code },
        Attempt::NotStarted(code) => Judged::NotRun { retry_after: None, code },
        Attempt::FunctionError => failure(TaskFailure::Failed),
        Attempt::Refused(code) => failure(TaskFailure::Refused(code)),
        Attempt::TimedOut => failure(TaskFailure::TimedOut),
        Attempt::Uncertain(code) => failure(TaskFailure::Uncertain(code)),
        Attempt::Misconfigured(code) | Attempt::NoCredentials(code) => {
            failure(TaskFailure::Misconfigured(code))
        }
        Attempt::Accepted | Attempt::Forwarded => {
            failure(TaskFailure::Uncertain("answered as another kind of invocation".to_owned()))
        }
    }
}

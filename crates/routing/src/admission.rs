//! Admission: for each record of a batch, whether it is delivered, and for which tenant. It is decided before anything is sent.

use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::{Batch, Condition, Record, Source, sub_batch};
use tenancy::{Admitted, Claim, Reason, RegistryDecision, Rejection, Rules};

use crate::outcome::Cause;
use crate::policy::{Deadlines, DeliveryPolicy, Payload};
use crate::ports::{Clock, RegistryReader};
use crate::registry::RegistryAnswers;
use crate::report::BatchStats;
use crate::route::Router;

/// What admission decided about a record.
pub(crate) enum Admission<'e> {
    /// It is delivered for this tenant; `content` is set where an Invoke carries only that.
    Admitted { admitted: Admitted, content: Option<Cow<'e, str>> },
    /// It names no tenant that it may be delivered for.
    Rejected(Rejection),
    /// It cannot be decided now, or its tenant is held.
    Deferred(Cause),
    /// A panic: a defect of the router, not of the record.
    Panicked,
    /// The memory of this invocation does not suffice for it.
    Postponed,
}

impl<'e> Admission<'e> {
    /// The admission that follows from the registry's decision. If that admits the record, `on_admitted` decides.
    pub(crate) fn from_registry(
        decision: RegistryDecision,
        on_admitted: impl FnOnce(Admitted) -> Self,
    ) -> Self {
        match decision {
            RegistryDecision::Admitted(admitted) => on_admitted(admitted),
            RegistryDecision::Rejected(rejection) => Self::Rejected(rejection),
            RegistryDecision::Held => Self::Deferred(Cause::Held),
            RegistryDecision::NoSuchBackend => Self::Deferred(Cause::RegistryItem),
        }
    }

    /// Rejects a record that is too large, and admits any other. By now the tenant is confirmed, so `too_large` never hides a wrong
    /// tenant.
    pub(crate) fn check_size(
        admitted: Admitted,
        content: Option<Cow<'e, str>>,
        bytes: usize,
        policy: &DeliveryPolicy,
    ) -> Self {
        if bytes > policy.max_payload_bytes() {
            return Self::Rejected(Rejection::new(Reason::TooLarge));
        }
        Self::Admitted { admitted, content }
    }
}

/// The admission as far as it follows from the record itself.
pub(crate) enum PendingAdmission<'e> {
    /// It names a tenant; the registry, if there is one, has not been asked yet. `bytes`: the length of its payload.
    Claimed { claim: Claim, content: Option<Cow<'e, str>>, bytes: usize },
    /// The registry is not needed.
    Decided(Admission<'e>),
}

/// Admits each record of a batch: by its own fields, and by the registry where there is one.
pub(crate) async fn admit_batch<'b, S: Source, B, Q, T: RegistryReader, F, C: Clock>(
    router: &Router<S, B, Q, T, F>,
    batch: &'b Batch<'_>,
    clock: &C,
    deadlines: Option<Deadlines>,
    stats: &mut BatchStats,
) -> Vec<Admission<'b>> {
    let policy = &router.policy;
    let examine = |record: &'b Record<'_>| examine(router.source, &router.rules, policy, record);
    let pending: Vec<PendingAdmission<'b>> = batch.records.iter().map(examine).collect();
    let claimed = pending.iter().filter_map(|pending| match pending {
        PendingAdmission::Claimed { claim, .. } => Some(claim.tenant()),
        PendingAdmission::Decided(_) => None,
    });
    let mut answers = match (&router.registry, deadlines) {
        (Some(registry), Some(deadlines)) => registry.ask(claimed, clock, deadlines.latest_start).await,
        _ => RegistryAnswers::default(),
    };
    let decide = |(pending, record): (PendingAdmission<'b>, &'b Record<'_>)| match pending {
        PendingAdmission::Decided(admission) => admission,
        PendingAdmission::Claimed { claim, content, bytes } => {
            let check_size = |admitted| Admission::check_size(admitted, content, bytes, policy);
            match &router.registry {
                None => check_size(claim.without_registry()),
                Some(registry) => registry.decide(claim, record.raw(), &mut answers, check_size),
            }
        }
    };
    let admissions = pending.into_iter().zip(&batch.records).map(decide).collect();
    answers.anomalies.into_iter().for_each(|anomaly| stats.count(anomaly));
    admissions
}

/// Examines one record by itself.
pub(crate) fn examine<'e, S: Source>(
    source: S,
    rules: &Rules,
    policy: &DeliveryPolicy,
    record: &'e Record<'_>,
) -> PendingAdmission<'e> {
    match record.condition() {
        Condition::Readable => {}
        Condition::Undecodable => return reject(Rejection::new(Reason::Undecodable)),
        Condition::TooLarge => return reject(Rejection::new(Reason::TooLarge)),
        Condition::Postponed => return PendingAdmission::Decided(Admission::Postponed),
    }
    // A panic leaves nothing half-done: everything in here takes `&` and returns a value.
    let examined = catch_unwind(AssertUnwindSafe(|| {
        // First, because `undecodable` is reported before anything else that is wrong.
        let content = match policy.payload {
            Payload::Event | Payload::Original => None,
            Payload::Record => Some(source.content(record).map_err(|_| Rejection::new(Reason::Undecodable))?),
        };
        let claim = rules.claim(record.raw())?;
        let bytes = match &content {
            Some(json) => json.len(),
            None if policy.payload == Payload::Original => record.raw().len(),
            None => sub_batch::len_of_one(record.raw().len()),
        };
        Ok(PendingAdmission::Claimed { claim, content, bytes })
    }));
    match examined {
        Ok(Ok(pending)) => pending,
        Ok(Err(rejection)) => reject(rejection),
        Err(_) => PendingAdmission::Decided(Admission::Panicked),
    }
}

fn reject<'e>(rejection: Rejection) -> PendingAdmission<'e> {
    PendingAdmission::Decided(Admission::Rejected(rejection))
}

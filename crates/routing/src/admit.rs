//! Admission: for each record of a batch, whether it is delivered, and for which tenant. It is decided before anything is sent.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sources::{Batch, Condition, Record, Source, sub_batch};
use tenancy::{Reason, Rejection, Rules};

use crate::admission::{Admission, PendingAdmission};
use crate::policy::{Deadlines, DeliveryPolicy, Payload};
use crate::ports::{Clock, RegistryReader};
use crate::registry::RegistryAnswers;
use crate::router::Router;
use crate::stats::BatchStats;

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

/// Examines one task, whose backend gets `payload`.
pub(crate) fn examine_task<'e>(rules: &Rules, input: &str, payload: &'e str) -> PendingAdmission<'e> {
    // A panic leaves nothing half-done: this takes `&` and returns a value.
    match catch_unwind(AssertUnwindSafe(|| rules.claim(input))) {
        Ok(Ok(claim)) => {
            PendingAdmission::Claimed { claim, content: Some(payload.into()), bytes: payload.len() }
        }
        Ok(Err(rejection)) => reject(rejection),
        Err(_) => PendingAdmission::Decided(Admission::Panicked),
    }
}

fn reject<'e>(rejection: Rejection) -> PendingAdmission<'e> {
    PendingAdmission::Decided(Admission::Rejected(rejection))
}

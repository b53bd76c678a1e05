//! The preview of a batch: what would happen to each record, and why. It uses the router's own admission and scheduler, and needs
//! no backend, no quarantine and no clock.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::time::Duration;

use sources::{Batch, FailureSemantics, Order, Record, ResponseMode, Source, sub_batch};
use tenancy::{Claim, RegistryDecision, Rejection, Rules, TenantId};

use crate::admission::{Admission, PendingAdmission};
use crate::admit::{examine, examine_task};
use crate::outcome::Cause;
use crate::policy::{DeliveryPolicy, OnReject, Payload};
use crate::route::{RouteError, decode};
use crate::scheduler::{Scheduler, SubBatch};
use crate::tenant_index::TenantIndex;

/// What the registry decides about the claim of a record, or why it cannot decide.
pub type RegistryLookup<'a> = &'a dyn Fn(Claim, &str) -> Result<RegistryDecision, Cause>;

/// What would happen to a batch.
#[derive(Debug)]
pub struct Preview<'e> {
    /// The decoded event.
    pub batch: Batch<'e>,
    /// What would happen to each record, in the batch's order.
    pub fates: Vec<Fate>,
    /// The sub-batches. Those of the first round are sent at once; each of a later round waits for one of the round before it.
    pub rounds: Vec<Vec<PlannedSubBatch>>,
}

/// One sub-batch as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSubBatch {
    /// The tenant of the records.
    pub tenant: TenantId,
    /// The backend, as a number: see [`Admitted::backend`](tenancy::Admitted::backend).
    pub backend: usize,
    /// Their positions in the batch, ascending.
    pub records: Vec<usize>,
    /// Bytes of the payload.
    pub bytes: usize,
}

/// What would happen to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes to its tenant's backend.
    Sent {
        /// Its tenant.
        tenant: TenantId,
        /// The number of its round, from 0.
        round: usize,
        /// The number of its sub-batch in the round, from 0.
        place: usize,
    },
    /// It names this tenant. It is redelivered before it is sent.
    Waits {
        /// The tenant that it names.
        tenant: TenantId,
        /// Why it waits.
        cause: Cause,
    },
    /// It is rejected, and quarantined or left with the source.
    Rejected(Rejection),
    /// It is rejected, and not quarantined yet: Lambda redelivers the stream from an earlier record on. (Where it shares a
    /// quarantine batch with a record before that one, it is quarantined with it.)
    RejectedBehind(Rejection),
    /// The memory of this invocation does not suffice for it.
    Postponed,
    /// A defect of the router.
    Panicked,
}

/// Previews one batch; without `registry` each tenant id that the rules accept is admitted.
///
/// # Errors
/// As [`Router::route`](crate::Router::route): when the source would redeliver the batch as a whole.
pub fn preview<'e, S: Source>(
    source: S,
    event: &'e str,
    rules: &Rules,
    policy: &DeliveryPolicy,
    on_reject: OnReject,
    registry: Option<RegistryLookup<'_>>,
) -> Result<Preview<'e>, RouteError> {
    let batch = decode(source, event, policy)?;
    Ok(preview_batch(batch, |record| examine(source, rules, policy, record), policy, on_reject, registry))
}

/// Previews one task, whose backend gets `payload`, as a batch of one record.
#[must_use]
pub fn preview_task<'e>(
    input: &'e str,
    payload: &'e str,
    rules: &Rules,
    policy: &DeliveryPolicy,
    registry: Option<RegistryLookup<'_>>,
) -> Preview<'e> {
    let batch = Batch {
        source_arn: Cow::Borrowed(""),
        order: Order::Unordered,
        response_mode: ResponseMode::EachRecord,
        failure_semantics: FailureSemantics::Each,
        records: vec![Record::new(input, Cow::Borrowed(""))],
    };
    preview_batch(batch, |_| examine_task(rules, input, payload), policy, OnReject::Redrive, registry)
}

fn preview_batch<'e>(
    batch: Batch<'e>,
    examine: impl for<'r> Fn(&'r Record<'e>) -> PendingAdmission<'r>,
    policy: &DeliveryPolicy,
    on_reject: OnReject,
    registry: Option<RegistryLookup<'_>>,
) -> Preview<'e> {
    let mut fates = Vec::with_capacity(batch.records.len());
    let mut admissions: Vec<Admission<'_>> = Vec::with_capacity(batch.records.len());
    for record in &batch.records {
        let (tenant, admission) = match examine(record) {
            PendingAdmission::Decided(admission) => (None, admission),
            PendingAdmission::Claimed { claim, content, bytes } => {
                let tenant = Some(claim.tenant().clone());
                let decision = match registry {
                    None => Ok(RegistryDecision::Admitted(claim.without_registry())),
                    Some(look_up) => look_up(claim, record.raw()),
                };
                let check_size = |admitted| Admission::check_size(admitted, content, bytes, policy);
                let admission = match decision {
                    Ok(decision) => Admission::from_registry(decision, check_size),
                    Err(cause) => Admission::Deferred(cause),
                };
                (tenant, admission)
            }
        };
        fates.push(first_fate(tenant, &admission));
        admissions.push(admission);
    }
    let tenants = TenantIndex::new(&admissions);
    let scheduler = Scheduler::new(&batch, &admissions, &tenants, policy, on_reject, 0);
    let payload_bytes = |indexes: &[usize]| payload_bytes(indexes, &batch, &admissions, policy);
    let rounds = play(scheduler, &mut fates, payload_bytes);
    Preview { batch, fates, rounds }
}

/// The fate of a record before anything is sent.
fn first_fate(tenant: Option<TenantId>, admission: &Admission<'_>) -> Fate {
    match (admission, tenant) {
        (Admission::Admitted { .. }, Some(tenant)) => Fate::Waits { tenant, cause: Cause::NotStarted },
        (Admission::Deferred(cause), Some(tenant)) => Fate::Waits { tenant, cause: *cause },
        (Admission::Rejected(rejection), _) => Fate::Rejected(rejection.clone()),
        // Without a claim no record is admitted, and no tenant is looked up.
        (Admission::Panicked | Admission::Admitted { .. } | Admission::Deferred(_), _) => Fate::Panicked,
        (Admission::Postponed, _) => Fate::Postponed,
    }
}

/// Runs the scheduler to its end. Every call takes the same time and succeeds, and the quarantine takes every record.
fn play(
    mut scheduler: Scheduler,
    fates: &mut [Fate],
    payload_bytes: impl Fn(&[usize]) -> usize,
) -> Vec<Vec<PlannedSubBatch>> {
    let records = fates.len();
    let mut rounds: Vec<Vec<PlannedSubBatch>> = Vec::new();
    let mut in_flight: VecDeque<(usize, Option<SubBatch>)> = VecDeque::from([(0, None)]);
    let mut send = |scheduler: &mut Scheduler, in_flight: &mut VecDeque<_>, round: usize| {
        // There may be no sub-batch before the quarantine has its records.
        let round = round.min(rounds.len());
        while let Some(sub_batch) = scheduler.next_sub_batch(Duration::ZERO) {
            if rounds.len() == round {
                rounds.push(Vec::new());
            }
            let (tenant, place) = (sub_batch.admitted.tenant(), rounds[round].len());
            for &index in &sub_batch.indexes {
                fates[index] = Fate::Sent { tenant: tenant.clone(), round, place };
            }
            rounds[round].push(PlannedSubBatch {
                tenant: tenant.clone(),
                backend: sub_batch.admitted.backend(),
                bytes: payload_bytes(&sub_batch.indexes),
                records: sub_batch.indexes.clone(),
            });
            in_flight.push_back((round, Some(sub_batch)));
        }
    };
    send(&mut scheduler, &mut in_flight, 0);
    while let Some((round, sub_batch)) = in_flight.pop_front() {
        match sub_batch {
            Some(sub_batch) => scheduler.finish(&sub_batch, std::iter::empty()),
            None => quarantine_all(&mut scheduler, records),
        }
        send(&mut scheduler, &mut in_flight, round + 1);
    }
    for (index, cause) in scheduler.unsent() {
        wait(fates, index, cause.unwrap_or(Cause::BehindCheckpoint));
    }
    for &(index, cause) in scheduler.cancelled() {
        wait(fates, index, cause);
    }
    for (index, fate) in fates.iter_mut().enumerate() {
        if let Fate::Rejected(rejection) = &*fate
            && scheduler.awaits_quarantine(index)
        {
            *fate = Fate::RejectedBehind(rejection.clone());
        }
    }
    rounds
}

/// Has the quarantine take every rejected record that may be sent to it.
fn quarantine_all(scheduler: &mut Scheduler, records: usize) {
    for index in 0..records {
        if scheduler.awaits_quarantine(index) && scheduler.is_open(index) {
            scheduler.pass(index);
        }
    }
}

fn wait(fates: &mut [Fate], index: usize, because: Cause) {
    if let Fate::Waits { cause, .. } = &mut fates[index] {
        *cause = because;
    }
}

fn payload_bytes(
    indexes: &[usize],
    batch: &Batch<'_>,
    admissions: &[Admission<'_>],
    policy: &DeliveryPolicy,
) -> usize {
    let len = |index: &usize| batch.records[*index].raw().len();
    match indexes {
        [index] if let Admission::Admitted { content: Some(content), .. } = &admissions[*index] => {
            content.len()
        }
        [index] if policy.payload == Payload::Original => len(index),
        [] => 0,
        [first, others @ ..] => {
            let others = others.iter().map(|index| sub_batch::len_of_another(len(index)));
            sub_batch::len_of_one(len(first)) + others.sum::<usize>()
        }
    }
}

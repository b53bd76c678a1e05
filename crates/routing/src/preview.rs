//! What would become of a batch if all that is sent succeeds: the router's own admission, plan and lanes, with nobody
//! invoked. For those who ask why a record went where it went.

use std::collections::VecDeque;
use std::time::Duration;

use sources::{Batch, Order, Source, sub_batch};
use tenancy::{Claim, Rejection, Rules, RegistryDecision, TenantId};

use crate::admission::{PendingAdmission, Admission, admit, examine};
use crate::horizon::Horizon;
use crate::lane::{Place, SubBatch};
use crate::lanes::Lanes;
use crate::ledger::Cause;
use crate::plan::plan;
use crate::policy::{OnReject, Payload, DeliveryPolicy};
use crate::ports::Invocation;
use crate::roster::TenantIndex;
use crate::route::RouteError;

/// What a registry says of a claim of this record; or why it says nothing.
pub type RegistryLookup<'a> = &'a dyn Fn(Claim, &str) -> Result<RegistryDecision, Cause>;

/// What would become of a batch.
#[derive(Debug)]
pub struct Preview<'e> {
    /// The event, taken apart.
    pub batch: Batch<'e>,
    /// What becomes of each record, in the batch's order.
    pub fates: Vec<Fate>,
    /// The sub-batches. Those of the first round are sent at once; those of a later one when one of the round before
    /// it is answered, which they waited for.
    pub rounds: Vec<Vec<PlannedSubBatch>>,
}

/// One sub-batch as it would be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedSubBatch {
    /// Whose records these are.
    pub tenant: TenantId,
    /// Which of the backends it goes to, as [`Admitted::backend`](tenancy::Admitted::backend) says it.
    pub backend: usize,
    /// Their positions in the batch, ascending.
    pub records: Vec<usize>,
    /// Bytes of the payload.
    pub bytes: usize,
}

/// What becomes of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes to its tenant's backend.
    Sent {
        /// Whose it is.
        tenant: TenantId,
        /// Which of the rounds, from 0.
        round: usize,
        /// Which of the round's sub-batches, from 0.
        place: usize,
    },
    /// It names this tenant, and is handed out again before it is sent.
    Waits {
        /// Whom it names.
        tenant: TenantId,
        /// Why it waits.
        cause: Cause,
    },
    /// It is nobody's, and set aside or left with the source.
    Rejected(Rejection),
    /// It is nobody's, and is not set aside yet: an earlier record of the stream stays, from which the stream goes on.
    /// (Where it shares a quarantine batch with one before that, it goes along.)
    RejectedBehind(Rejection),
    /// There is no room for it in this invocation.
    Postponed,
    /// A defect of the router.
    Panicked,
}

/// Previews one batch; without `registry` each record is taken at its word.
///
/// # Errors
/// As [`Router::route`](crate::Router::route): when the batch as a whole would go back to the source.
pub fn preview<'e, S: Source>(
    source: S,
    event: &'e str,
    rules: &Rules,
    policy: &DeliveryPolicy,
    on_reject: OnReject,
    registry: Option<RegistryLookup<'_>>,
) -> Result<Preview<'e>, RouteError> {
    let batch = source.decode(event)?;
    if batch.order != Order::Unordered && policy.invocation == Invocation::Async {
        return Err(RouteError::AsyncOrdered);
    }
    let mut fates = Vec::with_capacity(batch.records.len());
    let mut standings: Vec<Admission<'_>> = Vec::with_capacity(batch.records.len());
    for record in &batch.records {
        let (tenant, standing) = match examine(source, rules, policy, record) {
            PendingAdmission::Known(standing) => (None, standing),
            PendingAdmission::Claims { claim, content, bytes } => {
                let tenant = Some(claim.tenant().clone());
                let ruling = match registry {
                    None => Ok(RegistryDecision::Admitted(claim.without_registry())),
                    Some(confirm) => confirm(claim, record.raw()),
                };
                let standing = match ruling {
                    Ok(ruling) => Admission::of(ruling, |admitted| admit(admitted, content, bytes, policy)),
                    Err(cause) => Admission::Waiting(cause),
                };
                (tenant, standing)
            }
        };
        fates.push(first_fate(tenant, &standing));
        standings.push(standing);
    }
    let roster = TenantIndex::call(&standings);
    let horizon = Horizon::new(&batch, 0);
    let lanes = plan(&batch, &standings, &roster, policy, on_reject, horizon);
    let rounds = play(lanes, &mut fates, |indexes| payload_bytes(indexes, &batch, &standings, policy));
    Ok(Preview { batch, fates, rounds })
}

/// What a record comes to before anything is sent.
fn first_fate(tenant: Option<TenantId>, standing: &Admission<'_>) -> Fate {
    match (standing, tenant) {
        (Admission::Admitted { .. }, Some(tenant)) => Fate::Waits { tenant, cause: Cause::NotStarted },
        (Admission::Waiting(cause), Some(tenant)) => Fate::Waits { tenant, cause: *cause },
        (Admission::Rejected(rejection), _) => Fate::Rejected(rejection.clone()),
        // Without a claim nobody is admitted, and nobody asked for.
        (Admission::Panicked | Admission::Admitted { .. } | Admission::Waiting(_), _) => Fate::Panicked,
        (Admission::Postponed, _) => Fate::Postponed,
    }
}

/// Plays the lanes to their end. Everything takes the same time: what was sent first is answered first, without a
/// failure, and the quarantine takes what it gets.
fn play(
    mut lanes: Lanes,
    fates: &mut [Fate],
    payload_bytes: impl Fn(&[usize]) -> usize,
) -> Vec<Vec<PlannedSubBatch>> {
    let mut rounds: Vec<Vec<PlannedSubBatch>> = Vec::new();
    let mut under_way: VecDeque<(usize, Option<SubBatch>)> = VecDeque::from([(0, None)]);
    let mut send = |lanes: &mut Lanes, under_way: &mut VecDeque<_>, round: usize| {
        // Nothing may have been sent before the quarantine had its records.
        let round = round.min(rounds.len());
        while let Some(sub_batch) = lanes.next(Duration::ZERO) {
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
            under_way.push_back((round, Some(sub_batch)));
        }
    };
    send(&mut lanes, &mut under_way, 0);
    while let Some((round, sub_batch)) = under_way.pop_front() {
        match sub_batch {
            Some(sub_batch) => lanes.finish(&sub_batch, std::iter::empty()),
            None => set_aside(&mut lanes),
        }
        send(&mut lanes, &mut under_way, round + 1);
    }
    let behind: Vec<_> = lanes.waiting().collect();
    for (index, cause) in behind {
        wait(fates, index, cause.unwrap_or(Cause::BehindCheckpoint));
    }
    for (index, cause) in lanes.take_left() {
        wait(fates, index, cause);
    }
    for (place, fate) in lanes.places.iter().zip(fates) {
        if let (Place::Aside, Fate::Rejected(rejection)) = (place, &*fate) {
            *fate = Fate::RejectedBehind(rejection.clone());
        }
    }
    rounds
}

/// The quarantine has every rejected record whose turn comes.
fn set_aside(lanes: &mut Lanes) {
    for index in 0..lanes.places.len() {
        if matches!(lanes.places[index], Place::Aside) && index < lanes.horizon.now() {
            lanes.pass(index);
        }
    }
}

fn wait(fates: &mut [Fate], index: usize, because: Cause) {
    if let Fate::Waits { cause, .. } = &mut fates[index] {
        *cause = because;
    }
}

fn payload_bytes(indexes: &[usize], batch: &Batch<'_>, standings: &[Admission<'_>], policy: &DeliveryPolicy) -> usize {
    let len = |index: &usize| batch.records[*index].raw().len();
    match indexes {
        [index] if let Admission::Admitted { content: Some(content), .. } = &standings[*index] => {
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

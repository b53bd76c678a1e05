//! Draws a plan from its seed. The intensity of faults differs between plans; some have none.
//!
//! The sequence of draws must not change: it determines the published results of each seed.

use std::collections::HashSet;
use std::time::Duration;

use fastrand::Rng;
use tenancy::{Status, Suspended};

use super::bridge::Bridge;
use super::{
    AllowedSenders, Bisect, EventInvokeConfig, FaultExposure, InvocationType, InvokePayload, Kind, OnFailure,
    OnReject, Outage, OutageKind, Packing, Plan, PlannedRecord, Poison, RegistrySettings, RuleRetryPolicy,
    SECOND, Sender, Settings, Size, StatedTenant, Tenant,
};

/// The maximum age of an event for an asynchronous invocation, which is Lambda's default, and the minimum.
const EVENT_AGES: [Duration; 2] = [Duration::from_hours(6), Duration::from_mins(1)];

impl Plan {
    /// Returns the plan of a seed; `kind` replaces the drawn kind of source.
    #[must_use]
    pub fn of(seed: u64, kind: Option<Kind>) -> Self {
        let mut rng = Rng::with_seed(seed);
        let drawn = Kind::ALL[rng.usize(0..Kind::ALL.len())];
        let kind = kind.unwrap_or(drawn);
        let is_bridged = kind == Kind::Bridge;
        let kind = if is_bridged { [Kind::Kinesis, Kind::DynamoDb][rng.usize(0..2)] } else { kind };
        let intensity = [0, 4, 12, 30, 60][rng.usize(0..5)];
        let faults_end_at = match intensity {
            0 => Duration::ZERO,
            _ => SECOND * rng.u32(5..90),
        };
        let mut settings = settings(kind, &mut rng);
        let bridge = is_bridged.then(|| {
            let behind = self::settings(Kind::Fifo, &mut rng);
            Bridge::draw(kind, behind, &mut settings, &mut rng)
        });
        let tenants: Vec<Tenant> = (0..rng.usize(1..=5)).map(|_| tenant(faults_end_at, &mut rng)).collect();
        let mut records = records(tenants.len(), intensity, &mut rng);
        if kind == Kind::Kinesis && rng.bool() {
            pack(&mut records, &mut rng);
        }
        let outages = (0..if intensity == 0 { 0 } else { rng.usize(0..=2) })
            .map(|_| outage(&tenants, faults_end_at, &mut rng))
            .collect();
        let mut plan = Self {
            seed,
            kind,
            bridge,
            intensity,
            faults_end_at,
            settings,
            tenants,
            records,
            outages,
            left_out: HashSet::new(),
        };
        if is_bridged && intensity > 0 && rng.u32(0..6) == 0 {
            plan.prolong(&mut rng);
        }
        plan
    }
}

fn settings(kind: Kind, rng: &mut Rng) -> Settings {
    let call_timeout = SECOND * rng.u32(1..=3);
    // There is often enough time for several tries of an Invoke, and sometimes hardly for one.
    let timeout = call_timeout + Duration::from_millis([520, 700, 2_000, 6_000, 15_000][rng.usize(0..5)]);
    let registry = rng.bool().then(|| RegistrySettings {
        fresh: SECOND * [5, 20, 60][rng.usize(0..3)],
        stale: SECOND * 120,
        suspended: [Suspended::Rejected, Suspended::Held, Suspended::Forwarded][rng.usize(0..3)],
    });
    Settings {
        batch_size: if kind == Kind::EventBridge { 1 } else { rng.usize(1..=12) },
        batches_at_a_time: rng.usize(1..=2),
        timeout,
        call_timeout,
        in_flight: rng.usize(1..=6),
        per_tenant: rng.usize(1..=3),
        max_records: [1, 2, 5, 100][rng.usize(0..4)],
        payload: if kind == Kind::EventBridge || rng.u32(0..6) == 0 {
            InvokePayload::Content
        } else {
            InvokePayload::Event
        },
        // The router sees that a queue is FIFO only in its first batch, so it must fail such a batch.
        invocation_type: match rng.u32(0..60) {
            0 => InvocationType::Event,
            1..20 if !kind.is_ordered() => InvocationType::Event,
            _ => InvocationType::RequestResponse,
        },
        event_invoke: EventInvokeConfig {
            tries: rng.u32(1..=3),
            age: EVENT_AGES[rng.usize(0..2)],
            on_failure: if rng.u32(0..4) == 0 { OnFailure::Nothing } else { OnFailure::Destination },
        },
        on_reject: match rng.u32(0..5) {
            0 => OnReject::Redrive,
            1 => OnReject::FifoQuarantine,
            _ => OnReject::Quarantine,
        },
        registry,
        // AWS recommends six times the function's timeout [Lambda developer guide, "Creating and configuring an Amazon
        // SQS event source mapping"].
        visibility: timeout * 6,
        tries: match kind {
            Kind::Kinesis | Kind::DynamoDb => rng.u32(2..=5),
            Kind::Standard | Kind::Fifo | Kind::Bridge | Kind::Buffered => rng.u32(3..=6),
            Kind::EventBridge => rng.u32(1..=3),
        },
        rule_retry: RuleRetryPolicy {
            tries: [1, 4, 186][rng.usize(0..3)],
            age: [Duration::from_hours(24), Duration::from_mins(1)][rng.usize(0..2)],
        },
        bisect: if rng.bool() { Bisect::On } else { Bisect::Off },
        record_age: match kind {
            Kind::EventBridge => Some(EVENT_AGES[rng.usize(0..2)]),
            _ => (rng.u32(0..4) == 0).then_some(SECOND * 60),
        },
    }
}

fn tenant(faults_end_at: Duration, rng: &mut Rng) -> Tenant {
    let mut status = || match rng.u32(0..10) {
        0 => None,
        1 => Some(Status::Suspended),
        2 => Some(Status::Offboarded),
        _ => Some(Status::Active),
    };
    let first = status();
    let then = status();
    let mut senders = || if rng.u32(0..6) == 0 { AllowedSenders::TenantOnly } else { AllowedSenders::Anyone };
    let (senders, senders_then) = (senders(), senders());
    let changes = rng.u32(0..4) == 0;
    Tenant {
        status: [first, if changes { then } else { first }],
        senders: [senders, if changes { senders_then } else { senders }],
        changes_at: faults_end_at.mul_f64(rng.f64()),
        premium: rng.u32(0..4) == 0,
        exposure: if rng.u32(0..3) == 0 { FaultExposure::Spared } else { FaultExposure::Exposed },
    }
}

fn records(tenants: usize, intensity: u32, rng: &mut Rng) -> Vec<PlannedRecord> {
    let keys = rng.usize(1..=4);
    let window = [0, 0, 2, 20][rng.usize(0..4)];
    let mut sent_at = Duration::ZERO;
    let count = rng.usize(1..=16);
    let one_is_large_in = [2, 12, 12, 12][rng.usize(0..4)];
    let records = (0..count).map(|_| {
        if window > 0 {
            sent_at += Duration::from_millis(rng.u64(0..window * 1000 / 8));
        }
        let tenant = rng.usize(0..tenants);
        let stated = match rng.u32(0..60) {
            0 => StatedTenant::Missing,
            1 => StatedTenant::BadGrammar,
            2 => StatedTenant::NotAString,
            3 => StatedTenant::Undecodable,
            4..6 if tenants > 1 => StatedTenant::Conflict(tenant, (tenant + 1) % tenants),
            _ => StatedTenant::Tenant(tenant),
        };
        let poison = match rng.u32(0..40) {
            0 if intensity > 0 => Some(Poison::FailsItem),
            1 if intensity > 0 => Some(Poison::FailsAll),
            _ => None,
        };
        let sender = if rng.u32(0..10) == 0 { Sender::Other } else { Sender::Tenant };
        let size = if rng.u32(0..one_is_large_in) == 0 { Size::Large } else { Size::Ordinary };
        let sent_twice = rng.u32(0..20) == 0;
        let (key, packing) = (rng.usize(0..keys), Packing::Alone);
        PlannedRecord { key, stated, sender, size, sent_at, poison, sent_twice, packing, left_out: false }
    });
    records.collect()
}

/// Puts some records into aggregates of up to six, which are sent with their last record.
fn pack(records: &mut [PlannedRecord], rng: &mut Rng) {
    let mut first = 0;
    while first < records.len() {
        let end = records.len().min(first + rng.usize(1..=6));
        let sent_at = records[end - 1].sent_at;
        match rng.u32(0..8) {
            0..4 => {}
            4 => {
                let damaged = &mut records[first];
                (damaged.stated, damaged.packing) = (StatedTenant::Undecodable, Packing::Damaged);
            }
            _ => {
                for record in &mut records[first..end] {
                    (record.packing, record.sent_at) = (Packing::In(first), sent_at);
                }
            }
        }
        first = end;
    }
}

fn outage(tenants: &[Tenant], faults_end_at: Duration, rng: &mut Rng) -> Outage {
    let begin = faults_end_at.mul_f64(rng.f64() / 2.0);
    let end = begin + faults_end_at.saturating_sub(begin).mul_f64(rng.f64());
    // Spared tenants have no outages; if there are no other tenants, the registry has one instead.
    let others: Vec<usize> =
        (0..tenants.len()).filter(|&at| tenants[at].exposure == FaultExposure::Exposed).collect();
    let what = match (rng.u32(0..7), rng.choice(others)) {
        (0, Some(tenant)) => OutageKind::Throttles(tenant),
        (1, Some(tenant)) => OutageKind::Slow(tenant),
        (2, Some(tenant)) => OutageKind::ItemMalformed(tenant),
        (3, _) => OutageKind::QuarantineDown,
        (4, _) => OutageKind::TableFlaps,
        (5, _) => OutageKind::StoreSlow,
        _ => OutageKind::TableDown,
    };
    Outage { at: [begin, end], what, left_out: false }
}

//! A plan from a seed. Some histories are quiet, some wild.

use std::collections::HashSet;
use std::time::Duration;

use fastrand::Rng;
use tenancy::{Status, Suspended};

use super::bridge::Bridge;
use super::faults::Callers;
use super::{
    Accepted, Bisect, Carries, HandOver, Kind, Luck, OnFailure, OnReject, Packing, Plan, Planned, Poison,
    RegistryTerms, SECOND, Says, Sender, Senders, Size, Storm, Tenant, Terms, WaitsFor, Weather,
};

/// The longest that Lambda keeps an event for an asynchronous invocation, which is its default, and the shortest.
const EVENT_AGES: [Duration; 2] = [Duration::from_hours(6), Duration::from_mins(1)];

impl Plan {
    /// The plan of this seed; the source as well, unless one is asked for.
    #[must_use]
    pub fn of(seed: u64, kind: Option<Kind>) -> Self {
        let mut rng = Rng::with_seed(seed);
        let drawn = Kind::ALL[rng.usize(0..Kind::ALL.len())];
        let kind = kind.unwrap_or(drawn);
        let is_bridged = kind == Kind::Bridge;
        let kind = if is_bridged { [Kind::Kinesis, Kind::DynamoDb][rng.usize(0..2)] } else { kind };
        let intensity = [0, 4, 12, 30, 60][rng.usize(0..5)];
        let calm_at = match intensity {
            0 => Duration::ZERO,
            _ => SECOND * rng.u32(5..90),
        };
        let mut terms = terms(kind, &mut rng);
        let bridge = is_bridged.then(|| {
            let behind = self::terms(Kind::Fifo, &mut rng);
            Bridge::draw(kind, behind, &mut terms, &mut rng)
        });
        let tenants: Vec<Tenant> = (0..rng.usize(1..=5)).map(|_| tenant(calm_at, &mut rng)).collect();
        let mut records = records(tenants.len(), intensity, &mut rng);
        if kind == Kind::Kinesis && rng.bool() {
            pack(&mut records, &mut rng);
        }
        let storms = (0..if intensity == 0 { 0 } else { rng.usize(0..=2) })
            .map(|_| storm(&tenants, calm_at, &mut rng))
            .collect();
        let (callers, left_out) = (Callers::ThisRouter, HashSet::new());
        let mut plan = Self {
            seed,
            kind,
            bridge,
            intensity,
            callers,
            calm_at,
            terms,
            tenants,
            records,
            storms,
            left_out,
        };
        if is_bridged && intensity > 0 && rng.u32(0..6) == 0 {
            plan.prolong(&mut rng);
        }
        plan
    }
}

fn terms(kind: Kind, rng: &mut Rng) -> Terms {
    let call_timeout = SECOND * rng.u32(1..=3);
    // Often there is time for several tries of an Invoke, sometimes hardly for one.
    let timeout = call_timeout + Duration::from_millis([520, 700, 2_000, 6_000, 15_000][rng.usize(0..5)]);
    let registry = rng.bool().then(|| RegistryTerms {
        fresh: SECOND * [5, 20, 60][rng.usize(0..3)],
        stale: SECOND * 120,
        suspended: [Suspended::Rejected, Suspended::Held, Suspended::Forwarded][rng.usize(0..3)],
    });
    Terms {
        batch_size: if kind == Kind::EventBridge { 1 } else { rng.usize(1..=12) },
        batches_at_a_time: rng.usize(1..=2),
        timeout,
        call_timeout,
        in_flight: rng.usize(1..=6),
        per_tenant: rng.usize(1..=3),
        max_records: [1, 2, 5, 100][rng.usize(0..4)],
        payload: if kind == Kind::EventBridge || rng.u32(0..6) == 0 {
            Carries::Content
        } else {
            Carries::Event
        },
        // Of a queue that is FIFO the router is told by its first batch only, and refuses it then.
        waits_for: match rng.u32(0..60) {
            0 => WaitsFor::Acceptance,
            1..20 if !kind.is_ordered() => WaitsFor::Acceptance,
            _ => WaitsFor::Answer,
        },
        accepted: Accepted {
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
        // Six times the function's timeout, as advised [Lambda developer guide, "Creating and configuring an Amazon SQS
        // event source mapping"].
        visibility: timeout * 6,
        tries: match kind {
            Kind::Kinesis | Kind::DynamoDb => rng.u32(2..=5),
            Kind::Standard | Kind::Fifo | Kind::Bridge | Kind::Buffered => rng.u32(3..=6),
            Kind::EventBridge => rng.u32(1..=3),
        },
        hand_over: HandOver {
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

fn tenant(calm_at: Duration, rng: &mut Rng) -> Tenant {
    let mut status = || match rng.u32(0..10) {
        0 => None,
        1 => Some(Status::Suspended),
        2 => Some(Status::Offboarded),
        _ => Some(Status::Active),
    };
    let first = status();
    let then = status();
    let mut senders = || if rng.u32(0..6) == 0 { Senders::Its } else { Senders::Anyone };
    let (senders, senders_then) = (senders(), senders());
    let changes = rng.u32(0..4) == 0;
    Tenant {
        status: [first, if changes { then } else { first }],
        senders: [senders, if changes { senders_then } else { senders }],
        changes_at: calm_at.mul_f64(rng.f64()),
        premium: rng.u32(0..4) == 0,
        luck: if rng.u32(0..3) == 0 { Luck::Good } else { Luck::Common },
    }
}

fn records(tenants: usize, intensity: u32, rng: &mut Rng) -> Vec<Planned> {
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
        let says = match rng.u32(0..60) {
            0 => Says::Missing,
            1 => Says::BadGrammar,
            2 => Says::NotAString,
            3 => Says::Undecodable,
            4..6 if tenants > 1 => Says::Conflict(tenant, (tenant + 1) % tenants),
            _ => Says::Tenant(tenant),
        };
        let poison = match rng.u32(0..40) {
            0 if intensity > 0 => Some(Poison::Named),
            1 if intensity > 0 => Some(Poison::FailsAll),
            _ => None,
        };
        let sender = if rng.u32(0..10) == 0 { Sender::Stranger } else { Sender::Its };
        let size = if rng.u32(0..one_is_large_in) == 0 { Size::Large } else { Size::Ordinary };
        let sent_twice = rng.u32(0..20) == 0;
        let (key, packing) = (rng.usize(0..keys), Packing::Alone);
        Planned { key, says, sender, size, sent_at, poison, sent_twice, packing, left_out: false }
    });
    records.collect()
}

/// Some records go into the stream in aggregates of up to six, which are sent when they are full.
fn pack(records: &mut [Planned], rng: &mut Rng) {
    let mut first = 0;
    while first < records.len() {
        let end = records.len().min(first + rng.usize(1..=6));
        let sent_at = records[end - 1].sent_at;
        match rng.u32(0..8) {
            0..4 => {}
            4 => {
                let damaged = &mut records[first];
                (damaged.says, damaged.packing) = (Says::Undecodable, Packing::Damaged);
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

fn storm(tenants: &[Tenant], calm_at: Duration, rng: &mut Rng) -> Storm {
    let begin = calm_at.mul_f64(rng.f64() / 2.0);
    let end = begin + calm_at.saturating_sub(begin).mul_f64(rng.f64());
    // Tenants of good luck are spared; where there are no others, the registry is not.
    let others: Vec<usize> = (0..tenants.len()).filter(|&at| tenants[at].luck == Luck::Common).collect();
    let what = match (rng.u32(0..7), rng.choice(others)) {
        (0, Some(tenant)) => Weather::Throttles(tenant),
        (1, Some(tenant)) => Weather::Slow(tenant),
        (2, Some(tenant)) => Weather::ItemMalformed(tenant),
        (3, _) => Weather::QuarantineDown,
        (4, _) => Weather::TableFlaps,
        (5, _) => Weather::StoreSlow,
        _ => Weather::TableDown,
    };
    Storm { at: [begin, end], what, left_out: false }
}

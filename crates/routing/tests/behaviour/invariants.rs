//! The guarantees of the router, for random batches and random results of the calls: no record is acknowledged unless a port
//! acknowledged it, none reaches another tenant, order is kept, and no limit is exceeded.

use std::collections::HashMap;
use std::time::Duration;

use crate::world::{
    Outcome, ReceivedCall, World, count, failing, fifo, kinesis, millis, ok, standard, throttled,
};
use proptest::prelude::*;
use routing::ports::{Attempt, QuarantineAck};
use routing::{AckKind, RESPONSE_MARGIN, RecordOutcome};
use sources::{Kinesis, Sqs};

const TENANTS: [&str; 6] = ["acme", "globex", "initech", "umbrella", "", "not valid"];
const GROUPS: [&str; 4] = ["g0", "g1", "g2", "g3"];

/// An identifier that no call carries.
const FOREIGN: &str = "foreign";

/// The attempt of a call, selected by a number from proptest.
fn attempt(call: &ReceivedCall, choice: u8) -> Attempt {
    let first = call.ids.first().map(String::as_str).unwrap_or_default();
    match choice % 12 {
        0 => throttled(None),
        1 => throttled(Some(millis(u64::from(choice) * 40))),
        2 => Attempt::NotStarted("no connection".into()),
        3 => Attempt::FunctionError,
        4 => Attempt::Uncertain("cut".into()),
        5 => failing(&[first]),
        6 => failing(&[FOREIGN]),
        7 => Attempt::Answered(b"garbage".to_vec()),
        8 if choice > 240 => Attempt::Misconfigured("AccessDeniedException".into()),
        _ => ok(),
    }
}

/// The records of the call that its attempt acknowledges.
fn acknowledged(call: &ReceivedCall, attempt: &Attempt, source: Source) -> Vec<String> {
    match attempt {
        Attempt::Answered(answer) if answer.starts_with(b"{") => {
            let text = String::from_utf8_lossy(answer);
            if text.contains(FOREIGN) {
                return vec![];
            }
            if source == Source::Stream {
                return call
                    .ids
                    .iter()
                    .take_while(|id| !text.contains(&format!("\"{id}\"")))
                    .cloned()
                    .collect();
            }
            call.ids.iter().filter(|id| !text.contains(&format!("\"{id}\""))).cloned().collect()
        }
        _ => vec![],
    }
}

#[derive(Clone, Copy, Debug)]
struct Limits {
    in_flight: usize,
    per_tenant: usize,
    max_records: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Standard,
    Fifo,
    Stream,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum OnReject {
    Quarantine,
    Redrive,
}

struct Case<'a> {
    on_reject: OnReject,
    records: &'a [(String, usize, usize)],
    source: Source,
    choices: &'a [u8],
    limits: Limits,
}

impl Case<'_> {
    fn tenant(&self, index: usize) -> &'static str {
        TENANTS[self.records[index].1]
    }

    fn event(&self) -> String {
        let records =
            self.records.iter().map(|(id, tenant, group)| (id.as_str(), TENANTS[*tenant], GROUPS[*group]));
        match self.source {
            Source::Fifo => fifo(&records.collect::<Vec<_>>()),
            Source::Stream => kinesis(&records.collect::<Vec<_>>()),
            Source::Standard => standard(&records.map(|(id, tenant, _)| (id, tenant)).collect::<Vec<_>>()),
        }
    }

    fn choice(&self, call: &ReceivedCall) -> u8 {
        choice_of(self.choices, call)
    }

    fn run(&self) -> Outcome {
        let (backend, quarantine) = (self.choices.to_vec(), self.choices.to_vec());
        let world = World::new(move |call, _| {
            let choice = choice_of(&backend, call);
            (millis(u64::from(choice) * 7), attempt(call, choice))
        });
        let world = match self.on_reject {
            OnReject::Redrive => world.redrive(),
            OnReject::Quarantine => world.quarantine(move |id| {
                let choice = quarantine[id.len() % quarantine.len()];
                let failed = QuarantineAck::Failed("InternalError".into());
                let answer = if choice.is_multiple_of(5) { failed } else { QuarantineAck::Taken };
                (millis(u64::from(choice)), answer)
            }),
        };
        let world = world.policy(|policy| {
            policy.in_flight = count(self.limits.in_flight);
            policy.per_tenant = count(self.limits.per_tenant);
            policy.max_records = count(self.limits.max_records);
            policy.longest_call = millis(1000);
        });
        let world = world.deadline(millis(6000));
        match self.source {
            Source::Stream => world.route_from(Kinesis, &self.event()),
            Source::Standard | Source::Fifo => world.route_from(Sqs::default(), &self.event()),
        }
    }

    /// Whether the records at these positions must keep their order.
    fn are_ordered(&self, one: usize, other: usize) -> bool {
        let (one, other) = (&self.records[one], &self.records[other]);
        match self.source {
            Source::Standard => false,
            Source::Fifo => one.2 == other.2,
            Source::Stream => one.2 == other.2 && one.1 == other.1,
        }
    }

    /// When each record was acknowledged, taken from the calls of the backend and not from the router's report.
    fn acked_at(&self, outcome: &Outcome) -> HashMap<String, Duration> {
        let mut acked_at = HashMap::new();
        for call in &outcome.calls {
            if let Some(end) = call.end {
                for id in acknowledged(call, &attempt(call, self.choice(call)), self.source) {
                    acked_at.insert(id, end);
                }
            }
        }
        acked_at
    }
}

/// The number for a call. It depends on the call alone, so that the checks can compute it again.
fn choice_of(choices: &[u8], call: &ReceivedCall) -> u8 {
    let at = usize::try_from(call.start.as_millis()).unwrap() + call.ids.len() * 3 + call.tenant.len();
    choices[at % choices.len()]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn router_guarantees_hold_for_every_result(
        shape in prop::collection::vec((0..TENANTS.len(), 0..GROUPS.len()), 0..60),
        source in prop_oneof![Just(Source::Standard), Just(Source::Fifo), Just(Source::Stream)],
        choices in prop::collection::vec(any::<u8>(), 1..40),
        in_flight in 1_usize..10,
        per_tenant in 1_usize..9,
        on_reject in prop_oneof![Just(OnReject::Quarantine), Just(OnReject::Redrive)],
        max_records in 1_usize..9,
    ) {
        let records: Vec<_> =
            shape.iter().enumerate().map(|(index, (tenant, group))| (format!("m{index}"), *tenant, *group)).collect();
        let limits = Limits { in_flight, per_tenant, max_records };
        let case = Case { on_reject, records: &records, source, choices: &choices, limits };
        let outcome = case.run();
        let acked_at = case.acked_at(&outcome);
        let outcomes = outcome.records();

        // The response names exactly the records that are not acknowledged; for a stream, the first of them.
        let unacked: Vec<_> = (0..records.len())
            .filter(|&index| matches!(outcomes[index], RecordOutcome::Retry(_)))
            .map(|index| records[index].0.clone())
            .collect();
        if let (Source::Stream, Some(lowest)) = (source, unacked.first()) {
            let retried = outcome.retried();
            let whole_batch = retried == [""] && lowest == "m0";
            prop_assert!(whole_batch || retried == [lowest.clone()], "{retried:?} for {unacked:?}");
        } else {
            prop_assert_eq!(outcome.retried(), unacked);
        }

        // A record is acknowledged if and only if a port acknowledged it in time.
        for (index, (id, ..)) in records.iter().enumerate() {
            match outcomes[index] {
                RecordOutcome::Acked(AckKind::Answered) => prop_assert!(acked_at.contains_key(id), "{id} was acknowledged by no call"),
                RecordOutcome::Acked(AckKind::Quarantined) => {
                    prop_assert!(outcome.quarantined.iter().any(|(seen, ..)| seen == id));
                }
                RecordOutcome::Acked(AckKind::Queued | AckKind::Bridged) => {
                    prop_assert!(false, "no call was asynchronous or went to a bridge");
                }
                RecordOutcome::Retry(_) => prop_assert!(!acked_at.contains_key(id), "{id} was acknowledged and is retried"),
            }
        }

        // Every record reaches its own tenant only. A rejected record reaches none.
        let index_of: HashMap<&str, usize> =
            records.iter().enumerate().map(|(index, (id, ..))| (id.as_str(), index)).collect();
        for call in &outcome.calls {
            prop_assert!(!call.ids.is_empty() && call.ids.len() <= max_records);
            for id in &call.ids {
                prop_assert_eq!(case.tenant(index_of[id.as_str()]), call.tenant.as_str());
            }
        }
        for (id, ..) in &outcome.quarantined {
            prop_assert!(["", "not valid"].contains(&case.tenant(index_of[id.as_str()])));
        }

        // A record is sent only when every record before it in its order is acknowledged or in the same Invoke.
        for call in &outcome.calls {
            for (position, id) in call.ids.iter().enumerate() {
                let index = index_of[id.as_str()];
                for before in (0..index).filter(|&before| case.are_ordered(before, index)) {
                    let id_before = &records[before].0;
                    let same_call = call.ids[..position].contains(id_before);
                    let answered = acked_at.get(id_before).is_some_and(|end| *end <= call.start);
                    let quarantined = outcome.quarantined.iter().any(|(seen, _, _, at)| {
                        seen == id_before && *at <= call.start
                    }) && matches!(outcomes[before], RecordOutcome::Acked(_));
                    prop_assert!(same_call || answered || quarantined, "{id} was sent before {id_before} was acknowledged");
                }
            }
        }

        // In a stream no record is sent behind one that is known to have failed.
        if source == Source::Stream {
            for call in &outcome.calls {
                let behind = outcome.calls.iter().filter(|other| other.end.is_some_and(|end| end < call.start));
                for other in behind.filter(|other| matches!(attempt(other, case.choice(other)), Attempt::FunctionError)) {
                    prop_assert!(call.ids.iter().all(|id| index_of[id.as_str()] < index_of[other.ids[0].as_str()]));
                }
            }
        }

        // No limit is exceeded.
        prop_assert!(outcome.most_running <= in_flight);
        for call in &outcome.calls {
            let in_parallel = outcome.calls.iter().filter(|other| {
                other.tenant == call.tenant && other.start <= call.start && other.end.is_none_or(|end| end > call.start)
            });
            let allowed = if source == Source::Standard { per_tenant } else { 1 };
            prop_assert!(in_parallel.count() <= allowed);
            prop_assert!(call.start + millis(1000) + RESPONSE_MARGIN <= millis(6000));
        }
        prop_assert!(outcome.took + RESPONSE_MARGIN <= millis(6000));
    }
}

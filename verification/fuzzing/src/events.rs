//! The checks that apply to the events of all sources: records are read as a second reader reads them, and the router
//! sends each record once, byte for byte, for the tenant that it names.

use std::collections::{BTreeMap, BTreeSet};

use routing::{Payload, SourceResponse};
use serde::Deserialize;
use serde_json::value::RawValue;
use sources::{Batch, Condition, Record, ResponseMode, Source, sub_batch};
use tenancy::{Grammar, Rules, Selector};

use crate::harness::{self, Outcome};
use crate::tree::Tree;

/// A record as the second reader reads it.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) id: String,
    pub(crate) order_key: Option<String>,
    pub(crate) source_arn: String,
}

/// An event as the second reader reads it.
pub(crate) enum Expectation {
    /// A tree cannot hold the event.
    Unknown,
    /// The event is not one of the source.
    Foreign,
    /// The event is one of the source, with these records.
    Records(Vec<Expected>),
}

impl Expectation {
    pub(crate) fn of(tree: Option<&Tree>, records: impl Fn(&Tree) -> Option<Vec<Expected>>) -> Self {
        tree.map_or(Self::Unknown, |tree| records(tree).map_or(Self::Foreign, Self::Records))
    }
}

/// Decodes an event, and compares it with the expectation.
pub(crate) fn decode<'e, S: Source>(source: S, event: &'e str, expected: &Expectation) -> Option<Batch<'e>> {
    let batch = match (source.decode(event), expected) {
        (Ok(_), Expectation::Foreign) => unreachable!("{:?} accepts an event of another source", S::KIND),
        (Err(error), Expectation::Records(_)) => {
            unreachable!("{:?} refuses a valid event: {error}", S::KIND)
        }
        (Err(error), _) => {
            assert!(!error.to_string().contains('\n'), "an error is one line: {error}");
            return None;
        }
        (Ok(batch), _) => batch,
    };
    assert!(batch.records.iter().all(|record| !record.item_id().is_empty()), "a record has no identifier");
    if let Expectation::Records(expected) = expected {
        check_records(&batch, expected);
    }
    Some(batch)
}

/// Checks that the batch has each record of the event, in order. The records of an aggregate follow one another.
fn check_records(batch: &Batch<'_>, expected: &[Expected]) {
    let mut records = batch.records.iter().peekable();
    for Expected { id, order_key, source_arn } in expected {
        let first = records.next().expect("a record is missing");
        assert_eq!((first.id(), &*batch.source_arn), (&**id, &**source_arn));
        if first.item_id() == format!("{id}:0") {
            let mut index = 1;
            while records.next_if(|record| record.item_id() == format!("{id}:{index}")).is_some() {
                index += 1;
            }
        } else if let Some(order_key) = order_key {
            assert_eq!(first.order_key(), Some(&**order_key));
        }
    }
    assert!(records.next().is_none(), "the batch has more records than the event");
}

/// Checks that the records are slices of the event, in order, and survive a sub-batch unchanged.
pub(crate) fn check_borrowed<S: Source>(source: S, event: &str, batch: &Batch<'_>) {
    let mut from = 0;
    for record in &batch.records {
        let start = record.raw().as_ptr().addr().wrapping_sub(event.as_ptr().addr());
        assert!(
            start >= from && start < event.len(),
            "a record is not a slice of the event, or is out of order"
        );
        from = start + record.raw().len();
        assert!(from <= event.len());
    }
    check_sub_batches(source, batch);
}

/// Checks that a sub-batch is an event of the source with the same records.
pub(crate) fn check_sub_batches<S: Source>(source: S, batch: &Batch<'_>) {
    let of = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        (record.item_id().to_owned(), order_key, record.raw().to_owned(), record.event_id().to_owned())
    };
    for (skip, step) in [(0, 1), (1, 2)] {
        let some = || batch.records.iter().skip(skip).step_by(step);
        let event = sub_batch::event_of(some());
        let read = source.decode(&event).expect("a sub-batch is not an event of the source");
        assert_eq!(some().map(of).collect::<Vec<_>>(), read.records.iter().map(of).collect::<Vec<_>>());
        let raws: Vec<&str> = some().map(Record::raw).collect();
        assert_eq!(event, format!("{{\"Records\":[{}]}}", raws.join(",")));
    }
}

/// Routes the event with both payloads, to a backend that always succeeds.
pub(crate) fn check_routing<S: Source>(source: S, event: &str, batch: &Batch<'_>, rules: &Rules) {
    for payload in [Payload::Event, Payload::Record] {
        let outcome = harness::route(source, event, rules, payload, b"").expect("it was decoded before");
        let mut expected: BTreeMap<(&str, String), usize> = BTreeMap::new();
        let (mut rejected, mut postponed) = (Vec::new(), 0);
        for record in &batch.records {
            let content = match payload {
                Payload::Event => Some(record.raw().trim_ascii().to_owned()),
                _ => source.content(record).ok().map(std::borrow::Cow::into_owned),
            };
            match (record.condition(), rules.admit(record.raw()), content) {
                (Condition::Postponed, ..) => postponed += 1,
                (Condition::Readable, Ok(admitted), Some(content)) => {
                    let tenant = admitted.tenant().as_str();
                    assert!(Grammar::Lambda.accepts(tenant));
                    let tenant = sent_tenant(&outcome, tenant);
                    *expected.entry((tenant, content)).or_default() += 1;
                }
                _ => rejected.push(record.raw()),
            }
        }
        for sent in &outcome.sent {
            for content in contents(payload, &sent.payload) {
                let count = expected.get_mut(&(&*sent.tenant, content.to_owned()));
                let count = count.expect("a record is sent for another tenant, or with other bytes");
                *count = count.checked_sub(1).expect("a record is sent twice");
            }
        }
        assert!(expected.values().all(|count| *count == 0), "a record is not sent");
        assert_eq!(sorted(rejected), sorted(outcome.quarantined.iter().map(String::as_str).collect()));
        assert_eq!(
            outcome.report.outcome().unacked().count(),
            postponed,
            "a record is retried without a reason"
        );
        check_response(batch, &outcome);
    }
}

/// Returns the same id, borrowed from the outcome.
fn sent_tenant<'o>(outcome: &'o Outcome, tenant: &str) -> &'o str {
    let sent = outcome.sent.iter().find(|sent| sent.tenant == tenant);
    &sent.expect("nothing is sent for a tenant whose record was admitted").tenant
}

/// Splits a payload into the contents of its records.
fn contents(payload: Payload, event: &str) -> Vec<&str> {
    #[derive(Deserialize)]
    struct Event<'e> {
        #[serde(borrow, rename = "Records")]
        records: Vec<&'e RawValue>,
    }
    match payload {
        Payload::Event => {
            let event: Event<'_> = serde_json::from_str(event).expect("a payload is an event");
            event.records.into_iter().map(RawValue::get).collect()
        }
        _ => vec![event],
    }
}

fn sorted(mut texts: Vec<&str>) -> Vec<&str> {
    texts.sort_unstable();
    texts
}

/// Checks that the response lists exactly the records that are not acknowledged.
pub(crate) fn check_response(batch: &Batch<'_>, outcome: &Outcome) {
    let unacked: Vec<&str> =
        outcome.report.outcome().unacked().map(|index| batch.records[index].id()).collect();
    let response = match outcome.report.response() {
        SourceResponse::Succeeded => return assert!(unacked.is_empty()),
        SourceResponse::Failed => return assert!(!unacked.is_empty()),
        SourceResponse::Items(response) => serde_json::to_value(response).expect("a response is JSON"),
    };
    let failures = response["batchItemFailures"].as_array().expect("a response is a list");
    let listed: Vec<&str> = failures.iter().filter_map(|item| item["itemIdentifier"].as_str()).collect();
    if let (ResponseMode::Checkpoint, Some(lowest)) = (batch.response_mode, unacked.first()) {
        let whole = *lowest == batch.records[0].id() && listed == [""];
        return assert!(whole || listed == [*lowest], "the checkpoint is at another record");
    }
    let known: BTreeSet<&str> = batch.records.iter().map(Record::id).collect();
    assert!(listed.iter().all(|id| known.contains(id)), "an identifier is not in the batch");
    assert_eq!(listed, unacked);
}

/// Makes rules with the widest grammar. `base64` are the paths of base64 strings.
///
/// # Panics
/// If a path is invalid, or occurs twice in `from`.
#[must_use]
pub fn rules(from: &[&str], base64: &[&str]) -> Rules {
    let selectors = |paths: &[&str]| -> Vec<Selector> {
        paths.iter().map(|path| Selector::parse(path).expect("the path is a constant")).collect()
    };
    let rules = Rules::new(selectors(from), Vec::new(), Grammar::Lambda).expect("the paths differ");
    rules.reading_base64_at(&selectors(base64))
}

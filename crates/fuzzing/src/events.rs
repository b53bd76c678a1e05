//! What holds of every event, whatever its source: what was read off it stands there, and each record leaves the router
//! byte for byte, once, for the tenant that it names.

use std::collections::{BTreeMap, BTreeSet};

use routing::{SourceResponse, Payload};
use serde::Deserialize;
use serde_json::value::RawValue;
use sources::{ResponseMode, Batch, Condition, Record, Source, sub_batch};
use tenancy::{Grammar, Rules, Selector};

use crate::tree::Tree;
use crate::world::{self, Outcome};

/// What a record should be, as somebody else read it off the event.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) id: String,
    pub(crate) order_key: Option<String>,
    pub(crate) source_arn: String,
}

/// What an event should be.
pub(crate) enum Expectation {
    /// There is no telling: it is beyond what a tree holds.
    Unknown,
    /// None of the source's.
    Foreign,
    /// The source's, of these records.
    Records(Vec<Expected>),
}

impl Expectation {
    pub(crate) fn of(tree: Option<&Tree>, records: impl Fn(&Tree) -> Option<Vec<Expected>>) -> Self {
        tree.map_or(Self::Unknown, |tree| records(tree).map_or(Self::Foreign, Self::Records))
    }
}

/// Decodes an event, and compares it with what it should be.
pub(crate) fn decoded<'e, S: Source>(source: S, event: &'e str, expected: &Expectation) -> Option<Batch<'e>> {
    let batch = match (source.decode(event), expected) {
        (Ok(_), Expectation::Foreign) => unreachable!("{:?} takes what is none of its events", S::KIND),
        (Err(error), Expectation::Records(_)) => {
            unreachable!("{:?} refuses an event of its own: {error}", S::KIND)
        }
        (Err(error), _) => {
            assert!(!error.to_string().contains('\n'), "an error is one line: {error}");
            return None;
        }
        (Ok(batch), _) => batch,
    };
    assert!(batch.records.iter().all(|record| !record.item_id().is_empty()), "nobody can name a record");
    if let Expectation::Records(expected) = expected {
        agree(&batch, expected);
    }
    Some(batch)
}

/// Each record of the event is there, in its place; an aggregate's are there together.
fn agree(batch: &Batch<'_>, expected: &[Expected]) {
    let mut records = batch.records.iter().peekable();
    for Expected { id, order_key, source_arn } in expected {
        let first = records.next().expect("a record is lost");
        assert_eq!((first.id(), &*batch.source_arn), (&**id, &**source_arn));
        if first.item_id() == format!("{id}:0") {
            let mut place = 1;
            while records.next_if(|record| record.item_id() == format!("{id}:{place}")).is_some() {
                place += 1;
            }
        } else if let Some(order_key) = order_key {
            assert_eq!(first.order_key(), Some(&**order_key));
        }
    }
    assert!(records.next().is_none(), "there are more records than in the event");
}

/// The records stand in the event one after the other and nowhere else, and are the same in a sub-batch of theirs.
pub(crate) fn borrowed<S: Source>(source: S, event: &str, batch: &Batch<'_>) {
    let mut from = 0;
    for record in &batch.records {
        let start = record.raw().as_ptr().addr().wrapping_sub(event.as_ptr().addr());
        assert!(start >= from && start < event.len(), "a record is no part of the event, or out of order");
        from = start + record.raw().len();
        assert!(from <= event.len());
    }
    again(source, batch);
}

/// A sub-batch is an event of the source again, of the same records.
pub(crate) fn again<S: Source>(source: S, batch: &Batch<'_>) {
    let of = |record: &Record<'_>| {
        let order_key = record.order_key().map(str::to_owned);
        (record.item_id().to_owned(), order_key, record.raw().to_owned(), record.event_id().to_owned())
    };
    for (skip, step) in [(0, 1), (1, 2)] {
        let some = || batch.records.iter().skip(skip).step_by(step);
        let event = sub_batch::event_of(some());
        let read = source.decode(&event).expect("a sub-batch is no event of the source");
        assert_eq!(some().map(of).collect::<Vec<_>>(), read.records.iter().map(of).collect::<Vec<_>>());
        let raws: Vec<&str> = some().map(Record::raw).collect();
        assert_eq!(event, format!("{{\"Records\":[{}]}}", raws.join(",")));
    }
}

/// Routes the event as a whole and record by record, to a backend for which all goes well.
pub(crate) fn routed<S: Source>(source: S, event: &str, batch: &Batch<'_>, rules: &Rules) {
    for payload in [Payload::Event, Payload::Record] {
        let outcome = world::route(source, event, rules, payload, b"").expect("it was decoded before");
        let mut left: BTreeMap<(&str, String), usize> = BTreeMap::new();
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
                    let tenant = batch_tenant(&outcome, tenant);
                    *left.entry((tenant, content)).or_default() += 1;
                }
                _ => rejected.push(record.raw()),
            }
        }
        for sent in &outcome.sent {
            for content in carried(payload, &sent.payload) {
                let waiting = left.get_mut(&(&*sent.tenant, content.to_owned()));
                let waiting = waiting.expect("somebody gets what is not theirs, or gets it with other bytes");
                *waiting = waiting.checked_sub(1).expect("a record is sent twice");
            }
        }
        assert!(left.values().all(|count| *count == 0), "a record is not sent");
        assert_eq!(sorted(rejected), sorted(outcome.set_aside.iter().map(String::as_str).collect()));
        assert_eq!(outcome.report.ledger().unsettled().count(), postponed, "all else went well");
        answers(batch, &outcome);
    }
}

/// The same id, as somebody who lives as long as the outcome says it.
fn batch_tenant<'o>(outcome: &'o Outcome, tenant: &str) -> &'o str {
    let sent = outcome.sent.iter().find(|sent| sent.tenant == tenant);
    &sent.expect("nothing is sent for a tenant whose record was admitted").tenant
}

fn carried(payload: Payload, event: &str) -> Vec<&str> {
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

/// The source's answer names what is not settled, and never anything else.
pub(crate) fn answers(batch: &Batch<'_>, outcome: &Outcome) {
    let unsettled: Vec<&str> =
        outcome.report.ledger().unsettled().map(|index| batch.records[index].id()).collect();
    let named = match outcome.report.response() {
        SourceResponse::Succeeded => return assert!(unsettled.is_empty()),
        SourceResponse::Failed => return assert!(!unsettled.is_empty()),
        SourceResponse::Items(response) => serde_json::to_value(response).expect("a response is JSON"),
    };
    let named = named["batchItemFailures"].as_array().expect("a response is a list");
    let named: Vec<&str> = named.iter().filter_map(|item| item["itemIdentifier"].as_str()).collect();
    if let (ResponseMode::Checkpoint, Some(lowest)) = (batch.response_mode, unsettled.first()) {
        let whole = *lowest == batch.records[0].id() && named == [""];
        return assert!(whole || named == [*lowest], "the stream would go on from another record");
    }
    let known: BTreeSet<&str> = batch.records.iter().map(Record::id).collect();
    assert!(named.iter().all(|id| known.contains(id)), "an identifier is outside the batch");
    assert_eq!(named, unsettled);
}

/// Rules with the widest grammar.
///
/// # Panics
/// Where a path is none.
#[must_use]
pub fn rules(from: &[&str], base64: &[&str]) -> Rules {
    let selectors = |paths: &[&str]| -> Vec<Selector> {
        paths.iter().map(|path| Selector::parse(path).expect("the path is written here")).collect()
    };
    let rules = Rules::new(selectors(from), Vec::new(), Grammar::Lambda).expect("the paths differ");
    rules.reading_base64_at(&selectors(base64))
}

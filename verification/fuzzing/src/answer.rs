//! Checks of a backend's answer: a record is acknowledged only if the whole answer is valid and does not list the record.

use aws_model::events::kinesis::{DataRecord, DataStream};
use aws_model::events::sqs::{Message, Queue};
use routing::{Payload, RecordOutcome};
use sources::{Kind, Kinesis, Source, Sqs};
use tenancy::Rules;

use crate::events;
use crate::harness;
use crate::single::is_space;
use crate::tree::{Occurrence, Parsed, Tree};

/// Checks an answer. The first byte of the input gives the number of records and the identifiers of the sub-batch.
pub(crate) fn answer(input: &[u8]) {
    let Some((&first, answer)) = input.split_first() else { return };
    let ids: Vec<String> = (0..first % 6).map(|number| format!("m{}", number.min(3))).collect();
    let rules = events::rules(&["$.kinesis.partitionKey", "$.messageAttributes.t.stringValue"], &[]);
    check(Sqs::default(), &ids, &rules, answer, <[bool]>::to_vec);
    check(Kinesis, &ids, &rules, answer, |failed| {
        let lowest = failed.iter().position(|failed| *failed).unwrap_or(failed.len());
        (0..failed.len()).map(|index| index >= lowest).collect()
    });
}

/// Routes a batch of these records of one tenant. `failures` gives which records fail if some are listed.
fn check<S: Source>(
    source: S,
    ids: &[String],
    rules: &Rules,
    answer: &[u8],
    failures: impl Fn(&[bool]) -> Vec<bool>,
) {
    let event = event(S::KIND, ids);
    let batch = source.decode(&event).expect("the event is well-formed");
    let outcome =
        harness::route(source, &event, rules, Payload::Event, answer).expect("the event is well-formed");
    events::check_response(&batch, &outcome);
    let records = outcome.report.outcome().records();
    let failed: Vec<bool> = records.iter().map(|record| matches!(record, RecordOutcome::Retry(_))).collect();
    if let Some(listed) = listed(answer, ids) {
        assert_eq!(failed, failures(&listed), "{:?}", String::from_utf8_lossy(answer));
    }
}

/// Returns which records this answer lists as failed, or `None` if a tree cannot hold the answer.
fn listed(answer: &[u8], ids: &[String]) -> Option<Vec<bool>> {
    let (all, none) = (vec![true; ids.len()], vec![false; ids.len()]);
    let Ok(text) = std::str::from_utf8(answer) else { return Some(all) };
    if text.trim_matches(is_space).is_empty() {
        return Some(none);
    }
    let tree = match Tree::parse(text) {
        Parsed::Json(tree) => tree,
        Parsed::NotJson => return Some(all),
        Parsed::Unsupported => return None,
    };
    let failures = match (&tree, tree.field("batchItemFailures")) {
        (Tree::Null, _) | (Tree::Object(_), Occurrence::Never | Occurrence::Once(Tree::Null)) => {
            return Some(none);
        }
        (Tree::Object(_), Occurrence::Once(Tree::List(failures))) => failures,
        _ => return Some(all),
    };
    let mut failed = none;
    for failure in failures {
        match failure.text("itemIdentifier") {
            Some(name) if ids.iter().any(|id| id == name) => {
                let same_id = ids.iter().zip(&mut failed).filter(|(id, _)| *id == name);
                same_id.for_each(|(_, failed)| *failed = true);
            }
            // One invalid item fails the whole sub-batch.
            _ => return Some(all),
        }
    }
    Some(failed)
}

fn event(kind: Kind, ids: &[String]) -> String {
    if kind == Kind::Kinesis {
        let record = |id| DataRecord::new(id, "acme", "");
        DataStream::new("orders").event(&ids.iter().map(record).collect::<Vec<_>>())
    } else {
        let message = |id| Message::new(id, "").message_attribute("t", "acme");
        Queue::standard("orders").event(&ids.iter().map(message).collect::<Vec<_>>())
    }
}

//! A backend's answer: whatever it says, only what it leaves unnamed is settled, and only if all of it makes sense.

use std::fmt::Write;

use routing::{RecordOutcome, Payload};
use sources::{Kind, Kinesis, Source, Sqs};
use tenancy::Rules;

use crate::events;
use crate::single::is_space;
use crate::tree::{Occurs, Read, Tree};
use crate::world;

/// An answer, behind a first byte that says how many records the sub-batch has, and of what kind.
pub(crate) fn answer(input: &[u8]) {
    let Some((&first, answer)) = input.split_first() else { return };
    let ids: Vec<String> = (0..first % 6).map(|number| format!("m{}", number.min(3))).collect();
    let rules = events::rules(&["$.t"], &[]);
    judged(Sqs::default(), &ids, &rules, answer, <[bool]>::to_vec);
    judged(Kinesis, &ids, &rules, answer, |failed| {
        let lowest = failed.iter().position(|failed| *failed).unwrap_or(failed.len());
        (0..failed.len()).map(|place| place >= lowest).collect()
    });
}

/// Routes a batch of these records of one tenant; `meaning` is what failed where these are named.
fn judged<S: Source>(
    source: S,
    ids: &[String],
    rules: &Rules,
    answer: &[u8],
    meaning: impl Fn(&[bool]) -> Vec<bool>,
) {
    let event = event(S::KIND, ids);
    let batch = source.decode(&event).expect("the event is well-formed");
    let outcome =
        world::route(source, &event, rules, Payload::Event, answer).expect("the event is well-formed");
    events::answers(&batch, &outcome);
    let entries = outcome.report.outcome().records();
    let failed: Vec<bool> = entries.iter().map(|entry| matches!(entry, RecordOutcome::Retry(_))).collect();
    if let Some(named) = named(answer, ids) {
        assert_eq!(failed, meaning(&named), "{:?}", String::from_utf8_lossy(answer));
    }
}

/// Which records failed by this answer; `None` where a tree cannot tell.
fn named(answer: &[u8], ids: &[String]) -> Option<Vec<bool>> {
    let (all, none) = (vec![true; ids.len()], vec![false; ids.len()]);
    let Ok(text) = std::str::from_utf8(answer) else { return Some(all) };
    if text.trim_matches(is_space).is_empty() {
        return Some(none);
    }
    let tree = match Tree::read(text) {
        Read::Json(tree) => tree,
        Read::NotJson => return Some(all),
        Read::Beyond => return None,
    };
    let failures = match (&tree, tree.field("batchItemFailures")) {
        (Tree::Null, _) | (Tree::Object(_), Occurs::Never | Occurs::Once(Tree::Null)) => return Some(none),
        (Tree::Object(_), Occurs::Once(Tree::List(failures))) => failures,
        _ => return Some(all),
    };
    let mut failed = none;
    for failure in failures {
        match failure.text("itemIdentifier") {
            Some(name) if ids.iter().any(|id| id == name) => {
                let twins = ids.iter().zip(&mut failed).filter(|(id, _)| *id == name);
                twins.for_each(|(_, failed)| *failed = true);
            }
            // One entry that makes no sense, and nothing is known of any record.
            _ => return Some(all),
        }
    }
    Some(failed)
}

fn event(kind: Kind, ids: &[String]) -> String {
    let mut records = String::new();
    for id in ids {
        let comma = if records.is_empty() { "" } else { "," };
        // Writing into a String does not fail.
        let _ = match kind {
            Kind::Kinesis => write!(
                records,
                r#"{comma}{{"t":"acme","kinesis":{{"sequenceNumber":"{id}","partitionKey":"p","data":""}},
                "eventSource":"aws:kinesis","eventSourceARN":"arn"}}"#
            ),
            _ => write!(
                records,
                r#"{comma}{{"t":"acme","messageId":"{id}","body":"","eventSource":"aws:sqs","eventSourceARN":"arn"}}"#
            ),
        };
    }
    format!("{{\"Records\":[{records}]}}")
}

use super::*;
use sources::Record;
use tenancy::{Reason, Rejection};

use crate::quarantine::store::RecordHash;
use routing::sqs::MAX_MESSAGE_BYTES;

const ARN: &str = "arn:aws:sqs:eu-west-1:111122223333:orders";

fn rejected<'a>(record: &'a Record<'a>, rejection: &'a Rejection) -> RejectedRecord<'a> {
    RejectedRecord { record, rejection, source_arn: ARN, request_id: "request-1" }
}

fn attributes_of<'m>(message: &'m QuarantineMessage<'_>) -> Vec<(&'static str, &'m str)> {
    message.attributes.iter().map(|(name, text)| (*name, &**text)).collect()
}

#[test]
fn message_is_the_record_with_its_attributes() {
    let record = Record::new("{\"body\": 1.0}", "m-1".into()).with_first_seen_millis(Some(1_545_082_649_185));
    let rejection =
        Rejection::new(Reason::Conflict).with_path("$.body.tenantId").with_offending_value("blue\u{1}");
    let message = QuarantineMessage::of(&rejected(&record, &rejection));
    assert_eq!(message.body, "{\"body\": 1.0}");
    let expected = [
        ("schema_version", "1"),
        ("reason", "conflict"),
        ("source_arn", ARN),
        ("record_id", "m-1"),
        ("request_id", "request-1"),
        ("first_seen", "2018-12-17T21:37:29.185Z"),
        ("selector", "$.body.tenantId"),
        ("offending_value", "blue\\u{1}"),
    ];
    assert_eq!(attributes_of(&message), expected);
}

#[test]
fn pointer_names_the_object_and_keeps_attributes() {
    let record = Record::new("abc", "m-1".into()).with_first_seen_millis(Some(0));
    let rejection =
        Rejection::new(Reason::Conflict).with_path("$.body.tenantId").with_offending_value("blue");
    let rejected = rejected(&record, &rejection);
    let object =
        RecordObject { bucket: "b".into(), key: "p/k".into(), bytes: 3, sha256: RecordHash::of("abc") };
    let pointer = QuarantineMessage::pointer(&rejected, &object);
    let body: serde_json::Value = serde_json::from_str(&pointer.body).unwrap();
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(body, json!({ "bucket": "b", "key": "p/k", "bytes": 3, "sha256": sha256 }));
    let direct = QuarantineMessage::of(&rejected);
    let mut expected = attributes_of(&direct);
    expected.push(("stored", "s3"));
    assert_eq!(attributes_of(&pointer), expected);
    assert_eq!(expected.len(), ATTRIBUTES.len(), "an attribute is missing or unknown");
}

#[test]
fn empty_attributes_are_left_out() {
    let (record, rejection) = (Record::new("{}", "".into()), Rejection::new(Reason::Undecodable));
    let message = QuarantineMessage::of(&rejected(&record, &rejection));
    let names: Vec<_> = message.attributes.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["schema_version", "reason", "source_arn", "request_id"]);
}

#[test]
fn invalid_attribute_is_escaped() {
    let rejection = Rejection::new(Reason::Missing).with_path("$['\u{1}\u{ffff}ü']");
    let record = Record::new("{}", "m-1".into());
    let message = QuarantineMessage::of(&rejected(&record, &rejection));
    assert!(message.attributes.iter().any(|(_, text)| text == "$['\\u{1}\\u{ffff}ü']"));
}

/// The body of a message with exactly `bytes`, as SQS counts them.
fn body_for(bytes: usize) -> String {
    let (record, rejection) = (Record::new("", "m-1".into()), Rejection::new(Reason::Missing));
    "x".repeat(bytes - QuarantineMessage::of(&rejected(&record, &rejection)).len())
}

#[test]
fn message_size_counts_whole_attributes() {
    let (record, rejection) = (Record::new("{}", "m-1".into()), Rejection::new(Reason::Missing));
    let counted = ["{}", "schema_version", "1", "reason", "missing", "source_arn", ARN, "record_id", "m-1"]
        .into_iter()
        .chain(["request_id", "request-1", "String", "String", "String", "String", "String"]);
    assert_eq!(
        QuarantineMessage::of(&rejected(&record, &rejection)).len(),
        counted.map(str::len).sum::<usize>()
    );
}

#[test]
fn message_size_limit_is_exact() {
    let rejection = Rejection::new(Reason::Missing);
    for limit in [1024, 262_144, MAX_MESSAGE_BYTES] {
        for (bytes, expected) in [(limit, Ok(())), (limit + 1, Err(Unsendable::TooLarge))] {
            let body = body_for(bytes);
            let record = Record::new(&*body, "m-1".into());
            let message = QuarantineMessage::of(&rejected(&record, &rejection));
            assert_eq!((message.len(), message.check(limit)), (bytes, expected));
        }
    }
}

#[test]
fn body_with_an_invalid_character_is_not_sent() {
    let rejection = Rejection::new(Reason::Missing);
    for (body, expected) in [
        ("\t\n\r \u{7f}\u{80}\u{d7ff}\u{e000}\u{fffd}\u{10000}\u{10ffff}", Ok(())),
        ("\u{0}", Err(Unsendable::Contents)),
        ("a\u{1f}", Err(Unsendable::Contents)),
        ("\u{fffe}", Err(Unsendable::Contents)),
        ("\u{ffff}", Err(Unsendable::Contents)),
    ] {
        let record = Record::new(body, "m-1".into());
        assert_eq!(
            QuarantineMessage::of(&rejected(&record, &rejection)).check(MAX_MESSAGE_BYTES),
            expected,
            "{body:?}"
        );
    }
}

/// The names in the first column of the document's table between these marks.
fn documented(table: &str) -> Vec<String> {
    let document = include_str!("../../../../../docs/quarantine.md");
    let (begin, end) = (format!("<!-- {table} -->"), format!("<!-- end of {table} -->"));
    let rows = document.split_once(&begin).unwrap().1.split_once(&end).unwrap().0;
    let cells = rows.lines().filter_map(|row| row.strip_prefix("| `")?.split('`').next());
    cells.map(str::to_owned).collect()
}

#[test]
fn docs_name_all_attributes_and_pointer_fields() {
    assert_eq!(documented("attributes"), ATTRIBUTES);
    let record = Record::new("{}", "m-1".into());
    let rejection = Rejection::new(Reason::Missing);
    let object = RecordObject { bucket: "b".into(), key: "k".into(), bytes: 2, sha256: RecordHash::of("{}") };
    let pointer = QuarantineMessage::pointer(&rejected(&record, &rejection), &object);
    let body: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&pointer.body).unwrap();
    let mut fields = documented("pointer");
    fields.sort_unstable();
    assert_eq!(fields, body.keys().cloned().collect::<Vec<_>>());
}

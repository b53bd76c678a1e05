//! The real `pipes-enricher` over HTTP: its Runtime API and SQS are scripted, everything else is as deployed.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use serde_json::{Value, json};
use testbed::kinesis::aggregate;
use testbed::{Change, DataRecord, DataStream, Invocation, Router, SendBatch, SqsAnswer, TableStream, World};
use testbed::{DynamoDbAnswer, DynamoDbApi};

/// The tenant is `tenantId` in the body or the data.
const ENRICHER: Router = Router {
    binary: env!("CARGO_BIN_EXE_pipes-enricher"),
    config: |quarantine| {
        json!({
            "source": "pipes",
            "tenant_id": { "from": ["$.body.tenantId", "$.data.tenantId"] },
            "on_reject": { "quarantine": quarantine },
        })
    },
};

fn world(quarantine: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static) -> World {
    ENRICHER.with(|_| panic!("invoked"), quarantine).start()
}

/// The tenant stands at these paths; the quarantine takes all.
fn world_of(from: &[&str]) -> World {
    ENRICHER.with_default_backend().set(&["tenant_id", "from"], json!(from)).start()
}

/// A message as a pipe hands it on, with what no typed round trip would keep.
fn message(id: &str, tenant: &str) -> String {
    format!(
        r#"{{ "messageId":"{id}","body":"{{\"tenantId\":\"{tenant}\"}}","n":1.50,"eventSource":"aws:sqs",
"eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders" }}"#
    )
}

fn array(records: &[String]) -> String {
    format!("[{}]", records.join(","))
}

#[test]
fn each_record_goes_on_with_its_tenant_in_order_and_byte_for_byte() {
    let mut world = world(|_| SqsAnswer::Taken);
    let records = [message("1", "acme"), message("2", "globex"), message("3", "acme")];
    let expected = format!(
        r#"[{{"tenant_id":"acme","record":{}}},{{"tenant_id":"globex","record":{}}},{{"tenant_id":"acme","record":{}}}]"#,
        records[0], records[1], records[2]
    );
    assert_eq!(world.answer(array(&records)), expected);
    assert!(world.sqs.requests().is_empty());
}

#[test]
fn data_of_streams_are_decoded_before_they_are_looked_at() {
    let mut world = world(|_| SqsAnswer::Taken);
    let kinesis = r#"{"partitionKey":"k","sequenceNumber":"4","data":"eyJ0ZW5hbnRJZCI6ImFjbWUifQ==","eventID":"shard:4"}"#;
    assert_eq!(
        world.answer(format!("[{kinesis}]")),
        format!(r#"[{{"tenant_id":"acme","record":{kinesis}}}]"#)
    );
}

#[test]
fn an_aggregate_of_several_tenants_goes_on_under_nobodys_id_and_is_quarantined_whole() {
    let mut world = world_of(&["$.partitionKey"]);
    let record = |id: &str, data: &[u8]| {
        let record = DataRecord::new(id, "acme", data).json(&DataStream::new("orders"));
        let mut record: Value = serde_json::from_str(&record).unwrap();
        // A pipe hands on flat what an event source mapping puts into `kinesis`.
        let kinesis = record.as_object_mut().unwrap().remove("kinesis").unwrap();
        record.as_object_mut().unwrap().extend(kinesis.as_object().unwrap().clone());
        record.to_string()
    };
    let packed = aggregate(&[("acme", &b"{}"[..]), ("globex", &b"{}"[..])]);
    let records = [record("1", &packed), record("2", b"{}"), record("3", &packed[..packed.len() - 1])];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(array(&records)), expected);
    let quarantined = world.sqs.queued();
    let seen =
        quarantined.iter().map(|entry| (entry.message_body.as_str(), entry.attribute("reason").unwrap()));
    let undecodable = [0, 2].map(|place| (records[place].as_str(), "undecodable"));
    assert_eq!(seen.collect::<Vec<_>>(), undecodable);
}

#[test]
fn a_change_that_moves_an_item_to_another_tenant_goes_on_under_neithers_id() {
    let images = ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"];
    let one = ENRICHER.with_default_backend().set(&["tenant_id", "from"], json!(images[..1]));
    let failure = one.try_start().err().map(|failure| format!("{failure:?}"));
    assert!(failure.is_some_and(|told| told.contains("tenant_id.from[0]") && told.contains("OldImage")));

    let mut world = world_of(&images);
    let (stream, item) = (TableStream::of("orders"), |tenant: &str| json!({ "tenantId": { "S": tenant } }));
    let keys = || json!({ "pk": { "S": "1" } });
    let records = [
        Change::modify("1", keys(), item("acme"), item("globex")).json(&stream),
        Change::modify("2", keys(), item("acme"), item("acme")).json(&stream),
    ];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(array(&records)), expected);
    assert_eq!(world.sqs.queued()[0].attribute("reason"), Some("conflict"));
}

#[test]
fn what_is_rejected_is_left_out_once_the_quarantine_has_it_whole() {
    let mut world = world(|_| SqsAnswer::Taken);
    let records = [message("1", "not good"), message("2", "acme"), "\"text\"".to_owned()];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(array(&records)), expected);
    let quarantined = world.sqs.queued();
    let seen: Vec<_> = quarantined
        .iter()
        .map(|entry| {
            (
                entry.message_body.as_str(),
                entry.attribute("reason").unwrap(),
                entry.attribute("record_id").unwrap(),
            )
        })
        .collect();
    assert_eq!(seen, [(records[0].as_str(), "bad_grammar", "1"), ("\"text\"", "undecodable", "2")]);
    assert_eq!(quarantined[0].attribute("source_arn"), Some("arn:aws:sqs:eu-west-1:111122223333:orders"));
}

#[test]
fn all_rejected_and_quarantined_leaves_an_empty_array() {
    let mut world = world(|_| SqsAnswer::Taken);
    assert_eq!(world.answer(array(&[message("1", "no good")])), "[]");
    assert_eq!(world.answer("[]"), "[]");
}

#[test]
fn what_the_quarantine_does_not_take_fails_the_whole_batch() {
    let records = array(&[message("1", "not good"), message("2", "acme")]);
    let mut world = world(|_| SqsAnswer::Error(400, "AWS.SimpleQueueService.NonExistentQueue".to_owned()));
    let (error, message) = world.error(records.clone());
    assert_eq!(error, "NotQuarantined");
    assert!(message.contains("(not_quarantined)") && message.contains("on_reject.quarantine"), "{message}");

    let mut without = ENRICHER.with_default_backend().set(&["on_reject"], json!("redrive")).start();
    assert_eq!(without.error(records).0, "NotQuarantined");
    assert_eq!(without.answer(array(&[self::message("2", "acme")])).matches("tenant_id").count(), 1);
}

#[test]
fn a_quarantine_that_does_not_answer_fails_the_batch_before_the_deadline_does() {
    let mut world = world(|_| SqsAnswer::Silence);
    let records = array(&[message("1", "not good"), message("2", "acme")]);
    let (error, _) = world.error(Invocation::of(records).within(Duration::from_secs(2)));
    assert_eq!(error, "NotQuarantined");
    assert_eq!(world.answer(array(&[message("2", "acme")])).matches("tenant_id").count(), 1, "it goes on");
}

#[test]
fn a_tenant_that_is_held_or_that_nobody_confirms_fails_the_batch_by_a_name_of_its_own() {
    for (answer, tenant) in [
        (DynamoDbAnswer::Served, "late"),
        (DynamoDbAnswer::Error(400, "ResourceNotFoundException".to_owned()), "acme"),
    ] {
        let registry = DynamoDbApi::start(move |_| answer.clone());
        registry.create_table("tenants", "tenant_id");
        let item = json!({ "tenant_id": { "S": "late" }, "status": { "S": "suspended" } });
        registry.put("tenants", &item);
        let mut world = ENRICHER
            .with_default_backend()
            .set(&["registry"], json!({ "table": "tenants", "suspended": "hold" }))
            .environment("AWS_ENDPOINT_URL_DYNAMODB", &registry.endpoint())
            .start();
        let (error, told) = world.error(array(&[message("1", tenant)]));
        assert_eq!(error, "TenantNotConfirmed");
        assert!(told.contains("registry"), "{told}");
        assert!(world.sqs.queued().is_empty(), "nobody is quarantined unasked");
    }
}

#[test]
fn one_record_of_many_that_the_quarantine_does_not_take_fails_the_batch() {
    let mut world = world(|_| SqsAnswer::Except([(1, "InternalError".to_owned())].into()));
    let records = [message("1", "not good"), message("2", "no good"), message("3", "acme")];
    assert_eq!(world.error(array(&records)).0, "NotQuarantined");
}

#[test]
fn each_reason_to_reject_goes_with_its_record() {
    let mut world = world(|_| SqsAnswer::Taken);
    let rejected = [
        (r#"{"messageId":"a","body":"no JSON"}"#, "undecodable"),
        (r#"{"messageId":"b","data":"not base64!"}"#, "undecodable"),
        (r#"{"messageId":"c","body":"{}"}"#, "missing"),
        (r#"{"messageId":"d"}"#, "missing"),
        ("7", "missing"),
        (r#"{"messageId":"e","body":"{\"tenantId\":7}"}"#, "not_a_string"),
        (r#"{"messageId":"f","body":{"tenantId":"a","tenantId":"a"}}"#, "duplicate_key"),
        (r#"{"messageId":"g","body":{"tenantId":"a b"}}"#, "bad_grammar"),
        (r#"{"messageId":"h","body":{"tenantId":"a"},"data":"eyJ0ZW5hbnRJZCI6ImIifQ=="}"#, "conflict"),
    ];
    assert_eq!(world.answer(array(&rejected.map(|(record, _)| record.to_owned()))), "[]");
    let mut queued = world.sqs.queued();
    queued.sort_by_key(|entry| rejected.iter().position(|(record, _)| *record == entry.message_body));
    assert_eq!(queued.len(), rejected.len());
    for (entry, (record, reason)) in queued.iter().zip(rejected) {
        assert_eq!((entry.message_body.as_str(), entry.attribute("reason")), (record, Some(reason)));
    }
}

#[test]
fn an_answer_that_no_pipe_takes_fails_with_the_remedy() {
    let mut world = world(|_| SqsAnswer::Taken);
    let large: Vec<String> = (0..70_000)
        .map(|id| format!(r#"{{"body":"{{\"tenantId\":\"{}\"}}","i":{id}}}"#, "a".repeat(60)))
        .collect();
    let event = array(&large);
    assert!(event.len() < 7_300_000);
    let (error, message) = world.error(event);
    assert_eq!(error, "BatchRefused");
    assert!(message.contains("batch_size"), "{message}");
}

#[test]
fn what_is_no_array_is_refused_with_the_name_of_the_right_router() {
    let mut world = world(|_| SqsAnswer::Taken);
    for (event, mark) in [
        (r#"{"Records":[{"messageId":"m","eventSource":"aws:sqs"}]}"#, "sqs-router"),
        (r#"{"tenant_id":"a","payload":1}"#, "task-router"),
        ("null", "array of records"),
    ] {
        let (error, message) = world.error(Invocation::of(event).within(Duration::from_secs(5)));
        assert_eq!(error, "BatchRefused");
        assert!(message.contains(mark), "{message}");
    }
}

#[test]
fn no_line_holds_a_record_or_a_tenant_and_none_counts_an_invoke() {
    let mut world = world(|_| SqsAnswer::Taken);
    world.answer(array(&[message("1", "secret bad"), message("2", "secret-tenant")]));
    let lines = world.router.stop();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("\"event\":\"batch\"") && line.contains("\"source\":\"pipes\""))
    );
    for line in lines {
        assert!(!line.contains("secret"), "{line}");
        assert!(!line.contains("Invokes"), "{line}");
    }
}

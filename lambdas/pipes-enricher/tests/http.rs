//! Tests the `pipes-enricher` binary over HTTP: the Runtime API and SQS are scripted.

#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may fail by panicking, its helpers too")]

use std::time::Duration;

use serde_json::json;
use testbed::events::kpl::aggregate;
use testbed::events::pipes::batch;
use testbed::{Change, DataRecord, DataStream, Invocation, Router, SendBatch, SqsAnswer, TableStream, World};
use testbed::{DynamoDbAnswer, DynamoDbApi};

/// An enricher that finds the tenant at `tenantId` in the body or the data.
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

/// An enricher that finds the tenant at these paths, with a quarantine that accepts everything.
fn world_of(from: &[&str]) -> World {
    ENRICHER.with_default_backend().set(&["tenant_id", "from"], json!(from)).start()
}

/// A message as a pipe sends it, with formatting that parsing and serializing it again would lose.
fn message(id: &str, tenant: &str) -> String {
    format!(
        r#"{{ "messageId":"{id}","body":"{{\"tenantId\":\"{tenant}\"}}","n":1.50,"eventSource":"aws:sqs",
"eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:orders" }}"#
    )
}

#[test]
fn enriched_records_have_tenant_order_and_bytes() {
    let mut world = world(|_| SqsAnswer::Taken);
    let records = [message("1", "acme"), message("2", "globex"), message("3", "acme")];
    let expected = format!(
        r#"[{{"tenant_id":"acme","record":{}}},{{"tenant_id":"globex","record":{}}},{{"tenant_id":"acme","record":{}}}]"#,
        records[0], records[1], records[2]
    );
    assert_eq!(world.answer(batch(&records)), expected);
    assert!(world.sqs.requests().is_empty());
}

#[test]
fn stream_data_is_decoded_for_selectors() {
    let mut world = world(|_| SqsAnswer::Taken);
    let kinesis = r#"{"partitionKey":"k","sequenceNumber":"4","data":"eyJ0ZW5hbnRJZCI6ImFjbWUifQ==","eventID":"shard:4"}"#;
    assert_eq!(
        world.answer(format!("[{kinesis}]")),
        format!(r#"[{{"tenant_id":"acme","record":{kinesis}}}]"#)
    );
}

#[test]
fn aggregate_in_a_pipe_is_quarantined_whole() {
    let mut world = world_of(&["$.partitionKey"]);
    let record =
        |id: &str, data: &[u8]| DataRecord::new(id, "acme", data).json_in_pipe(&DataStream::new("orders"));
    let packed = aggregate(&[("acme", &b"{}"[..]), ("globex", &b"{}"[..])]);
    let records = [record("1", &packed), record("2", b"{}"), record("3", &packed[..packed.len() - 1])];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(batch(&records)), expected);
    let quarantined = world.sqs.queued();
    let seen =
        quarantined.iter().map(|entry| (entry.message_body.as_str(), entry.attribute("reason").unwrap()));
    let undecodable = [0, 2].map(|index| (records[index].as_str(), "undecodable"));
    assert_eq!(seen.collect::<Vec<_>>(), undecodable);
}

#[test]
fn change_of_tenant_in_a_pipe_is_quarantined() {
    let images = ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"];
    let one = ENRICHER.with_default_backend().set(&["tenant_id", "from"], json!(images[..1]));
    let failure = one.try_start().err().map(|failure| format!("{failure:?}"));
    assert!(failure.is_some_and(|text| text.contains("tenant_id.from[0]") && text.contains("OldImage")));

    let mut world = world_of(&images);
    let (stream, item) = (TableStream::of("orders"), |tenant: &str| json!({ "tenantId": { "S": tenant } }));
    let keys = || json!({ "pk": { "S": "1" } });
    let records = [
        Change::modify("1", keys(), item("acme"), item("globex")).json(&stream),
        Change::modify("2", keys(), item("acme"), item("acme")).json(&stream),
    ];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(batch(&records)), expected);
    assert_eq!(world.sqs.queued()[0].attribute("reason"), Some("conflict"));
}

#[test]
fn rejected_record_is_left_out_once_quarantined() {
    let mut world = world(|_| SqsAnswer::Taken);
    let records = [message("1", "not good"), message("2", "acme"), "\"text\"".to_owned()];
    let expected = format!(r#"[{{"tenant_id":"acme","record":{}}}]"#, records[1]);
    assert_eq!(world.answer(batch(&records)), expected);
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
fn all_records_quarantined_leaves_an_empty_batch() {
    let mut world = world(|_| SqsAnswer::Taken);
    assert_eq!(world.answer(batch(&[message("1", "no good")])), "[]");
    assert_eq!(world.answer("[]"), "[]");
}

#[test]
fn unquarantined_record_fails_the_pipes_batch() {
    let records = batch(&[message("1", "not good"), message("2", "acme")]);
    let mut world = world(|_| SqsAnswer::Error(400, "AWS.SimpleQueueService.NonExistentQueue".to_owned()));
    let (error, message) = world.error(records.clone());
    assert_eq!(error, "NotQuarantined");
    assert!(message.contains("(not_quarantined)") && message.contains("on_reject.quarantine"), "{message}");

    let mut without = ENRICHER.with_default_backend().set(&["on_reject"], json!("redrive")).start();
    assert_eq!(without.error(records).0, "NotQuarantined");
    assert_eq!(without.answer(batch(&[self::message("2", "acme")])).matches("tenant_id").count(), 1);
}

#[test]
fn silent_quarantine_fails_the_batch_in_time() {
    let mut world = world(|_| SqsAnswer::Silence);
    let records = batch(&[message("1", "not good"), message("2", "acme")]);
    let (error, _) = world.error(Invocation::of(records).within(Duration::from_secs(2)));
    assert_eq!(error, "NotQuarantined");
    assert_eq!(
        world.answer(batch(&[message("2", "acme")])).matches("tenant_id").count(),
        1,
        "the next batch must succeed"
    );
}

#[test]
fn unconfirmed_tenant_fails_the_batch_by_name() {
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
        let (error, text) = world.error(batch(&[message("1", tenant)]));
        assert_eq!(error, "TenantNotConfirmed");
        assert!(text.contains("registry"), "{text}");
        assert!(world.sqs.queued().is_empty(), "an unconfirmed tenant must not be quarantined");
    }
}

#[test]
fn one_unquarantined_record_fails_the_pipes_batch() {
    let mut world = world(|_| SqsAnswer::Except([(1, "InternalError".to_owned())].into()));
    let records = [message("1", "not good"), message("2", "no good"), message("3", "acme")];
    assert_eq!(world.error(batch(&records)).0, "NotQuarantined");
}

#[test]
fn each_rejected_record_has_its_reason() {
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
    assert_eq!(world.answer(batch(&rejected.map(|(record, _)| record.to_owned()))), "[]");
    let mut queued = world.sqs.queued();
    queued.sort_by_key(|entry| rejected.iter().position(|(record, _)| *record == entry.message_body));
    assert_eq!(queued.len(), rejected.len());
    for (entry, (record, reason)) in queued.iter().zip(rejected) {
        assert_eq!((entry.message_body.as_str(), entry.attribute("reason")), (record, Some(reason)));
    }
}

#[test]
fn oversized_pipe_response_fails_with_the_remedy() {
    let mut world = world(|_| SqsAnswer::Taken);
    let large: Vec<String> = (0..70_000)
        .map(|id| format!(r#"{{"body":"{{\"tenantId\":\"{}\"}}","i":{id}}}"#, "a".repeat(60)))
        .collect();
    let event = batch(&large);
    assert!(event.len() < 7_300_000);
    let (error, message) = world.error(event);
    assert_eq!(error, "BatchRefused");
    assert!(message.contains("batch_size"), "{message}");
}

#[test]
fn event_that_is_no_array_names_the_right_router() {
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
fn enricher_logs_no_record_tenant_or_invoke() {
    let mut world = world(|_| SqsAnswer::Taken);
    world.answer(batch(&[message("1", "secret bad"), message("2", "secret-tenant")]));
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

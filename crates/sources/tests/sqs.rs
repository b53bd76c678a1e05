//! Reading events of SQS, and making sub-batches of them.

use sources::{EventError, Order, Source, Sqs, Undecodable, sub_batch};

/// The example of the Lambda developer guide, with details that a typed round trip would change: numbers, spaces,
/// escapes, unknown fields.
const RECORD: &str = r#"{ "messageId" : "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle":"AQEB",
 "body":"{\"tenantId\":\"Ten\\u0061nt\",\"n\":1.0e2}","attributes":{"ApproximateReceiveCount":"1",
 "SentTimestamp":"1545082649183","SenderId":"AIDA","ApproximateFirstReceiveTimestamp":"1545082649185",
 "MessageGroupId":"TenantA#1","MessageDeduplicationId":"d1","SequenceNumber":"18849496460467696128"},
 "messageAttributes":{},"md5OfBody":"x","eventSource":"aws:sqs","new":{"a":[1.50, 1E400]},
 "eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:QUEUE","awsRegion":"us-east-1"}"#;

fn event(records: &[&str]) -> String {
    format!("{{ \"Records\" : [ {} ] , \"extra\":1 }}", records.join(" , "))
}

fn record_of(queue: &str) -> String {
    RECORD.replace("QUEUE", queue)
}

#[test]
fn records_keep_every_byte() {
    let record = record_of("orders");
    let event = event(&[&record, &record.replace("059f", "160a")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), record);
    assert_eq!(batch.records[0].id(), "059f36b4-87a3-44ab-83d2-661975830a7d");
    assert_eq!(batch.records[0].first_seen_millis(), Some(1_545_082_649_185));
    assert_eq!(batch.source_arn, "arn:aws:sqs:us-east-1:123456789012:orders");
    assert_eq!(sub_batch::event_of(batch.records[..1].iter()), format!("{{\"Records\":[{record}]}}"));
}

#[test]
fn sub_batch_is_an_event_of_the_source() {
    let event = event(&[&record_of("orders.fifo")]);
    let batch = Sqs::default().decode(&event).unwrap();
    let again = sub_batch::event_of(batch.records.iter());
    let second = Sqs::default().decode(&again).unwrap();
    assert_eq!(second.records[0].raw(), batch.records[0].raw());
    assert_eq!(second.order, batch.order);
}

#[test]
fn fifo_queue_is_ordered_by_message_group_id() {
    let event = event(&[&record_of("orders.fifo")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.order, Order::ByKey);
    assert_eq!(batch.records[0].order_key(), Some("TenantA#1"));
}

#[test]
fn standard_queue_is_unordered_despite_message_groups() {
    for queue in ["orders", "orders.fifo-copy", "orders.FIFO", "ordersfifo"] {
        let event = event(&[&record_of(queue)]);
        let batch = Sqs::default().decode(&event).unwrap();
        assert_eq!((batch.order, batch.records[0].order_key()), (Order::Unordered, None), "{queue}");
    }
}

#[test]
fn debug_output_hides_the_body() {
    let event = event(&[&record_of("orders")]);
    let batch = Sqs::default().decode(&event).unwrap();
    let text = format!("{batch:?}");
    assert!(text.contains("059f36b4-87a3-44ab-83d2-661975830a7d") && !text.contains("tenantId"), "{text}");
}

#[test]
fn event_without_records_is_an_empty_batch() {
    assert!(Sqs::default().decode("{\"Records\":[]}").unwrap().records.is_empty());
}

#[test]
fn other_events_are_refused_with_the_expected_shape() {
    for event in [
        "",
        "null",
        "42",
        "[]",
        "[[]]",
        "{}",
        "\"Records\"",
        "{\"Records\":null}",
        "{\"Records\":{}}",
        "{\"Records\":[1]}",
        "{\"Records\":[{}]}",
        "{\"Records\":[[]]}",
        "{\"Records\":[]",
        "{\"Records\":[]} x",
        "{\"Records\":[],\"Records\":[]}",
        "{\"version\":\"0\",\"detail\":{}}",
    ] {
        let error = Sqs::default().decode(event).unwrap_err();
        assert!(matches!(error, EventError::Shape { .. }), "{event}: {error:?}");
        assert!(error.to_string().contains("expected an SQS event"), "{error}");
    }
}

#[test]
fn error_has_kind_and_position() {
    for (event, problem) in [
        ("{\n\"Records\":{}}", "found another shape at line 2 column "),
        ("{\n\"Records\":[}", "found invalid JSON at line 2 column "),
        ("{\"Records\":[\n{\"messageId\":7}]}", "record 0: found another shape at line 1 column "),
    ] {
        let error = Sqs::default().decode(event).unwrap_err().to_string();
        assert!(error.contains(problem), "{event}: {error}");
    }
}

#[test]
fn error_never_quotes_the_event() {
    let record = record_of("orders")
        .replace("\"AQEB\"", "\"hush\"")
        .replace("\"messageId\" :", "\"messageId\" : 7, \"hush\":");
    let error = Sqs::default().decode(&event(&[&record])).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn records_of_another_service_are_refused_by_name() {
    let event = event(&[&record_of("orders"), &record_of("orders").replace("aws:sqs\"", "aws:kinesis\"")]);
    let error = Sqs::default().decode(&event).unwrap_err();
    assert_eq!(
        error,
        EventError::WrongSource { index: 1, expected: "aws:sqs", found: "aws:kinesis".to_owned() }
    );
}

#[test]
fn error_is_one_line() {
    let error = Sqs::default()
        .decode(&event(&[&record_of("orders").replace("aws:sqs", "a\\nb\\u001b")]))
        .unwrap_err();
    assert!(error.to_string().contains(r#"eventSource "a\nb\u{1b}", this"#), "{error}");
}

#[test]
fn records_of_two_queues_are_refused() {
    let event = event(&[&record_of("orders"), &record_of("payments")]);
    assert_eq!(Sqs::default().decode(&event).unwrap_err(), EventError::SeveralSources { index: 1 });
}

#[test]
fn record_without_identifier_or_group_is_refused() {
    for broken in [
        record_of("orders").replace("\"messageId\" :", "\"message_id\" :"),
        record_of("orders").replace("059f36b4-87a3-44ab-83d2-661975830a7d", ""),
        record_of("orders.fifo").replace("MessageGroupId", "messageGroupId"),
    ] {
        let error = Sqs::default().decode(&event(&[&broken])).unwrap_err();
        assert!(matches!(error, EventError::Shape { .. }), "{broken}");
        assert!(
            error
                .to_string()
                .ends_with(": let only its event source invoke this router, with the events unchanged")
        );
    }
}

#[test]
fn array_is_not_read_as_an_object() {
    let record = r#"{"messageId":"m","body":"{}","attributes":["group","1"],"eventSource":"aws:sqs",
        "eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:orders.fifo"}"#;
    assert!(matches!(Sqs::default().decode(&event(&[record])), Err(EventError::Shape { .. })));
}

#[test]
fn content_is_the_unescaped_body() {
    let event = event(&[&record_of("orders")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(
        Sqs::default().content(&batch.records[0]).unwrap(),
        "{\"tenantId\":\"Ten\\u0061nt\",\"n\":1.0e2}"
    );
}

#[test]
fn content_that_is_not_json_is_undecodable() {
    for body in ["\"\"", "\"hello\"", "\"{} {}\"", "\"{\\\"a\\\":}\"", "\"\\ud800\"", "42", "null"] {
        let record = record_of("orders").replace(r#""{\"tenantId\":\"Ten\\u0061nt\",\"n\":1.0e2}""#, body);
        assert!(record.contains(&format!("\"body\":{body}")), "the body was not replaced");
        let event = event(&[&record]);
        let batch = Sqs::default().decode(&event).unwrap();
        assert_eq!(Sqs::default().content(&batch.records[0]), Err(Undecodable), "{body}");
    }
}

#[test]
fn batch_may_have_ten_thousand_records() {
    let records: Vec<String> = (0..10_000)
        .map(|index| {
            record_of("orders").replace("059f36b4-87a3-44ab-83d2-661975830a7d", &format!("m{index}"))
        })
        .collect();
    let event = format!("{{\"Records\":[{}]}}", records.join(","));
    assert!(event.len() > 5_000_000);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.records.len(), 10_000);
    assert_eq!(batch.records[9_999].id(), "m9999");
}

#[test]
fn deep_nesting_is_skipped() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let event = event(&[&record_of("orders").replace("[1.50, 1E400]", &deep)]);
    assert_eq!(Sqs::default().decode(&event).unwrap().records.len(), 1);
}

//! SQS events taken apart and put together again.

use sources::{EventError, Order, Source, Sqs, Undecodable, sub_batch};

/// The example of the Lambda developer guide, with what no typed round trip would keep: odd numbers, spaces,
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

fn on(queue: &str) -> String {
    RECORD.replace("QUEUE", queue)
}

#[test]
fn records_keep_every_byte() {
    let record = on("orders");
    let event = event(&[&record, &record.replace("059f", "160a")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.records[0].raw(), record);
    assert_eq!(batch.records[0].id(), "059f36b4-87a3-44ab-83d2-661975830a7d");
    assert_eq!(batch.records[0].first_seen_millis(), Some(1_545_082_649_185));
    assert_eq!(batch.source_arn, "arn:aws:sqs:us-east-1:123456789012:orders");
    assert_eq!(sub_batch::event_of(batch.records[..1].iter()), format!("{{\"Records\":[{record}]}}"));
}

#[test]
fn a_sub_batch_is_an_event_of_the_source_again() {
    let event = event(&[&on("orders.fifo")]);
    let batch = Sqs::default().decode(&event).unwrap();
    let again = sub_batch::event_of(batch.records.iter());
    let second = Sqs::default().decode(&again).unwrap();
    assert_eq!(second.records[0].raw(), batch.records[0].raw());
    assert_eq!(second.order, batch.order);
}

#[test]
fn a_fifo_queue_is_told_by_its_arn_and_ordered_by_message_group_id() {
    let event = event(&[&on("orders.fifo")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.order, Order::ByKey);
    assert_eq!(batch.records[0].order_key(), Some("TenantA#1"));
}

#[test]
fn a_standard_queue_is_unordered_though_its_messages_carry_a_group() {
    for queue in ["orders", "orders.fifo-copy", "orders.FIFO", "ordersfifo"] {
        let event = event(&[&on(queue)]);
        let batch = Sqs::default().decode(&event).unwrap();
        assert_eq!((batch.order, batch.records[0].order_key()), (Order::Unordered, None), "{queue}");
    }
}

#[test]
fn a_record_prints_without_its_body() {
    let event = event(&[&on("orders")]);
    let batch = Sqs::default().decode(&event).unwrap();
    let text = format!("{batch:?}");
    assert!(text.contains("059f36b4-87a3-44ab-83d2-661975830a7d") && !text.contains("tenantId"), "{text}");
}

#[test]
fn no_records_make_an_empty_batch() {
    assert!(Sqs::default().decode("{\"Records\":[]}").unwrap().records.is_empty());
}

#[test]
fn what_is_not_an_sqs_event_is_refused_with_what_was_expected() {
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
fn an_error_says_whether_it_is_json_at_all_and_where_it_is_not_as_it_should_be() {
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
fn an_error_never_quotes_the_event() {
    let secret = on("orders")
        .replace("\"AQEB\"", "\"hush\"")
        .replace("\"messageId\" :", "\"messageId\" : 7, \"hush\":");
    let error = Sqs::default().decode(&event(&[&secret])).unwrap_err();
    assert!(!error.to_string().contains("hush"), "{error}");
}

#[test]
fn another_services_records_are_refused_by_name() {
    let event = event(&[&on("orders"), &on("orders").replace("aws:sqs\"", "aws:kinesis\"")]);
    let error = Sqs::default().decode(&event).unwrap_err();
    assert_eq!(
        error,
        EventError::WrongSource { index: 1, expected: "aws:sqs", found: "aws:kinesis".to_owned() }
    );
}

#[test]
fn records_of_two_queues_in_one_event_are_refused() {
    let event = event(&[&on("orders"), &on("payments")]);
    assert_eq!(Sqs::default().decode(&event).unwrap_err(), EventError::SeveralSources { index: 1 });
}

#[test]
fn a_record_that_cannot_be_named_or_ordered_is_refused() {
    for broken in [
        on("orders").replace("\"messageId\" :", "\"message_id\" :"),
        on("orders").replace("059f36b4-87a3-44ab-83d2-661975830a7d", ""),
        on("orders.fifo").replace("MessageGroupId", "messageGroupId"),
    ] {
        assert!(
            matches!(Sqs::default().decode(&event(&[&broken])), Err(EventError::Shape { .. })),
            "{broken}"
        );
    }
}

#[test]
fn a_list_is_not_taken_for_fields_one_after_the_other() {
    let record = r#"{"messageId":"m","body":"{}","attributes":["group","1"],"eventSource":"aws:sqs",
        "eventSourceARN":"arn:aws:sqs:us-east-1:123456789012:orders.fifo"}"#;
    assert!(matches!(Sqs::default().decode(&event(&[record])), Err(EventError::Shape { .. })));
}

#[test]
fn content_is_the_body_unescaped_and_must_be_json() {
    let event = event(&[&on("orders")]);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(
        Sqs::default().content(&batch.records[0]).unwrap(),
        "{\"tenantId\":\"Ten\\u0061nt\",\"n\":1.0e2}"
    );
}

#[test]
fn content_that_is_not_json_is_undecodable() {
    for body in ["\"\"", "\"hello\"", "\"{} {}\"", "\"{\\\"a\\\":}\"", "\"\\ud800\"", "42", "null"] {
        let record = on("orders").replace(r#""{\"tenantId\":\"Ten\\u0061nt\",\"n\":1.0e2}""#, body);
        assert!(record.contains(&format!("\"body\":{body}")), "the body was not replaced");
        let event = event(&[&record]);
        let batch = Sqs::default().decode(&event).unwrap();
        assert_eq!(Sqs::default().content(&batch.records[0]), Err(Undecodable), "{body}");
    }
}

#[test]
fn ten_thousand_records_are_one_batch() {
    let records: Vec<String> = (0..10_000)
        .map(|index| on("orders").replace("059f36b4-87a3-44ab-83d2-661975830a7d", &format!("m{index}")))
        .collect();
    let event = format!("{{\"Records\":[{}]}}", records.join(","));
    assert!(event.len() > 5_000_000);
    let batch = Sqs::default().decode(&event).unwrap();
    assert_eq!(batch.records.len(), 10_000);
    assert_eq!(batch.records[9_999].id(), "m9999");
}

#[test]
fn nesting_a_hundred_thousand_deep_is_no_danger() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let event = event(&[&on("orders").replace("[1.50, 1E400]", &deep)]);
    assert_eq!(Sqs::default().decode(&event).unwrap().records.len(), 1);
}

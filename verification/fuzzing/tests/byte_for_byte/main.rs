//! The router sends every record byte for byte, in any spelling, in a sub-batch and alone, from every source.

#![allow(clippy::unwrap_used, clippy::format_push_string, reason = "a test fails by panicking")]

mod spelling;

use aws_model::events::kpl::aggregate;
use base64_simd::STANDARD;
use proptest::prelude::*;
use routing::Payload;
use sources::{DynamoDb, EventBridge, Kind, Kinesis, Pipes, Source, Sqs, task};
use spelling::{event, json, object, space, string};

const TENANTS: [&str; 3] = ["acme", "globex", "a b"];

/// The fields of an object, by name.
type Fields = Vec<(&'static str, BoxedStrategy<String>)>;

/// A record's JSON text, its tenant and its content.
type TestRecord = (String, &'static str, String);

fn tenant() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&TENANTS[..])
}

/// Generates records of one source, and the spaces between them. `fields` makes the fields of a record from its index and
/// its content.
fn records(fields: fn(usize, &str) -> Fields) -> impl Strategy<Value = (Vec<TestRecord>, Vec<String>)> {
    let record = move |index: usize| {
        (tenant(), json()).prop_flat_map(move |(tenant, content)| {
            let mut fields = fields(index, &content);
            fields.push(("tenant", string(tenant).boxed()));
            (object(fields), Just(tenant), Just(content))
        })
    };
    let records = (1..5_usize).prop_flat_map(move |count| (0..count).map(record).collect::<Vec<_>>());
    (records, prop::collection::vec(space(), 6))
}

fn text(text: &str) -> BoxedStrategy<String> {
    string(text).boxed()
}

fn sqs(index: usize, content: &str) -> Fields {
    vec![
        ("messageId", text(&format!("m{index}"))),
        ("body", text(content)),
        ("eventSource", text("aws:sqs")),
        ("eventSourceARN", text("arn:aws:sqs:eu-west-1:111122223333:orders.fifo")),
        ("attributes", object(vec![("MessageGroupId", text("g"))])),
    ]
}

fn kinesis(index: usize, content: &str) -> Fields {
    let inner = vec![
        ("sequenceNumber", text(&format!("7{index}"))),
        ("partitionKey", text("kü")),
        ("data", text(&STANDARD.encode_to_string(content))),
    ];
    vec![
        ("eventID", text(&format!("shard:7{index}"))),
        ("kinesis", object(inner)),
        ("eventSource", text("aws:kinesis")),
        ("eventSourceARN", text("arn:aws:kinesis:eu-west-1:111122223333:stream/orders")),
    ]
}

fn dynamodb(index: usize, content: &str) -> Fields {
    let inner = vec![
        ("SequenceNumber", text(&format!("7{index}"))),
        (
            "Keys",
            object(vec![("pk", object(vec![("S", text("k"))]))])
                .prop_filter("the key must be a value", |keys| is_value(keys))
                .boxed(),
        ),
        ("NewImage", Just(content.to_owned()).boxed()),
    ];
    vec![
        ("dynamodb", object(inner)),
        ("eventSource", text("aws:dynamodb")),
        ("eventSourceARN", text("arn:aws:dynamodb:eu-west-1:111122223333:table/t/stream/s")),
    ]
}

/// Returns whether serde can hold the value. The router parses an item's key, so the key must be such a value.
fn is_value(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// Checks that the router sends each record once, for its tenant, in an event without other bytes between the records.
fn assert_sub_batches<S: Source>(source: S, event: &str, records: &[TestRecord]) {
    let rules = fuzzing::rules(&["$.tenant"], &[]);
    let outcome = fuzzing::harness::route(source, event, &rules, Payload::Event, b"").unwrap();
    let mut sent_count = 0;
    for sent in &outcome.sent {
        let of_tenant =
            records.iter().filter(|(raw, tenant, _)| *tenant == sent.tenant && sent.payload.contains(raw));
        let raws: Vec<&str> = of_tenant.map(|(raw, ..)| raw.as_str()).collect();
        assert_eq!(sent.payload, format!("{{\"Records\":[{}]}}", raws.join(",")));
        sent_count += raws.len();
    }
    assert_eq!(sent_count, records.len());
}

/// Checks that the router sends each of these contents once, alone, for its tenant.
fn assert_sent_alone<S: Source>(source: S, event: &str, expected: &[(&str, &str)]) {
    let rules = fuzzing::rules(&["$.tenant"], &[]);
    let outcome = fuzzing::harness::route(source, event, &rules, Payload::Record, b"").unwrap();
    let mut sent: Vec<_> = outcome.sent.iter().map(|sent| (&*sent.tenant, &*sent.payload)).collect();
    let mut expected = expected.to_vec();
    sent.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sent, expected);
}

fn contents(records: &[TestRecord]) -> Vec<(&str, &str)> {
    records.iter().map(|(_, tenant, content)| (*tenant, &**content)).collect()
}

fn raws(records: &[TestRecord]) -> Vec<String> {
    records.iter().map(|(raw, ..)| raw.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqs_message_is_sent_byte_for_byte((records, spaces) in records(sqs)) {
        let event = event(&raws(&records), &spaces);
        assert_sub_batches(Sqs::default(), &event, &records);
        assert_sent_alone(Sqs::default(), &event, &contents(&records));
    }

    #[test]
    fn kinesis_record_is_sent_byte_for_byte((records, spaces) in records(kinesis)) {
        let event = event(&raws(&records), &spaces);
        assert_sub_batches(Kinesis, &event, &records);
        assert_sent_alone(Kinesis, &event, &contents(&records));
    }

    #[test]
    fn dynamodb_record_is_sent_byte_for_byte((records, spaces) in records(dynamodb)) {
        let event = event(&raws(&records), &spaces);
        assert_sub_batches(DynamoDb, &event, &records);
        let whole: Vec<_> = records.iter().map(|(raw, tenant, _)| (*tenant, &**raw)).collect();
        assert_sent_alone(DynamoDb, &event, &whole);
    }

    #[test]
    fn bridged_record_is_sent_byte_for_byte(
        (records, spaces) in records(kinesis),
        around in space(),
    ) {
        let message = |index: usize, raw: &str| format!(
            "{{\"messageId\":\"m{index}\",\"body\":{},\"attributes\":{{\"MessageGroupId\":\"g{index}\"}},\
             \"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:b.fifo\"}}",
            serde_json::Value::from(format!("{around}{raw}"))
        );
        let messages: Vec<_> = raws(&records).iter().enumerate().map(|(index, raw)| message(index, raw)).collect();
        let source = Sqs::default().draining(Kind::Kinesis).unwrap();
        let records: Vec<TestRecord> = records
            .into_iter()
            .map(|(raw, tenant, content)| (format!("{around}{raw}"), tenant, content))
            .collect();
        assert_sub_batches(source, &event(&messages, &spaces), &records);
        assert_sent_alone(source, &event(&messages, &spaces), &contents(&records));
    }

    #[test]
    fn eventbridge_event_is_sent_byte_for_byte(
        records in tenant().prop_flat_map(|tenant| {
            let fields = ["id", "detail-type", "source"].map(|name| (name, text("x")));
            let more = [("tenant", text(tenant)), ("detail", json().boxed())];
            (object(fields.into_iter().chain(more).collect()), Just(tenant))
        }),
        around in space(),
    ) {
        let (raw, tenant) = records;
        assert_sent_alone(EventBridge, &format!("{around}{raw}{around}"), &[(tenant, &raw)]);
    }

    #[test]
    fn pipe_records_are_read_byte_for_byte(records in prop::collection::vec(json(), 0..5), spaces in prop::collection::vec(space(), 6)) {
        let spaced: Vec<_> =
            records.iter().zip(&spaces).map(|(record, space)| format!("{space}{record}{space}")).collect();
        let event = format!("{0}[{1}]{0}", spaces[5], spaced.join(","));
        let batch = Pipes.decode(&event).unwrap();
        prop_assert!(batch.records.iter().map(sources::Record::raw).eq(records.iter().map(String::as_str)));
    }

    #[test]
    fn task_payload_is_read_byte_for_byte(
        (payload, input) in json().prop_flat_map(|payload| {
            let inner = object(vec![("payload", Just(payload.clone()).boxed())]);
            (Just(payload), object(vec![("order", inner)]))
        }),
    ) {
        let names = ["order".to_owned(), "payload".to_owned()];
        prop_assert_eq!(task::payload(&input, &names), Ok(&*payload));
    }

    #[test]
    fn user_record_differs_from_parent_in_four_values(
        users in prop::collection::vec(("[a-zü\"\\\\\u{1}]{1,8}", prop::collection::vec(any::<u8>(), 0..40)), 1..5),
        parts in prop::collection::vec((space(), json()), 5),
    ) {
        let parent = |event_id: &str, sequence_number: &str, key: &str, data: &str| {
            let part = |index: usize| format!("{0}\"new\"{0}:{0}{1}{0}", parts[index].0, parts[index].1);
            format!(
                "{{{},\"eventID\":\"{event_id}\",\"kinesis\":{{{},\"data\":{data},\"partitionKey\" : {key},{},\
                 \"sequenceNumber\":\"{sequence_number}\"}},{},\"eventSource\":\"aws:kinesis\",\
                 \"eventSourceARN\":\"arn:s\",{}}}",
                part(0), part(1), part(2), part(3), part(4)
            )
        };
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let packed: Vec<_> = users.iter().map(|(key, data)| (key.as_str(), data.as_slice())).collect();
        let packed = STANDARD.encode_to_string(aggregate(&packed));
        let whole = parent("shard:7", "7", "\"p\"", &quoted(&packed));
        let event = format!("{{\"Records\":[{whole}]}}");
        let batch = Kinesis.decode(&event).unwrap();
        prop_assert_eq!(batch.records.len(), users.len());
        for (index, (record, (key, data))) in batch.records.iter().zip(&users).enumerate() {
            let data = quoted(&STANDARD.encode_to_string(data));
            let own = parent(&format!("shard:7:{index}"), &format!("7:{index}"), &quoted(key), &data);
            prop_assert_eq!(record.raw(), own);
        }
    }
}

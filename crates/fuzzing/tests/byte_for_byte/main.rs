//! A record leaves the router as it came in, byte for byte, however it is written: in a sub-batch and by itself, from
//! every source.

#![allow(clippy::unwrap_used, clippy::format_push_string, reason = "what cannot be unwrapped fails the test")]

mod spelling;

use base64_simd::STANDARD;
use md5::{Digest, Md5};
use proptest::prelude::*;
use routing::Payload;
use sources::{DynamoDb, EventBridge, Kind, Kinesis, Pipes, Source, Sqs, task};
use spelling::{event, json, object, space, string};

const TENANTS: [&str; 3] = ["acme", "globex", "a b"];

/// An object's fields, by name.
type Fields = Vec<(&'static str, BoxedStrategy<String>)>;

/// A record, whose it is, and what it holds.
type Written = (String, &'static str, String);

fn tenant() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&TENANTS[..])
}

/// The record of one source: `fields` makes its fields of its place and its content.
fn records(fields: fn(usize, &str) -> Fields) -> impl Strategy<Value = (Vec<Written>, Vec<String>)> {
    let record = move |place: usize| {
        (tenant(), json()).prop_flat_map(move |(tenant, content)| {
            let mut fields = fields(place, &content);
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

fn sqs(place: usize, content: &str) -> Fields {
    vec![
        ("messageId", text(&format!("m{place}"))),
        ("body", text(content)),
        ("eventSource", text("aws:sqs")),
        ("eventSourceARN", text("arn:aws:sqs:eu-west-1:111122223333:orders.fifo")),
        ("attributes", object(vec![("MessageGroupId", text("g"))])),
    ]
}

fn kinesis(place: usize, content: &str) -> Fields {
    let inner = vec![
        ("sequenceNumber", text(&format!("7{place}"))),
        ("partitionKey", text("kü")),
        ("data", text(&STANDARD.encode_to_string(content))),
    ];
    vec![
        ("eventID", text(&format!("shard:7{place}"))),
        ("kinesis", object(inner)),
        ("eventSource", text("aws:kinesis")),
        ("eventSourceARN", text("arn:aws:kinesis:eu-west-1:111122223333:stream/orders")),
    ]
}

fn dynamodb(place: usize, content: &str) -> Fields {
    let inner = vec![
        ("SequenceNumber", text(&format!("7{place}"))),
        (
            "Keys",
            object(vec![("pk", object(vec![("S", text("k"))]))])
                .prop_filter("read whole", |keys| is_value(keys))
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

/// An item's key is read, not passed over, so its numbers and strings have to be some.
fn is_value(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

/// Whatever the router sends is these records, each once, each to its own, with nothing in between but commas.
fn kept<S: Source>(source: S, event: &str, written: &[Written]) {
    let rules = fuzzing::rules(&["$.tenant"], &[]);
    let outcome = fuzzing::world::route(source, event, &rules, Payload::Event, b"").unwrap();
    let mut arrived = 0;
    for sent in &outcome.sent {
        let theirs =
            written.iter().filter(|(raw, tenant, _)| *tenant == sent.tenant && sent.payload.contains(raw));
        let raws: Vec<&str> = theirs.map(|(raw, ..)| raw.as_str()).collect();
        assert_eq!(sent.payload, format!("{{\"Records\":[{}]}}", raws.join(",")));
        arrived += raws.len();
    }
    assert_eq!(arrived, written.len());
}

/// Whatever the router sends one by one is these texts, each once, each to its own.
fn kept_alone<S: Source>(source: S, event: &str, expected: &[(&str, &str)]) {
    let rules = fuzzing::rules(&["$.tenant"], &[]);
    let outcome = fuzzing::world::route(source, event, &rules, Payload::Record, b"").unwrap();
    let mut sent: Vec<_> = outcome.sent.iter().map(|sent| (&*sent.tenant, &*sent.payload)).collect();
    let mut expected = expected.to_vec();
    sent.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sent, expected);
}

fn contents(written: &[Written]) -> Vec<(&str, &str)> {
    written.iter().map(|(_, tenant, content)| (*tenant, &**content)).collect()
}

fn raws(written: &[Written]) -> Vec<String> {
    written.iter().map(|(raw, ..)| raw.clone()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_queues_message_and_its_body((written, spaces) in records(sqs)) {
        let event = event(&raws(&written), &spaces);
        kept(Sqs::default(), &event, &written);
        kept_alone(Sqs::default(), &event, &contents(&written));
    }

    #[test]
    fn a_stream_record_and_its_data((written, spaces) in records(kinesis)) {
        let event = event(&raws(&written), &spaces);
        kept(Kinesis, &event, &written);
        kept_alone(Kinesis, &event, &contents(&written));
    }

    #[test]
    fn an_items_change((written, spaces) in records(dynamodb)) {
        let event = event(&raws(&written), &spaces);
        kept(DynamoDb, &event, &written);
        let whole: Vec<_> = written.iter().map(|(raw, tenant, _)| (*tenant, &**raw)).collect();
        kept_alone(DynamoDb, &event, &whole);
    }

    #[test]
    fn a_stream_record_that_comes_over_a_bridge(
        (written, spaces) in records(kinesis),
        around in space(),
    ) {
        let message = |place: usize, raw: &str| format!(
            "{{\"messageId\":\"m{place}\",\"body\":{},\"attributes\":{{\"MessageGroupId\":\"g{place}\"}},\
             \"eventSource\":\"aws:sqs\",\"eventSourceARN\":\"arn:aws:sqs:eu-west-1:111122223333:b.fifo\"}}",
            serde_json::Value::from(format!("{around}{raw}"))
        );
        let messages: Vec<_> = raws(&written).iter().enumerate().map(|(place, raw)| message(place, raw)).collect();
        let source = Sqs::default().draining(Kind::Kinesis).unwrap();
        let written: Vec<Written> = written
            .into_iter()
            .map(|(raw, tenant, content)| (format!("{around}{raw}"), tenant, content))
            .collect();
        kept(source, &event(&messages, &spaces), &written);
        kept_alone(source, &event(&messages, &spaces), &contents(&written));
    }

    #[test]
    fn an_event_of_a_bus(
        written in tenant().prop_flat_map(|tenant| {
            let fields = ["id", "detail-type", "source"].map(|name| (name, text("x")));
            let more = [("tenant", text(tenant)), ("detail", json().boxed())];
            (object(fields.into_iter().chain(more).collect()), Just(tenant))
        }),
        around in space(),
    ) {
        let (raw, tenant) = written;
        kept_alone(EventBridge, &format!("{around}{raw}{around}"), &[(tenant, &raw)]);
    }

    #[test]
    fn a_pipes_records(records in prop::collection::vec(json(), 0..5), spaces in prop::collection::vec(space(), 6)) {
        let spaced: Vec<_> =
            records.iter().zip(&spaces).map(|(record, space)| format!("{space}{record}{space}")).collect();
        let event = format!("{0}[{1}]{0}", spaces[5], spaced.join(","));
        let batch = Pipes.decode(&event).unwrap();
        prop_assert!(batch.records.iter().map(sources::Record::raw).eq(records.iter().map(String::as_str)));
    }

    #[test]
    fn a_tasks_payload(
        (payload, input) in json().prop_flat_map(|payload| {
            let inner = object(vec![("payload", Just(payload.clone()).boxed())]);
            (Just(payload), object(vec![("order", inner)]))
        }),
    ) {
        let names = ["order".to_owned(), "payload".to_owned()];
        prop_assert_eq!(task::payload(&input, &names), Ok(&*payload));
    }

    #[test]
    fn a_record_of_an_aggregate_is_its_parent_with_four_values_of_its_own(
        users in prop::collection::vec(("[a-zü\"\\\\\u{1}]{1,8}", prop::collection::vec(any::<u8>(), 0..40)), 1..5),
        parts in prop::collection::vec((space(), json()), 5),
    ) {
        let parent = |event_id: &str, sequence_number: &str, key: &str, data: &str| {
            let part = |place: usize| format!("{0}\"new\"{0}:{0}{1}{0}", parts[place].0, parts[place].1);
            format!(
                "{{{},\"eventID\":\"{event_id}\",\"kinesis\":{{{},\"data\":{data},\"partitionKey\" : {key},{},\
                 \"sequenceNumber\":\"{sequence_number}\"}},{},\"eventSource\":\"aws:kinesis\",\
                 \"eventSourceARN\":\"arn:s\",{}}}",
                part(0), part(1), part(2), part(3), part(4)
            )
        };
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let whole = parent("shard:7", "7", "\"p\"", &quoted(&aggregate(&users)));
        let event = format!("{{\"Records\":[{whole}]}}");
        let batch = Kinesis.decode(&event).unwrap();
        prop_assert_eq!(batch.records.len(), users.len());
        for (place, (record, (key, data))) in batch.records.iter().zip(&users).enumerate() {
            let data = quoted(&STANDARD.encode_to_string(data));
            let own = parent(&format!("shard:7:{place}"), &format!("7:{place}"), &quoted(key), &data);
            prop_assert_eq!(record.raw(), own);
        }
    }
}

/// An aggregate of these keys and data, in base64 [amazon-kinesis-producer, `aggregation-format.md`].
fn aggregate(users: &[(String, Vec<u8>)]) -> String {
    let field = |tag: u8, bytes: &[u8]| [&[tag, u8::try_from(bytes.len()).unwrap()], bytes].concat();
    let mut message: Vec<u8> = users.iter().flat_map(|(key, _)| field(0x0a, key.as_bytes())).collect();
    for (place, (_, data)) in users.iter().enumerate() {
        let index = [0x08, u8::try_from(place).unwrap()];
        message.extend(field(0x1a, &[&index[..], &field(0x1a, data)].concat()));
    }
    let checksum = Md5::digest(&message);
    STANDARD.encode_to_string([&[0xf3, 0x89, 0x9a, 0xc2], message.as_slice(), checksum.as_slice()].concat())
}

//! Checks of the events of streams: Kinesis with its aggregates, and DynamoDB.

use std::cell::LazyCell;

use aws_model::events::kpl::with_checksum;
use base64_simd::STANDARD;
use serde_json::Value;
use sources::{Condition, DynamoDb, Kinesis, Record, Source};
use tenancy::Rules;

use crate::events::{self, Expectation, Expected};
use crate::queues::{one_source, records};
use crate::tree::Tree;

thread_local! {
    static KINESIS: LazyCell<Rules> = LazyCell::new(|| {
        events::rules(&["$.kinesis.data.tenantId", "$.kinesis.tenantId"], &["$.kinesis.data"])
    });
    static DYNAMODB: LazyCell<Rules> = LazyCell::new(|| {
        events::rules(&["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"], &[])
    });
}

/// The first characters of an aggregate in base64.
pub(crate) const MAGIC: &str = "84maw";

/// Checks a Kinesis event.
pub(crate) fn kinesis(event: &str) {
    let tree = Tree::of(event);
    let expected = Expectation::of(tree.as_ref(), |event| {
        let records = records(event)?.iter().map(|record| {
            record.optional("eventID", Tree::as_text).ok()?;
            record.text("eventSource").filter(|source| *source == "aws:kinesis")?;
            let kinesis = record.once("kinesis")?;
            kinesis.optional("approximateArrivalTimestamp", Tree::as_number).ok()?;
            kinesis.text("data")?;
            Some(Expected {
                id: kinesis.text("sequenceNumber").filter(|id| !id.is_empty())?.to_owned(),
                order_key: Some(kinesis.text("partitionKey")?.to_owned()),
                source_arn: record.text("eventSourceARN")?.to_owned(),
            })
        });
        one_source(records.collect::<Option<Vec<_>>>()?)
    });
    let Some(batch) = events::decode(Kinesis, event, &expected) else { return };
    let data = |record: &Record<'_>| Some(Tree::of(record.raw())?.once("kinesis")?.text("data")?.to_owned());
    // A user record may hold an aggregate, which the first reading does not unpack and a second one would.
    if batch.records.iter().all(|record| data(record).is_some_and(|data| !data.starts_with(MAGIC))) {
        events::check_sub_batches(Kinesis, &batch);
    }
    for record in &batch.records {
        if let (Ok(content), Some(data)) = (Kinesis.content(record), data(record)) {
            assert_eq!(STANDARD.encode_to_string(&*content), data);
        }
    }
    KINESIS.with(|rules| events::check_routing(Kinesis, event, &batch, rules));
}

/// Checks an aggregate whose message is these bytes.
pub(crate) fn aggregate(message: &[u8]) {
    let data = STANDARD.encode_to_string(with_checksum(message));
    let parent = format!(
        "{{\"eventID\":\"shard:7\",\"kinesis\":{{\"sequenceNumber\":\"7\", \"data\" :\"{data}\",\
         \"partitionKey\":\"parent\"}},\"n\":1.50,\"eventSource\":\"aws:kinesis\",\"eventSourceARN\":\"arn\"}}"
    );
    let event = format!("{{\"Records\":[{parent}]}}");
    kinesis(&event);
    let batch = Kinesis.decode(&event).expect("the event is valid");
    if let [whole] = batch.records.as_slice()
        && whole.condition() != Condition::Readable
    {
        return assert_eq!(whole.raw(), parent);
    }
    for (index, record) in batch.records.iter().enumerate() {
        assert_eq!((record.id(), record.item_id()), ("7", &*format!("7:{index}")));
        let user_record = Tree::of(record.raw()).expect("a user record is JSON");
        let kinesis = user_record.once("kinesis").expect("a user record has the fields of its parent");
        let own = |name| kinesis.text(name).expect("a user record has the fields of its parent");
        assert!(
            own("partitionKey").chars().count() <= 256 && record.order_key() == Some(own("partitionKey"))
        );
        // All but four values are those of the parent, byte for byte.
        let key = Value::from(own("partitionKey")).to_string();
        let expected = parent
            .replacen("\"shard:7\"", &format!("\"shard:7:{index}\""), 1)
            .replacen("\"7\"", &format!("\"7:{index}\""), 1)
            .replacen(&format!("\"{data}\""), &format!("\"{}\"", own("data")), 1)
            .replacen("\"parent\"", &key, 1);
        assert_eq!(record.raw(), expected);
    }
}

/// Checks an event of a DynamoDB stream.
pub(crate) fn dynamodb(event: &str) {
    let tree = Tree::of(event);
    let expected = Expectation::of(tree.as_ref(), |event| {
        let records = records(event)?.iter().map(|record| {
            record.optional("eventID", Tree::as_text).ok()?;
            record.text("eventSource").filter(|source| *source == "aws:dynamodb")?;
            let change = record.once("dynamodb")?;
            change.optional("ApproximateCreationDateTime", Tree::as_number).ok()?;
            change.once("Keys")?.as_object()?;
            Some(Expected {
                id: change.text("SequenceNumber").filter(|id| !id.is_empty())?.to_owned(),
                order_key: None,
                source_arn: record.text("eventSourceARN")?.to_owned(),
            })
        });
        one_source(records.collect::<Option<Vec<_>>>()?)
    });
    let Some(batch) = events::decode(DynamoDb, event, &expected) else { return };
    events::check_borrowed(DynamoDb, event, &batch);
    for record in &batch.records {
        assert_eq!(DynamoDb.content(record).as_deref(), Ok(record.raw()));
    }
    if tree.is_some() {
        check_order_keys(&batch.records);
    }
    DYNAMODB.with(|rules| events::check_routing(DynamoDb, event, &batch, rules));
}

/// Checks that two records have the same order key exactly if they change the same item.
fn check_order_keys(records: &[Record<'_>]) {
    let keys = |record: &Record<'_>| {
        let record: Value = serde_json::from_str(record.raw()).expect("the record is JSON");
        record["dynamodb"]["Keys"].to_string()
    };
    let keys: Vec<String> = records.iter().map(keys).collect();
    for (first, first_keys) in records.iter().zip(&keys) {
        for (second, second_keys) in records.iter().zip(&keys) {
            let same_order_key = first.order_key() == second.order_key();
            assert_eq!(same_order_key, first_keys == second_keys, "the order key is not the whole item key");
        }
    }
}

//! Checks of the events of queues: SQS, and the records of a stream in the queue of a bridge.

use std::cell::LazyCell;

use sources::{Condition, Kind, Source, Sqs};
use tenancy::Rules;

use crate::events::{self, Expectation, Expected};
use crate::tree::{Occurrence, Tree};

/// The streams that a bridge can forward into a queue.
const STREAMS: [Kind; 2] = [Kind::Kinesis, Kind::DynamoDb];

thread_local! {
    static RULES: LazyCell<Rules> = LazyCell::new(|| {
        events::rules(&["$.messageAttributes.tenantId.stringValue", "$.body.tenantId"], &[])
    });
    static BRIDGED: LazyCell<Rules> = LazyCell::new(|| {
        events::rules(&["$.kinesis.data.tenantId", "$.dynamodb.NewImage.tenantId.S"], &["$.kinesis.data"])
    });
}

/// Checks an event of a standard or FIFO queue.
pub(crate) fn sqs(event: &str) {
    let source = Sqs::default();
    let tree = Tree::of(event);
    let expected = Expectation::of(tree.as_ref(), messages);
    let Some(batch) = events::decode(source, event, &expected) else { return };
    events::check_borrowed(source, event, &batch);
    for (index, record) in batch.records.iter().enumerate() {
        let body = tree.as_ref().and_then(|tree| tree.once("Records")?.as_list()?[index].text("body"));
        if let (Ok(content), Some(body)) = (source.content(record), body) {
            assert_eq!(content, body);
        }
    }
    RULES.with(|rules| events::check_routing(source, event, &batch, rules));
}

/// Reads the messages of a valid event. Returns `None` if the event must be refused.
fn messages(event: &Tree) -> Option<Vec<Expected>> {
    let records = records(event)?;
    let messages = records.iter().map(|record| {
        record.as_object()?;
        let id = record.text("messageId").filter(|id| !id.is_empty())?;
        record.text("eventSource").filter(|source| *source == "aws:sqs")?;
        let source_arn = record.text("eventSourceARN")?;
        let order_key = match record.field("attributes") {
            Occurrence::Never => None,
            Occurrence::Repeated => return None,
            Occurrence::Once(attributes) => {
                attributes.as_object()?;
                attributes.optional("ApproximateFirstReceiveTimestamp", Tree::as_text).ok()?;
                attributes.optional("MessageGroupId", Tree::as_text).ok()?
            }
        };
        let order_key = match source_arn.strip_suffix(".fifo") {
            Some(_) => Some(order_key?.to_owned()),
            None => None,
        };
        Some(Expected { id: id.to_owned(), order_key, source_arn: source_arn.to_owned() })
    });
    one_source(messages.collect::<Option<Vec<_>>>()?)
}

/// Returns the records of an event of an event source mapping.
pub(crate) fn records(event: &Tree) -> Option<&[Tree]> {
    // A repeated field is refused, even if both values are null.
    match event.field("window") {
        Occurrence::Never | Occurrence::Once(Tree::Null) => event.once("Records")?.as_list(),
        _ => None,
    }
}

/// Returns the records if all come from the same queue or stream.
pub(crate) fn one_source(records: Vec<Expected>) -> Option<Vec<Expected>> {
    let same = |pair: &[Expected]| pair[0].source_arn == pair[1].source_arn;
    records.windows(2).all(same).then_some(records)
}

/// Checks an event of the queue of a bridge.
pub(crate) fn bridged(event: &str) {
    for stream in STREAMS {
        let source = Sqs::default().draining(stream).expect("both are streams");
        let Some(batch) = events::decode(source, event, &Expectation::Unknown) else { continue };
        let tree = Tree::of(event);
        let messages = tree.as_ref().and_then(|tree| tree.once("Records")?.as_list());
        for (index, record) in batch.records.iter().enumerate() {
            let Some(message) = messages.map(|messages| &messages[index]) else { continue };
            assert_eq!(message.text("messageId"), Some(record.id()));
            match record.condition() {
                // The body is the stream record, byte for byte.
                Condition::Readable => assert_eq!(message.text("body"), Some(record.raw())),
                _ => assert!(event.contains(record.raw()), "an unrecognized message is not kept whole"),
            }
        }
        BRIDGED.with(|rules| events::check_routing(source, event, &batch, rules));
    }
}

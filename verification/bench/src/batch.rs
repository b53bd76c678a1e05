//! The batches of the benchmark: a number of records of a number of tenants. Each record is a small order.

use aws_model::events::dynamodb::{Change, TableStream};
use aws_model::events::kinesis::{DataRecord, DataStream};
use aws_model::events::sqs::{Message, Queue};
use aws_model::events::{eventbridge, pipes};
use aws_model::invoke::MAX_SYNC_BYTES;
use serde_json::{Value, json};

use crate::source::Source;

/// The text that an enrichment adds to each record. Its response has the same size limit as an event.
const ENRICHED: &str = r#"{"tenant_id":"tenant-00000","record":},"#;

/// The parameters of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) source: Source,
    pub(crate) records: u32,
    pub(crate) tenants: u32,
    /// The size to which the body of each record is filled. It has no effect on DynamoDB records.
    pub(crate) body_bytes: usize,
}

impl Batch {
    /// Returns a batch of small orders in an SQS queue.
    pub(crate) const fn of(records: u32, tenants: u32) -> Self {
        Self { source: Source::Sqs, records, tenants, body_bytes: 0 }
    }

    pub(crate) const fn from(self, source: Source) -> Self {
        Self { source, ..self }
    }

    pub(crate) const fn with_bodies_of(self, body_bytes: usize) -> Self {
        Self { body_bytes, ..self }
    }

    pub(crate) fn name(&self) -> String {
        let Self { source, records, tenants, .. } = self;
        if source.is_single() {
            return format!("{}: one at a time", source.title());
        }
        format!("{}: {records} records, {tenants} tenants", source.title())
    }

    /// Limits the number of records, but keeps at least one for each tenant.
    pub(crate) fn at_most(&self, records: u32) -> Self {
        Self { records: self.records.min(records.max(self.tenants)), ..*self }
    }

    /// Returns whether the batch is within the limits of Lambda.
    pub(crate) fn fits(&self) -> bool {
        // All records have the same size.
        let one = Self { records: 1, ..*self }.event().len();
        let one = if self.source == Source::Pipes { one + ENRICHED.len() } else { one };
        let all = usize::try_from(self.records).map_or(usize::MAX, |records| one * records);
        let most = if self.source.is_single() { 1 } else { self.records };
        self.tenants <= self.records && self.records <= most && all <= MAX_SYNC_BYTES
    }

    pub(crate) fn event(&self) -> String {
        let records = 0..self.records;
        match self.source {
            Source::Sqs => {
                Queue::standard("orders").event(&records.map(|at| self.message(at)).collect::<Vec<_>>())
            }
            Source::Kinesis => {
                DataStream::new("orders").event(&records.map(|at| self.data(at)).collect::<Vec<_>>())
            }
            Source::DynamoDb => {
                TableStream::of("orders").event(&records.map(|at| self.change(at)).collect::<Vec<_>>())
            }
            Source::Pipes => {
                let queue = Queue::standard("orders");
                let records: Vec<String> = records.map(|at| self.message(at).record(&queue)).collect();
                pipes::batch(&records)
            }
            Source::EventBridge => {
                let detail = json!({ "tenantId": self.tenant(0), "order": self.order(0) });
                eventbridge::event("6a7e8feb-b491-4cf7-a9f1-bf3703467718", &detail)
            }
            Source::Task => json!({ "tenant_id": self.tenant(0), "payload": self.order(0) }).to_string(),
        }
    }

    pub(crate) fn tenant(&self, at: u32) -> String {
        format!("tenant-{:05}", at % self.tenants)
    }

    pub(crate) fn message_id(at: u32) -> String {
        format!("059f36b4-87a3-44ab-83d2-{at:012}")
    }

    pub(crate) fn order(&self, at: u32) -> Value {
        let mut order =
            json!({ "tenantId": self.tenant(at), "orderId": format!("order-{at:08}"), "total": 3998 });
        let bare = order.to_string().len();
        let missing = self.body_bytes.saturating_sub(bare + r#","note":"""#.len());
        if missing > 0 {
            order["note"] = Value::String("n".repeat(missing));
        }
        order
    }

    fn message(&self, at: u32) -> Message {
        Message::new(Self::message_id(at), self.order(at).to_string()).group(self.tenant(at))
    }

    fn data(&self, at: u32) -> DataRecord {
        let number = format!("4959033827149025660855969253836157109592157598913{at:07}");
        DataRecord::new(number, self.tenant(at), self.order(at).to_string())
    }

    fn change(&self, at: u32) -> Change {
        let keys = json!({ "pk": { "S": format!("order-{at:08}") } });
        let image = |total: &str| {
            json!({
                "pk": keys["pk"],
                "tenantId": { "S": self.tenant(at) },
                "owner": { "S": self.tenant(at) },
                "total": { "N": total },
            })
        };
        Change::modify(format!("442158450000000001745{at:07}"), keys.clone(), image("3998"), image("4998"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_have_the_exact_size() {
        for size in [256, 64 * 1024] {
            let event: Value = serde_json::from_str(&Batch::of(1, 1).with_bodies_of(size).event()).unwrap();
            assert_eq!(event["Records"][0]["body"].as_str().map(str::len), Some(size));
        }
    }

    #[test]
    fn batch_beyond_the_limits_does_not_fit() {
        assert!(Batch::of(90, 10).with_bodies_of(64 * 1024).fits());
        assert!(!Batch::of(100, 10).with_bodies_of(64 * 1024).fits(), "over 6 MB");
        assert!(!Batch::of(10, 100).fits(), "more tenants than records");
        for source in Source::ALL {
            assert!(Batch::of(1, 1).from(source).fits(), "{source:?}");
            assert_eq!(Batch::of(2, 1).from(source).fits(), !source.is_single(), "{source:?}");
        }
    }
}

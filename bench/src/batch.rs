//! The batches that are delivered: so many records of so many tenants, each what a small order looks like.

use serde_json::{Value, json};
use testbed::{Change, DataRecord, DataStream, Message, Queue, TableStream};

/// The most that Lambda hands over in one event, in bytes [AWS Lambda developer guide, "Lambda quotas"].
pub(crate) const MAX_EVENT_BYTES: usize = 6 * 1024 * 1024;

/// Where a batch comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Sqs,
    Kinesis,
    DynamoDb,
}

/// A batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Batch {
    pub(crate) source: Source,
    pub(crate) records: u32,
    pub(crate) tenants: u32,
    /// The body of each record is filled up to this size. A change of an item is as large as it is.
    pub(crate) body_bytes: usize,
}

impl Source {
    pub(crate) const ALL: [Self; 3] = [Self::Sqs, Self::Kinesis, Self::DynamoDb];

    /// The configuration's word.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqs => "sqs",
            Self::Kinesis => "kinesis",
            Self::DynamoDb => "dynamodb",
        }
    }

    pub(crate) const fn artifact(self) -> &'static str {
        match self {
            Self::Sqs => "sqs-router",
            Self::Kinesis => "kinesis-router",
            Self::DynamoDb => "dynamodb-router",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Sqs => "SQS",
            Self::Kinesis => "Kinesis",
            Self::DynamoDb => "DynamoDB Streams",
        }
    }

    /// Where the tenant id stands; of a change, in either image.
    pub(crate) const fn tenant_paths(self) -> &'static [&'static str] {
        match self {
            Self::Sqs => &["$.attributes.MessageGroupId"],
            Self::Kinesis => &["$.kinesis.partitionKey"],
            Self::DynamoDb => &["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"],
        }
    }

    /// Where it stands once more, in what the sender wrote.
    pub(crate) const fn inner_tenant_paths(self) -> &'static [&'static str] {
        match self {
            Self::Sqs => &["$.body.tenantId"],
            Self::Kinesis => &["$.kinesis.data.tenantId"],
            Self::DynamoDb => &["$.dynamodb.NewImage.owner.S", "$.dynamodb.OldImage.owner.S"],
        }
    }
}

impl Batch {
    /// Small orders in a queue.
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
        format!("{}: {records} records, {tenants} tenants", source.title())
    }

    /// A batch of so many records at most; of one for each tenant at least.
    pub(crate) fn at_most(&self, records: u32) -> Self {
        Self { records: self.records.min(records.max(self.tenants)), ..*self }
    }

    /// Whether Lambda could hand it over.
    pub(crate) fn fits(&self) -> bool {
        // All records are of one size.
        let one = Self { records: 1, ..*self }.event().len();
        let all = usize::try_from(self.records).map_or(usize::MAX, |records| one * records);
        self.tenants <= self.records && all <= MAX_EVENT_BYTES
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
        }
    }

    pub(crate) fn tenant(&self, at: u32) -> String {
        format!("tenant-{:05}", at % self.tenants)
    }

    fn order(&self, at: u32) -> String {
        let mut order =
            json!({ "tenantId": self.tenant(at), "orderId": format!("order-{at:08}"), "total": 3998 });
        let bare = order.to_string();
        let missing = self.body_bytes.saturating_sub(bare.len() + r#","note":"""#.len());
        if missing == 0 {
            return bare;
        }
        order["note"] = Value::String("n".repeat(missing));
        order.to_string()
    }

    fn message(&self, at: u32) -> Message {
        Message::new(format!("059f36b4-87a3-44ab-83d2-{at:012}"), self.order(at)).group(self.tenant(at))
    }

    fn data(&self, at: u32) -> DataRecord {
        let number = format!("4959033827149025660855969253836157109592157598913{at:07}");
        DataRecord::new(number, self.tenant(at), self.order(at))
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
    fn bodies_are_filled_up_to_the_byte() {
        for size in [256, 64 * 1024] {
            let event: Value = serde_json::from_str(&Batch::of(1, 1).with_bodies_of(size).event()).unwrap();
            assert_eq!(event["Records"][0]["body"].as_str().map(str::len), Some(size));
        }
    }

    #[test]
    fn what_lambda_could_not_hand_over_does_not_fit() {
        assert!(Batch::of(90, 10).with_bodies_of(64 * 1024).fits());
        assert!(!Batch::of(100, 10).with_bodies_of(64 * 1024).fits(), "over 6 MB");
        assert!(!Batch::of(10, 100).fits(), "more tenants than records");
    }
}

//! What is measured: batches of a standard queue or a stream, of so many records and tenants.

use std::time::Duration;

use serde_json::{Value, json};
use testbed::{Change, DataRecord, DataStream, Message, Queue, TableStream};

use crate::arguments::{Arguments, Contenders};

/// What one Invoke of the router carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    Record,
    Event,
}

/// Where the batch comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Sqs,
    Kinesis,
    DynamoDb,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
    pub(crate) source: Source,
    pub(crate) records: u32,
    pub(crate) tenants: u32,
    pub(crate) payload: Payload,
    /// How long the backend takes for one Invoke, whatever it carries.
    pub(crate) latency: Duration,
    /// Batches that are measured, after one that warms up.
    pub(crate) rounds: u32,
    /// The same for the sequential loop, which takes longer; none where it would take many minutes.
    pub(crate) loop_rounds: u32,
}

pub(crate) const SCENARIOS: [Scenario; 5] = [
    Scenario {
        source: Source::Sqs,
        records: 500,
        tenants: 10,
        payload: Payload::Record,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 4,
    },
    Scenario {
        source: Source::Sqs,
        records: 10_000,
        tenants: 100,
        payload: Payload::Event,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 1,
    },
    Scenario {
        source: Source::Sqs,
        records: 10_000,
        tenants: 100,
        payload: Payload::Event,
        latency: Duration::from_millis(250),
        rounds: 10,
        loop_rounds: 0,
    },
    Scenario {
        source: Source::Kinesis,
        records: 500,
        tenants: 10,
        payload: Payload::Event,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 0,
    },
    Scenario {
        source: Source::DynamoDb,
        records: 500,
        tenants: 10,
        payload: Payload::Event,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 0,
    },
];

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

    /// Where the tenant id stands, twice where a source has it twice.
    pub(crate) fn tenant_id(self) -> Value {
        match self {
            Self::Sqs => {
                json!({ "from": ["$.attributes.MessageGroupId"], "must_match": ["$.body.tenantId"] })
            }
            Self::Kinesis => json!({ "from": ["$.kinesis.data.tenantId"] }),
            Self::DynamoDb => {
                json!({ "from": ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"] })
            }
        }
    }
}

impl Scenario {
    /// The same as the command line wants it.
    pub(crate) fn with(self, arguments: &Arguments) -> Self {
        let loop_rounds = match arguments.contenders {
            Contenders::Both => self.loop_rounds.min(arguments.rounds),
            Contenders::RouterOnly => 0,
        };
        let latency = arguments.latency.unwrap_or(self.latency);
        Self { latency, rounds: arguments.rounds, loop_rounds, ..self }
    }

    pub(crate) fn name(&self) -> String {
        let payload = self.payload.name();
        format!(
            "{}: {} records, {} tenants, payload {payload}, backend {} ms",
            self.source.title(),
            self.records,
            self.tenants,
            self.latency.as_millis()
        )
    }

    /// The batch. Its records are what a small order looks like.
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

    fn tenant(&self, at: u32) -> String {
        format!("tenant-{:03}", at % self.tenants)
    }

    fn order(&self, at: u32) -> Value {
        json!({ "tenantId": self.tenant(at), "orderId": format!("order-{at:08}"), "total": 3998 })
    }

    fn message(&self, at: u32) -> Message {
        let body = self.order(at).to_string();
        Message::new(format!("059f36b4-87a3-44ab-83d2-{at:012}"), body).group(self.tenant(at))
    }

    fn data(&self, at: u32) -> DataRecord {
        let number = format!("4959033827149025660855969253836157109592157598913{at:07}");
        DataRecord::new(number, self.tenant(at), self.order(at).to_string())
    }

    fn change(&self, at: u32) -> Change {
        let keys = json!({ "pk": { "S": format!("order-{at:08}") } });
        let image = |total: &str| json!({ "pk": keys["pk"], "tenantId": { "S": self.tenant(at) }, "total": { "N": total } });
        Change::modify(format!("442158450000000001745{at:07}"), keys.clone(), image("3998"), image("4998"))
    }

    /// What the backend alone takes: Invokes of one tenant that follow one another, all tenants being served at once.
    pub(crate) fn floor(&self) -> Duration {
        match self.payload {
            Payload::Record => self.latency * self.records.div_ceil(self.tenants),
            Payload::Event => self.latency,
        }
    }
}

impl Payload {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Event => "event",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_is_one_that_lambda_could_hand_over() {
        for scenario in SCENARIOS {
            let bytes = scenario.event().len();
            assert!(bytes <= 6 * 1024 * 1024, "{}: {bytes} bytes", scenario.name());
        }
    }
}

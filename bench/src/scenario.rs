//! What is measured: batches of a standard queue, of so many records and tenants.

use std::time::Duration;

use serde_json::json;
use testbed::{Message, Queue};

use crate::arguments::{Arguments, Contenders};

/// What one Invoke of the router carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    Record,
    Event,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Scenario {
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

pub(crate) const SCENARIOS: [Scenario; 3] = [
    Scenario {
        records: 500,
        tenants: 10,
        payload: Payload::Record,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 4,
    },
    Scenario {
        records: 10_000,
        tenants: 100,
        payload: Payload::Event,
        latency: Duration::from_millis(5),
        rounds: 10,
        loop_rounds: 1,
    },
    Scenario {
        records: 10_000,
        tenants: 100,
        payload: Payload::Event,
        latency: Duration::from_millis(250),
        rounds: 10,
        loop_rounds: 0,
    },
];

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
            "{} records, {} tenants, payload {payload}, backend {} ms",
            self.records,
            self.tenants,
            self.latency.as_millis()
        )
    }

    /// The batch. Its records are what a small order looks like.
    pub(crate) fn event(&self) -> String {
        let messages: Vec<Message> = (0..self.records).map(|at| self.message(at)).collect();
        Queue::standard("orders").event(&messages)
    }

    fn message(&self, at: u32) -> Message {
        let tenant = format!("tenant-{:03}", at % self.tenants);
        let body = json!({ "tenantId": tenant, "orderId": format!("order-{at:08}"), "total": 3998 });
        Message::new(format!("059f36b4-87a3-44ab-83d2-{at:012}"), body.to_string()).group(tenant)
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

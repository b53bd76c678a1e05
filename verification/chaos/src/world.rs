//! The routers of a source and the services around them. The same processes serve all rounds.

use std::path::Path;

use fastrand::Rng;
use serde_json::Value;
use testbed::Sandbox;

use crate::bridge::Bridge;
use crate::deployment::Deployment;
use crate::faults::Faults;
use crate::history::History;
use crate::message::{Message, draw_messages};
use crate::round::Round;
use crate::round_report::RoundReport;
use crate::services::Services;
use crate::source::Source;
use crate::{bus, dynamodb, kinesis, pipe, queue, stream, task};

/// A source, its routers and the services around them.
pub struct World {
    source: Source,
    services: Services,
    routers: Vec<Sandbox>,
    /// The routers that drain a bridge.
    drains: Vec<Sandbox>,
}

impl World {
    /// Starts `environments` execution environments of the source's router, each with these additional variables.
    #[must_use]
    pub fn start(
        source: Source,
        bootstrap: &Path,
        environments: usize,
        variables: &[(&'static str, &str)],
    ) -> Self {
        let services = Services::start(new_deployment(source, Vec::new(), Faults::new(0, 1)));
        let config = source.config(&services.quarantine_url(), &services.bridge_url());
        let routers = start_environments(&services, bootstrap, &config, environments, variables);
        Self { source, services, routers, drains: Vec::new() }
    }

    /// Adds `environments` execution environments of a queue's router, which drain the bridge.
    #[must_use]
    pub fn with_drain(mut self, bootstrap: &Path, environments: usize) -> Self {
        let config = Source::drain_config(&self.services.quarantine_url());
        self.drains = start_environments(&self.services, bootstrap, &config, environments, &[]);
        self
    }

    /// Returns the execution environments of the router.
    #[must_use]
    pub fn routers(&self) -> &[Sandbox] {
        &self.routers
    }

    /// Runs one round until all messages are acknowledged or a limit is reached. The last part of a round has no faults.
    pub fn play(&mut self, round: &Round) -> RoundReport {
        let mut messages = draw_messages(round, self.source.registry(), &mut round.rng(0));
        let records = match self.source {
            Source::Kinesis | Source::Bridge => kinesis::pack(&mut messages, round.first, &mut round.rng(16)),
            Source::DynamoDb => dynamodb::change_records(&messages, &mut round.rng(16)),
            _ => Vec::new(),
        };
        let faults = Faults::new(round.seed, round.slow_one_in);
        let deployment = self.services.replace(new_deployment(self.source, messages, faults), round.tenants);
        let (routers, mut rng) = (&mut self.routers, round.rng(32));
        match self.source {
            Source::StandardQueue
            | Source::FifoQueue
            | Source::StandardQueueByRecord
            | Source::FifoQueueByRecord
            | Source::BufferedBus => {
                queue::deliver(self.source, routers, &deployment, &self.services, &mut rng);
            }
            Source::Kinesis | Source::DynamoDb | Source::Bridge => {
                stream::deliver(self.source, records, routers, &deployment, &self.services, &mut rng);
            }
            Source::EventBridge => bus::deliver(routers, &deployment, &self.services),
            Source::Pipe => pipe::deliver(routers, &deployment, &self.services, &mut rng),
            Source::Task => task::deliver(routers, &deployment, &self.services),
        }
        let (order, events) = (self.source.order(), deployment.history.events());
        let report = RoundReport::of(&deployment.messages, order, &events, deployment.faults.drawn());
        match self.source {
            Source::Bridge => report.with_drain(self.drain(&deployment, round, &mut rng)),
            _ => report,
        }
    }

    /// Drains the bridge's queue into the backend. Each message that has a tenant must arrive there.
    fn drain(&mut self, before: &Deployment, round: &Round, rng: &mut Rng) -> RoundReport {
        let faults = Faults::new(!round.seed, round.slow_one_in);
        let behind = new_deployment(self.source, before.bridged.messages(), faults);
        let behind = self.services.replace(behind, round.tenants);
        queue::deliver(self.source, &mut self.drains, &behind, &self.services, rng);
        let owned: Vec<Message> =
            before.messages.iter().filter(|message| message.tenant.is_some()).cloned().collect();
        RoundReport::of(&owned, self.source.order(), &behind.history.events(), behind.faults.drawn())
    }
}

/// Starts `count` execution environments with this configuration.
fn start_environments(
    services: &Services,
    bootstrap: &Path,
    config: &Value,
    count: usize,
    variables: &[(&'static str, &str)],
) -> Vec<Sandbox> {
    let mut environment = vec![("TENANT_ROUTER_CONFIG", config.to_string())];
    environment.extend(services.environment());
    let environment = environment.iter().map(|(name, value)| (*name, value.as_str()));
    let environment: Vec<(&str, &str)> = environment.chain(variables.iter().copied()).collect();
    let start = |_| {
        Sandbox::start(bootstrap, &environment)
            .unwrap_or_else(|failure| panic!("the init failed: {}: {failure:?}", bootstrap.display()))
    };
    (0..count).map(start).collect()
}

fn new_deployment(source: Source, messages: Vec<Message>, faults: Faults) -> Deployment {
    Deployment {
        faults,
        history: History::default(),
        messages,
        messages_in: source.messages_in(),
        backend_response: source.backend_response(),
        bridged: Bridge::default(),
    }
}

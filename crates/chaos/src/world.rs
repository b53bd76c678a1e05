//! A source's routers at work, and the services around them; round after round, the processes stay the same.

use std::path::Path;
use std::time::Duration;

use fastrand::Rng;
use serde_json::Value;
use testbed::Sandbox;

use crate::account::Account;
use crate::bridge::Bridge;
use crate::estate::Estate;
use crate::faults::Faults;
use crate::history::History;
use crate::message::{Message, draw};
use crate::round::Round;
use crate::source::Source;
use crate::stage::Stage;
use crate::{bus, dynamodb, kinesis, pipe, queue, stream, task};

/// The time that Lambda gives a router: the backend's second, eleven for an environment to start, some for Invokes that
/// follow one another.
pub(crate) const TIME: Duration = Duration::from_secs(18);

/// A source, its routers and their services.
pub struct World {
    source: Source,
    stage: Stage,
    routers: Vec<Sandbox>,
    /// Behind a bridge.
    drains: Vec<Sandbox>,
}

impl World {
    /// Starts so many environments of the source's router, each with these environment variables besides.
    #[must_use]
    pub fn start(
        source: Source,
        bootstrap: &Path,
        environments: usize,
        variables: &[(&'static str, &str)],
    ) -> Self {
        let stage = Stage::start(estate(source, Vec::new(), Faults::new(0, 1)));
        let config = source.config(&stage.quarantine(), &stage.bridge());
        let routers = environments_of(&stage, bootstrap, &config, environments, variables);
        Self { source, stage, routers, drains: Vec::new() }
    }

    /// Lets so many environments of a queue's router drain the bridge.
    #[must_use]
    pub fn drained_by(mut self, bootstrap: &Path, environments: usize) -> Self {
        let config = Source::draining(&self.stage.quarantine());
        self.drains = environments_of(&self.stage, bootstrap, &config, environments, &[]);
        self
    }

    /// Its environments.
    #[must_use]
    pub fn routers(&self) -> &[Sandbox] {
        &self.routers
    }

    /// Plays one round until all is settled or should long have been. Things go wrong at first; then all goes well.
    pub fn play(&mut self, round: &Round) -> Account {
        let mut messages = draw(round, self.source.registry(), &mut round.rng(0));
        let records = match self.source {
            Source::Kinesis | Source::Bridge => kinesis::pack(&mut messages, round.first, &mut round.rng(16)),
            Source::DynamoDb => dynamodb::changes(&messages, &mut round.rng(16)),
            _ => Vec::new(),
        };
        let faults = Faults::new(round.seed, round.slow_one_in);
        let estate = self.stage.change(estate(self.source, messages, faults), round.crowd);
        let (routers, mut rng) = (&mut self.routers, round.rng(32));
        match self.source {
            Source::StandardQueue | Source::FifoQueue | Source::BufferedBus => {
                queue::deliver(self.source, routers, &estate, &self.stage, &mut rng);
            }
            Source::Kinesis | Source::DynamoDb | Source::Bridge => {
                stream::deliver(self.source, records, routers, &estate, &self.stage, &mut rng);
            }
            Source::EventBridge => bus::deliver(routers, &estate, &self.stage),
            Source::Pipe => pipe::deliver(routers, &estate, &self.stage, &mut rng),
            Source::Task => task::deliver(routers, &estate, &self.stage),
        }
        let (order, events) = (self.source.order(), estate.history.events());
        let account = Account::of(&estate.messages, order, &events, estate.faults.drawn());
        match self.source {
            Source::Bridge => account.and_behind_the_bridge(self.drain(&estate, round, &mut rng)),
            _ => account,
        }
    }

    /// What a bridge's queue holds goes to the backend. Each message that is somebody's must come there.
    fn drain(&mut self, before: &Estate, round: &Round, rng: &mut Rng) -> Account {
        let faults = Faults::new(!round.seed, round.slow_one_in);
        let behind = estate(self.source, before.bridged.messages(), faults);
        let behind = self.stage.change(behind, round.crowd);
        queue::deliver(self.source, &mut self.drains, &behind, &self.stage, rng);
        let owned: Vec<Message> =
            before.messages.iter().filter(|message| message.tenant.is_some()).cloned().collect();
        Account::of(&owned, self.source.order(), &behind.history.events(), behind.faults.drawn())
    }
}

/// Starts so many environments with this configuration.
fn environments_of(
    stage: &Stage,
    bootstrap: &Path,
    config: &Value,
    count: usize,
    variables: &[(&'static str, &str)],
) -> Vec<Sandbox> {
    let mut environment = vec![("TENANT_ROUTER_CONFIG", config.to_string())];
    environment.extend(stage.environment());
    let environment = environment.iter().map(|(name, value)| (*name, value.as_str()));
    let environment: Vec<(&str, &str)> = environment.chain(variables.iter().copied()).collect();
    let start = |_| {
        Sandbox::start(bootstrap, &environment)
            .unwrap_or_else(|failure| panic!("the init failed: {}: {failure:?}", bootstrap.display()))
    };
    (0..count).map(start).collect()
}

fn estate(source: Source, messages: Vec<Message>, faults: Faults) -> Estate {
    Estate {
        faults,
        history: History::default(),
        messages,
        messages_in: source.messages_in(),
        answers: source.answers(),
        bridged: Bridge::default(),
    }
}

//! A source's routers at work, and the services around them; round after round, the processes stay the same.

use std::path::Path;
use std::time::Duration;

use testbed::Sandbox;

use crate::account::Account;
use crate::estate::Estate;
use crate::faults::Faults;
use crate::history::History;
use crate::message::{Message, draw};
use crate::round::Round;
use crate::source::Source;
use crate::stage::Stage;
use crate::{bus, dynamodb, kinesis, queue, stream};

/// The time that Lambda gives a router: the backend's second, eleven for an environment to start, some for Invokes that
/// follow one another.
pub(crate) const TIME: Duration = Duration::from_secs(18);

/// A source, its routers and their services.
pub struct World {
    source: Source,
    stage: Stage,
    routers: Vec<Sandbox>,
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
        let config = source.config(&stage.quarantine()).to_string();
        let mut environment = vec![("TENANT_ROUTER_CONFIG", config)];
        environment.extend(stage.environment());
        let environment = environment.iter().map(|(name, value)| (*name, value.as_str()));
        let environment: Vec<(&str, &str)> = environment.chain(variables.iter().copied()).collect();
        let start = |_| {
            Sandbox::start(bootstrap, &environment)
                .unwrap_or_else(|failure| panic!("the init failed: {}: {failure:?}", bootstrap.display()))
        };
        let routers = (0..environments).map(start).collect();
        Self { source, stage, routers }
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
            Source::Kinesis => kinesis::pack(&mut messages, round.first, &mut round.rng(16)),
            Source::DynamoDb => dynamodb::changes(&messages, &mut round.rng(16)),
            _ => Vec::new(),
        };
        let faults = Faults::new(round.seed, round.slow_one_in);
        let estate = self.stage.change(estate(self.source, messages, faults), round.crowd);
        let (routers, mut rng) = (&mut self.routers, round.rng(32));
        match self.source {
            Source::StandardQueue | Source::FifoQueue => {
                queue::deliver(self.source, routers, &estate, &self.stage, &mut rng);
            }
            Source::Kinesis | Source::DynamoDb => {
                stream::deliver(self.source, records, routers, &estate, &self.stage, &mut rng);
            }
            Source::EventBridge => bus::deliver(routers, &estate, &self.stage),
        }
        Account::of(&estate.messages, self.source.order(), &estate.history.events(), estate.faults.drawn())
    }
}

fn estate(source: Source, messages: Vec<Message>, faults: Faults) -> Estate {
    Estate {
        faults,
        history: History::default(),
        messages,
        messages_in: source.messages_in(),
        answers: source.answers(),
    }
}

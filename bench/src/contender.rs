//! Who is measured, and how each is told what to do.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use testbed::binaries::{Profile, build};

use crate::docs::project;
use crate::scenario::{AT_ONCE, Payload, Scenario};
use crate::source::{SOURCES, Source};

/// The registry's table.
pub(crate) const TABLE: &str = "tenants";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Router(Checks),
    /// What the protocol itself costs: `bench/floor`.
    Floor,
    /// The same without signatures, which AWS would refuse.
    UnsignedFloor,
    /// `bench/node`: one record after the other.
    Sequential,
    /// `bench/node`: 64 records at a time.
    Concurrent,
}

/// What the router looks at besides the tenant id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    Grammar,
    /// Besides, that the sender's own text says the same.
    Agreement,
    /// Besides, that the registry knows the tenant.
    Registry,
}

/// What is run.
pub(crate) struct Programs {
    routers: [PathBuf; SOURCES],
    floor: PathBuf,
    loops: PathBuf,
}

impl Contender {
    pub(crate) const ROUTER: Self = Self::Router(Checks::Grammar);

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Router(Checks::Grammar) => "router",
            Self::Router(Checks::Agreement) => "router, with must_match",
            Self::Router(Checks::Registry) => "router, with must_match and a registry",
            Self::Floor => "floor",
            Self::UnsignedFloor => "floor, unsigned",
            Self::Sequential => "sequential loop in Node",
            Self::Concurrent => "64-way loop in Node",
        }
    }

    pub(crate) const fn is_node(self) -> bool {
        matches!(self, Self::Sequential | Self::Concurrent)
    }

    /// What one of its Invokes carries: the loops know one way only.
    pub(crate) const fn payload(self, scenario: &Scenario) -> Payload {
        if self.is_node() { Payload::Record } else { scenario.payload }
    }

    /// The environment variables that tell it what to do.
    pub(crate) fn environment(self, scenario: &Scenario) -> Vec<(&'static str, String)> {
        let mut floor = vec![
            ("FLOOR_PAYLOAD", scenario.payload.name().to_owned()),
            ("FLOOR_AT_ONCE", AT_ONCE.to_string()),
        ];
        match self {
            Self::Router(checks) => {
                vec![(
                    "TENANT_ROUTER_CONFIG",
                    checks.config(scenario.batch.source, scenario.payload).to_string(),
                )]
            }
            Self::Floor => floor,
            Self::UnsignedFloor => {
                floor.push(("FLOOR_UNSIGNED", "1".to_owned()));
                floor
            }
            Self::Sequential => vec![("BENCH_LOOP", "sequential".to_owned())],
            Self::Concurrent => vec![("BENCH_LOOP", "concurrent".to_owned())],
        }
    }
}

impl Checks {
    fn config(self, source: Source, payload: Payload) -> Value {
        let mut config = json!({
            "source": source.name(),
            "tenant_id": { "from": source.tenant_paths() },
        });
        if payload != Payload::Nothing {
            config["backend"] = json!({ "function": "orders:live", "timeout_seconds": 60 });
            config["delivery"] = json!({ "payload": payload.name(), "in_flight": AT_ONCE });
        }
        if payload == Payload::Record {
            // The loops keep no order either.
            config["delivery"]["per_tenant"] = json!(AT_ONCE);
        }
        if self != Self::Grammar {
            let (from, inner) = (source.tenant_paths(), source.inner_tenant_paths());
            config["tenant_id"] = match source {
                // Not every change has each image: what is there has to agree.
                Source::DynamoDb => json!({ "from": ([from, inner].concat()) }),
                _ => json!({ "from": from, "must_match": inner }),
            };
        }
        if self == Self::Registry {
            config["registry"] = json!({ "table": TABLE });
        }
        config
    }
}

impl Programs {
    /// Builds the release binaries.
    pub(crate) fn build() -> Result<Self, Box<dyn Error>> {
        let routers = build(Profile::Release, Source::ALL.map(Source::artifact))?;
        let [floor] = build(Profile::Release, ["floor"])?;
        Ok(Self { routers, floor, loops: project().join("bench/node/bootstrap") })
    }

    /// Routers that were built elsewhere, and nobody else.
    pub(crate) fn standing_at(routers: [PathBuf; SOURCES]) -> Self {
        Self { routers, floor: PathBuf::new(), loops: PathBuf::new() }
    }

    /// Installs what the loops in Node need, where it is not there.
    pub(crate) fn install_node() -> Result<(), Box<dyn Error>> {
        let status = Command::new("python3")
            .args(["-m", "scripts.node_loops"])
            .current_dir(project())
            .status()
            .map_err(|error| format!("the loops in Node cannot be installed: python3: {error}"))?;
        if status.success() {
            return Ok(());
        }
        Err("no loops in Node: see the message above, or leave them out with --without-node".into())
    }

    pub(crate) fn of(&self, contender: Contender, source: Source) -> &Path {
        let [sqs, kinesis, dynamodb, eventbridge, pipes, task] = &self.routers;
        match (contender, source) {
            (Contender::Router(_), Source::Sqs) => sqs,
            (Contender::Router(_), Source::Kinesis) => kinesis,
            (Contender::Router(_), Source::DynamoDb) => dynamodb,
            (Contender::Router(_), Source::EventBridge) => eventbridge,
            (Contender::Router(_), Source::Pipes) => pipes,
            (Contender::Router(_), Source::Task) => task,
            (Contender::Floor | Contender::UnsignedFloor, _) => &self.floor,
            (Contender::Sequential | Contender::Concurrent, _) => &self.loops,
        }
    }
}

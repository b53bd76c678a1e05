//! Who is measured, and how each is told what to do.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use testbed::binaries::{Profile, build};

use crate::docs::project;
use crate::scenario::{AT_ONCE, Payload, Scenario};
use crate::source::Source;

/// The registry's table.
pub(crate) const TABLE: &str = "tenants";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Router(Checks),
    /// The router of another version, built elsewhere.
    OtherRouter,
    /// What the protocol itself costs: `bench/floor`.
    Floor,
    /// What it costs with AWS's crates: `bench/floor-aws`.
    FloorOnAws,
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
    /// The folder of all of them.
    routers: PathBuf,
    other_routers: Option<PathBuf>,
    floor: PathBuf,
    floor_on_aws: PathBuf,
    loops: PathBuf,
}

impl Contender {
    pub(crate) const ROUTER: Self = Self::Router(Checks::Grammar);

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Router(Checks::Grammar) => "router",
            Self::Router(Checks::Agreement) => "router, with must_match",
            Self::Router(Checks::Registry) => "router, with must_match and a registry",
            Self::OtherRouter => "other router",
            Self::Floor => "floor",
            Self::FloorOnAws => "floor on AWS's crates",
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
            Self::OtherRouter => Self::ROUTER.environment(scenario),
            Self::Floor | Self::FloorOnAws => floor,
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
        let [router, ..] = build(Profile::Release, Source::ALL.map(Source::artifact))?;
        let [floor, floor_on_aws] = build(Profile::Release, ["floor", "floor-aws"])?;
        let routers = router.parent().ok_or("a router is in no folder")?.to_owned();
        let loops = project().join("bench/node/bootstrap");
        Ok(Self { routers, other_routers: None, floor, floor_on_aws, loops })
    }

    /// Routers that were built elsewhere, in this folder, and nobody else.
    pub(crate) fn standing_in(routers: PathBuf) -> Self {
        let [floor, floor_on_aws, loops] = [(); 3].map(|()| PathBuf::new());
        Self { routers, other_routers: None, floor, floor_on_aws, loops }
    }

    /// With the routers of another version, from this folder, under the names that cargo gives them.
    pub(crate) fn beside(self, other_routers: PathBuf) -> Result<Self, String> {
        let missing = Source::ALL.map(|source| other_routers.join(source.artifact()));
        if let Some(missing) = missing.iter().find(|router| !router.is_file()) {
            let missing = missing.display();
            return Err(format!(
                "no other router: {missing}: build the routers of that version with --release"
            ));
        }
        Ok(Self { other_routers: Some(other_routers), ..self })
    }

    pub(crate) const fn have_other_routers(&self) -> bool {
        self.other_routers.is_some()
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

    pub(crate) fn of(&self, contender: Contender, source: Source) -> PathBuf {
        match contender {
            Contender::Router(_) => self.routers.join(source.artifact()),
            // Nobody asks for it where there is none.
            Contender::OtherRouter => {
                self.other_routers.as_ref().unwrap_or(&self.routers).join(source.artifact())
            }
            Contender::Floor | Contender::UnsignedFloor => self.floor.clone(),
            Contender::FloorOnAws => self.floor_on_aws.clone(),
            Contender::Sequential | Contender::Concurrent => self.loops.clone(),
        }
    }
}

//! The measured programs and their configuration.

use std::error::Error;
use std::path::PathBuf;
use std::process::Command;

use serde_json::{Value, json};
use testbed::binaries::{Profile, build};

use crate::docs::project;
use crate::payload::Payload;
use crate::scenario::{CONCURRENCY, Scenario};
use crate::source::Source;

/// The name of the registry table.
pub(crate) const TABLE: &str = "tenants";

/// A measured program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    Router(Checks),
    /// The router of another version, given by `--beside`.
    OtherRouter,
    /// The minimum cost of the protocol: `verification/bench/floor`.
    Floor,
    /// The minimum cost with the crates of AWS: `verification/bench/floor-aws`.
    FloorOnAws,
    /// `verification/bench/floor` without signatures, which AWS refuses.
    UnsignedFloor,
    /// `verification/bench/node`: one record after another.
    Sequential,
    /// `verification/bench/node`: 64 records at a time.
    Concurrent,
}

/// The checks of the router on a tenant id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Checks {
    /// Only the grammar.
    Grammar,
    /// The grammar, and equality with a second copy in the text of the sender.
    Agreement,
    /// The grammar, the equality, and the registry.
    Registry,
}

/// The paths of the programs.
pub(crate) struct Programs {
    /// The folder with the routers of all sources.
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

    /// Returns the payload of its Invokes. The loops in Node support only one.
    pub(crate) const fn payload(self, scenario: &Scenario) -> Payload {
        if self.is_node() { Payload::Record } else { scenario.payload }
    }

    /// Returns the environment variables with its configuration.
    pub(crate) fn environment(self, scenario: &Scenario) -> Vec<(&'static str, String)> {
        let mut floor = vec![
            ("FLOOR_PAYLOAD", scenario.payload.name().to_owned()),
            ("FLOOR_AT_ONCE", CONCURRENCY.to_string()),
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
            config["delivery"] = json!({ "payload": payload.name(), "in_flight": CONCURRENCY });
        }
        if payload == Payload::Record {
            // The loops in Node do not keep the order either.
            config["delivery"]["per_tenant"] = json!(CONCURRENCY);
        }
        if self != Self::Grammar {
            let (from, inner) = (source.tenant_paths(), source.inner_tenant_paths());
            config["tenant_id"] = match source {
                // A change may lack an image. The existing ones must be equal.
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
    /// Builds the release binaries of the routers and floors.
    pub(crate) fn build() -> Result<Self, Box<dyn Error>> {
        let [router, ..] = build(Profile::Release, Source::ALL.map(Source::artifact))?;
        let [floor, floor_on_aws] = build(Profile::Release, ["floor", "floor-aws"])?;
        let routers = router.parent().ok_or("the router is not in a folder")?.to_owned();
        let loops = project().join("verification/bench/node/bootstrap");
        Ok(Self { routers, other_routers: None, floor, floor_on_aws, loops })
    }

    /// Returns only the routers in this folder, without the other programs.
    pub(crate) fn in_folder(routers: PathBuf) -> Self {
        let [floor, floor_on_aws, loops] = [(); 3].map(|()| PathBuf::new());
        Self { routers, other_routers: None, floor, floor_on_aws, loops }
    }

    /// Adds the routers of another version. The files have the names that cargo gives them.
    ///
    /// # Errors
    /// If a router is missing.
    pub(crate) fn with_other_routers(self, other_routers: PathBuf) -> Result<Self, String> {
        let missing = Source::ALL.map(|source| other_routers.join(source.artifact()));
        if let Some(missing) = missing.iter().find(|router| !router.is_file()) {
            let missing = missing.display();
            return Err(format!(
                "the other router is missing: {missing}: build the routers of that version with --release"
            ));
        }
        Ok(Self { other_routers: Some(other_routers), ..self })
    }

    pub(crate) const fn has_other_routers(&self) -> bool {
        self.other_routers.is_some()
    }

    /// Installs the packages of the loops in Node, if they are missing.
    ///
    /// # Errors
    /// If the installation fails.
    pub(crate) fn install_node() -> Result<(), Box<dyn Error>> {
        let status = Command::new("python3")
            .args(["-m", "scripts.node_loops"])
            .current_dir(project())
            .status()
            .map_err(|error| format!("the loops in Node cannot be installed: python3: {error}: install it, or add --without-node"))?;
        if status.success() {
            return Ok(());
        }
        Err("the loops in Node are not installed: verification/bench/node: read the message above, or add --without-node"
            .into())
    }

    pub(crate) fn path_of(&self, contender: Contender, source: Source) -> PathBuf {
        match contender {
            Contender::Router(_) => self.routers.join(source.artifact()),
            // It is measured only if there are other routers.
            Contender::OtherRouter => {
                self.other_routers.as_ref().unwrap_or(&self.routers).join(source.artifact())
            }
            Contender::Floor | Contender::UnsignedFloor => self.floor.clone(),
            Contender::FloorOnAws => self.floor_on_aws.clone(),
            Contender::Sequential | Contender::Concurrent => self.loops.clone(),
        }
    }
}

//! Describes the machine of a run. The measured program shares it with the servers of the testbed.

use std::fmt::{self, Display, Formatter};
use std::process::Command;

use serde::Serialize;

/// The machine of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    architecture: &'static str,
    /// The version of Node, or empty if the loops were not measured.
    node: String,
}

impl Machine {
    pub(crate) fn this(with_node: bool) -> Self {
        let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let name = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: name.map_or("unknown", |(_, name)| name).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            architecture: std::env::consts::ARCH,
            node: if with_node { node() } else { String::new() },
        }
    }
}

fn node() -> String {
    let version =
        Command::new("node").arg("--version").output().map(|output| output.stdout).unwrap_or_default();
    String::from_utf8_lossy(&version).trim().to_owned()
}

impl Display for Machine {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write!(out, "{}, {} cores, {}", self.processor, self.cores, self.architecture)?;
        if self.node.is_empty() { Ok(()) } else { write!(out, ", Node {}", self.node) }
    }
}

//! A program as it is started: from process start to the first poll for an event, memory before any event, size.

use std::error::Error;
use std::fs;
use std::time::Duration;

use testbed::Sandbox;

use crate::contender::{Contender, Programs};
use crate::contest::LARGEST;
use crate::docs::project;

/// How often the process is started.
const STARTS: usize = 21;

/// What a program takes before its first event.
pub(crate) struct Start {
    pub(crate) contender: Contender,
    /// The median.
    pub(crate) init: Duration,
    pub(crate) best_init: Duration,
    pub(crate) idle_bytes: u64,
}

pub(crate) fn measure(programs: &Programs, contender: Contender) -> Result<Start, Box<dyn Error>> {
    let mut environment = contender.environment(&LARGEST);
    environment.push(("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9".to_owned()));
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let bootstrap = programs.of(contender, LARGEST.batch.source);
    let mut inits: Vec<Duration> = Vec::new();
    let mut idle_bytes = 0;
    for _ in 0..STARTS {
        let sandbox = Sandbox::start(bootstrap, &environment)
            .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
        inits.push(sandbox.init());
        idle_bytes = idle_bytes.max(sandbox.usage().map_or(0, |usage| usage.peak_bytes));
    }
    inits.sort_unstable();
    Ok(Start { contender, init: inits[STARTS / 2], best_init: inits[0], idle_bytes })
}

/// The size of the router's artifact for this machine's architecture, in bytes; none before `./taskw build`.
pub(crate) fn zip_bytes() -> Option<u64> {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let file = project().join("dist").join(format!("sqs-router-{architecture}.zip"));
    fs::metadata(file).ok().map(|metadata| metadata.len())
}

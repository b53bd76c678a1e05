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
    /// The median.
    pub(crate) idle_bytes: u64,
}

/// Starts everybody in turns.
pub(crate) fn side_by_side(
    programs: &Programs,
    contenders: impl Iterator<Item = Contender>,
) -> Result<Vec<Start>, Box<dyn Error>> {
    let mut seen: Vec<(Contender, Vec<(Duration, u64)>)> =
        contenders.map(|contender| (contender, Vec::new())).collect();
    for _ in 0..STARTS {
        for (contender, starts) in &mut seen {
            starts.push(start(programs, *contender)?);
        }
    }
    let told = |(contender, starts): (Contender, Vec<(Duration, u64)>)| {
        let (mut inits, mut idle): (Vec<_>, Vec<_>) = starts.into_iter().unzip();
        inits.sort_unstable();
        idle.sort_unstable();
        Start { contender, init: inits[STARTS / 2], best_init: inits[0], idle_bytes: idle[STARTS / 2] }
    };
    Ok(seen.into_iter().map(told).collect())
}

/// How long it took, and the memory that it has then.
fn start(programs: &Programs, contender: Contender) -> Result<(Duration, u64), Box<dyn Error>> {
    let mut environment = contender.environment(&LARGEST);
    environment.push(("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9".to_owned()));
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let bootstrap = programs.of(contender, LARGEST.batch.source);
    let sandbox = Sandbox::start(&bootstrap, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
    Ok((sandbox.init(), sandbox.usage().map_or(0, |usage| usage.peak_bytes)))
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

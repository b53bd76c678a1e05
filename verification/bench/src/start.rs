//! Measures the start of a program: the time to its first poll, its memory before any event, and the size of its artifact.

use std::error::Error;
use std::fs;
use std::time::Duration;

use testbed::Sandbox;

use crate::contender::{Contender, Programs};
use crate::docs::project;
use crate::scenario::LARGEST;

/// The number of starts of each program.
const STARTS: usize = 21;

/// The measurements of a program before its first event.
pub(crate) struct Start {
    pub(crate) contender: Contender,
    /// The median init time.
    pub(crate) init: Duration,
    /// The shortest init time.
    pub(crate) best_init: Duration,
    /// The median of the peak memory before any event, in bytes.
    pub(crate) idle_bytes: u64,
}

/// Starts all programs in turns.
///
/// # Errors
/// If an init fails.
pub(crate) fn side_by_side(
    programs: &Programs,
    contenders: impl Iterator<Item = Contender>,
) -> Result<Vec<Start>, Box<dyn Error>> {
    let mut measured: Vec<(Contender, Vec<(Duration, u64)>)> =
        contenders.map(|contender| (contender, Vec::new())).collect();
    for _ in 0..STARTS {
        for (contender, starts) in &mut measured {
            starts.push(start(programs, *contender)?);
        }
    }
    let summarise = |(contender, starts): (Contender, Vec<(Duration, u64)>)| {
        let (mut inits, mut idle): (Vec<_>, Vec<_>) = starts.into_iter().unzip();
        inits.sort_unstable();
        idle.sort_unstable();
        Start { contender, init: inits[STARTS / 2], best_init: inits[0], idle_bytes: idle[STARTS / 2] }
    };
    Ok(measured.into_iter().map(summarise).collect())
}

/// Starts a program once. Returns its init time and its peak memory.
fn start(programs: &Programs, contender: Contender) -> Result<(Duration, u64), Box<dyn Error>> {
    let mut environment = contender.environment(&LARGEST);
    environment.push(("AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:9".to_owned()));
    let environment: Vec<(&str, &str)> =
        environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let bootstrap = programs.path_of(contender, LARGEST.batch.source);
    let sandbox = Sandbox::start(&bootstrap, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
    Ok((sandbox.init(), sandbox.usage().map_or(0, |usage| usage.peak_bytes)))
}

/// Returns the size of the artifact of the router for this architecture, in bytes. None before `./taskw build`.
pub(crate) fn zip_bytes() -> Option<u64> {
    let architecture = match std::env::consts::ARCH {
        "aarch64" => "arm64",
        other => other,
    };
    let file = project().join("dist").join(format!("sqs-router-{architecture}.zip"));
    fs::metadata(file).ok().map(|metadata| metadata.len())
}

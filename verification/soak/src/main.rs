//! Runs the release binaries under the faults of the crate `chaos`, one process for each source of [`Source::ALL`], for a given
//! time. An execution environment on Lambda can serve for hours, which no other test covers. This crate must not depend on the
//! crates of the product.
//!
//! Read the modules in this order:
//!
//! - [`source_run`]: the rounds of one source; [`sampler`]: samples of its process meanwhile
//! - [`outcome`]: whether a run passes; [`leak`]: whether resource use grows
//! - [`report`]: the report; [`plot`]: its figure

mod leak;
mod outcome;
mod plot;
mod report;
mod sampler;
mod source_run;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use chaos::{Source, World};
use clap::Parser;
use testbed::binaries::{Profile, build};

use crate::sampler::Sampler;
use crate::source_run::SourceRun;

/// Runs the release binaries under faults, and checks that they lose nothing and that their resource use does not grow.
#[derive(Parser)]
#[command(name = "soak")]
struct Arguments {
    /// The duration of the run, in minutes.
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// The seed of the messages and the faults (default: random).
    #[arg(long)]
    seed: Option<u64>,
    /// Write docs/figures/soak.md and soak.svg if the run passes.
    #[arg(long)]
    write: bool,
}

/// A run, with the arguments that repeat it.
struct Run {
    minutes: u32,
    seed: u64,
    source_runs: Vec<(SourceRun, Sampler)>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let minutes = arguments.minutes;
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..=u64::from(u32::MAX)));
    print_progress(&format!("building; then {minutes} minutes with --seed {seed}"));
    let run = Run { minutes, seed, source_runs: soak(minutes, seed)? };
    let (report, problems) = (report::markdown(&run), outcome::problems(&run));
    if arguments.write && problems.is_empty() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/figures"));
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("soak.md"), &report)?;
        std::fs::write(folder.join("soak.svg"), plot::svg(&run)?)?;
    }
    println!("{report}");
    for problem in &problems {
        print_progress(problem);
    }
    Ok(if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs all sources at the same time, and samples their processes.
fn soak(minutes: u32, seed: u64) -> Result<Vec<(SourceRun, Sampler)>, Box<dyn Error>> {
    let length = Duration::from_mins(1) * minutes;
    let routers = build(Profile::Release, Source::ALL.map(Source::router))?;
    let start = |(source, router): (&Source, &PathBuf)| {
        World::start(*source, router, 1, &[leak::RETURN_FREED_MEMORY])
    };
    let worlds: Vec<World> = Source::ALL.iter().zip(&routers).map(start).collect();
    let began = Instant::now();
    let mut samplers: Vec<Sampler> =
        worlds.iter().map(|world| Sampler::of(world.routers()[0].pid(), began)).collect();
    let mut rng = fastrand::Rng::with_seed(seed);
    let source_runs = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (source, world) in Source::ALL.into_iter().zip(worlds) {
            let seed = rng.u64(..);
            threads.push(scope.spawn(move || SourceRun::new(source).run(world, seed, began, length)));
        }
        let mut reported = 0;
        while threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(sampler::INTERVAL);
            samplers.iter_mut().for_each(Sampler::sample);
            let passed = began.elapsed().as_secs() / 60;
            if passed > reported {
                reported = passed;
                print_progress(&format!("{passed} of {minutes} minutes"));
            }
        }
        let ended = threads.into_iter().map(|thread| thread.join().map_err(|_| "a source's thread panicked"));
        ended.collect::<Result<Vec<SourceRun>, _>>()
    })?;
    Ok(source_runs.into_iter().zip(samplers).collect())
}

/// Prints a message to stderr, so that stdout holds only the report.
fn print_progress(what: &str) {
    // A closed stderr is no reason to stop.
    let _ = writeln!(std::io::stderr(), "soak: {what}");
}

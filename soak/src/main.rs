//! The release binaries, one process for each source of [`Source::ALL`], at work for as long as is asked while everything
//! goes wrong that the crate `chaos` knows: what no other test does, since an execution environment on Lambda may serve for hours.
//!
//! - [`course`]: a source, round after round; [`watch`]: its process meanwhile
//! - [`verdict`]: whether it passes; [`leak`]: what counts as growth
//! - [`report`]: what is told; [`plot`]: and drawn

mod course;
mod leak;
mod plot;
mod report;
mod verdict;
mod watch;

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use chaos::{Source, World};
use clap::Parser;
use testbed::binaries::{Profile, build};

use crate::course::Course;
use crate::watch::Watch;

/// Lets the release binaries work under faults for a time, and sees that they lose nothing and hold no more and more.
#[derive(Parser)]
#[command(name = "soak")]
struct Arguments {
    /// How long.
    #[arg(long, default_value = "10", value_parser = clap::value_parser!(u32).range(1..))]
    minutes: u32,
    /// What the messages and the faults are drawn from; any, where it is left out.
    #[arg(long)]
    seed: Option<u64>,
    /// Writes docs/figures/soak.md and soak.svg, where the run passes.
    #[arg(long)]
    write: bool,
}

/// A run, and what is to be known to repeat it.
struct Run {
    minutes: u32,
    seed: u64,
    courses: Vec<(Course, Watch)>,
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let minutes = arguments.minutes;
    let seed = arguments.seed.unwrap_or_else(|| fastrand::u64(..=u64::from(u32::MAX)));
    say(&format!("building; then {minutes} minutes with --seed {seed}"));
    let run = Run { minutes, seed, courses: soak(minutes, seed)? };
    let (report, faults) = (report::markdown(&run), verdict::faults(&run));
    if arguments.write && faults.is_empty() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/figures"));
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("soak.md"), &report)?;
        std::fs::write(folder.join("soak.svg"), plot::svg(&run)?)?;
    }
    println!("{report}");
    for fault in &faults {
        say(fault);
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lets all sources run at the same time, and looks at them.
fn soak(minutes: u32, seed: u64) -> Result<Vec<(Course, Watch)>, Box<dyn Error>> {
    let length = Duration::from_mins(1) * minutes;
    let routers = build(Profile::Release, Source::ALL.map(Source::router))?;
    let start = |(source, router): (&Source, &PathBuf)| World::start(*source, router, 1, &[leak::GIVE_BACK]);
    let worlds: Vec<World> = Source::ALL.iter().zip(&routers).map(start).collect();
    let began = Instant::now();
    let mut watches: Vec<Watch> =
        worlds.iter().map(|world| Watch::of(world.routers()[0].pid(), began)).collect();
    let mut dice = fastrand::Rng::with_seed(seed);
    let courses = thread::scope(|scope| {
        let mut threads = Vec::new();
        for (source, world) in Source::ALL.into_iter().zip(worlds) {
            let seed = dice.u64(..);
            threads.push(scope.spawn(move || Course::new(source).run(world, seed, began, length)));
        }
        let mut told = 0;
        while threads.iter().any(|thread| !thread.is_finished()) {
            thread::sleep(watch::EVERY);
            watches.iter_mut().for_each(Watch::look);
            let passed = began.elapsed().as_secs() / 60;
            if passed > told {
                told = passed;
                say(&format!("{passed} of {minutes} minutes"));
            }
        }
        let ended = threads.into_iter().map(|thread| thread.join().map_err(|_| "a source's thread panicked"));
        ended.collect::<Result<Vec<Course>, _>>()
    })?;
    Ok(courses.into_iter().zip(watches).collect())
}

/// To stderr, so that stdout holds the report alone.
fn say(what: &str) {
    // Nobody may be there to read it.
    let _ = writeln!(std::io::stderr(), "soak: {what}");
}

//! Writes the figures of `docs/figures/`, and the README's: `figures --help`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use clap::Parser;
use simulation::progress::watched;
use simulation::rivals::contest::{Contest, Day};
use simulation::rivals::plot::plot;
use simulation::rivals::report::{block, in_place, page};
use simulation::words::number;

/// Compares routers in the simulated world, and writes docs/figures/routers.md, routers.svg and the README's figures.
#[derive(Parser)]
#[command(name = "figures")]
struct Arguments {
    /// Histories of a usual day for each router and source, a fifth of them on a bad one; underscores may stand between
    /// digits.
    #[arg(long, default_value = "100000", value_parser = number)]
    histories: u64,
    /// What the histories' own seeds are made from.
    #[arg(long, default_value = "1", value_parser = number)]
    seed: u64,
    /// Threads.
    #[arg(long, default_value = "2", value_parser = number)]
    threads: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { histories, seed, threads } = Arguments::parse();
    let contest = Contest { seed, histories, days: &Day::ALL, threads };
    let began = Instant::now();
    let score = watched(histories, |done| contest.run(done));
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let figures = project.join("docs/figures");
    fs::create_dir_all(&figures)?;
    fs::write(figures.join("routers.md"), page(&contest, &score))?;
    fs::write(figures.join("routers.svg"), plot(&score)?)?;
    let readme = project.join("README.md");
    fs::write(&readme, in_place(&fs::read_to_string(&readme)?, &block(&score))?)?;
    println!("written: docs/figures/routers.md, docs/figures/routers.svg, README.md");
    println!("{histories} histories for each router and source in {} s", began.elapsed().as_secs());
    Ok(())
}

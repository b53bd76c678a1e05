//! Compares the router with others, and writes the results into `docs/figures/` and the README: `figures --help`.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::Instant;

use clap::Parser;
use simulation::comparison::contest::{Contest, Day};
use simulation::comparison::plot::plot;
use simulation::comparison::report::{block, in_place, page};
use simulation::numbers::number;
use simulation::progress::with_progress;

/// Compares routers in the simulated world, and writes docs/figures/routers.md, routers.svg and the README's figures.
#[derive(Parser)]
#[command(name = "figures")]
struct Arguments {
    /// Histories of a usual day for each router and source; a bad day has a fifth of them. Digits may be separated by
    /// underscores.
    #[arg(long, default_value = "100000", value_parser = number)]
    histories: u64,
    /// The seed from which the seed of each history is derived.
    #[arg(long, default_value = "1", value_parser = number)]
    seed: u64,
    /// The number of threads.
    #[arg(long, default_value = "2", value_parser = number)]
    threads: u64,
}

fn main() -> Result<(), Box<dyn Error>> {
    let Arguments { histories, seed, threads } = Arguments::parse();
    let contest = Contest { seed, histories, days: &Day::ALL, threads };
    let began = Instant::now();
    let score = with_progress(histories, |done| contest.run(done));
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

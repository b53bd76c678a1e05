//! Lets many histories happen to the router, or one of them once more: `simulate --help`.

use std::process::ExitCode;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use clap::Parser;
use simulation::campaign::{Campaign, Failure};
use simulation::figure::{PAGE, command, page};
use simulation::imposter::Imposter;
use simulation::invariants::{ALL, LIVELY, first_broken};
use simulation::plan::{Kind, Plan};
use simulation::progress::{rate, watched};
use simulation::shrink::shrink;
use simulation::totals::Totals;
use simulation::trace::trace;
use simulation::words::number;
use simulation::world::happen;

/// Hunts for histories in which the router breaks a promise.
#[derive(Parser)]
#[command(name = "simulate")]
struct Arguments {
    /// How many histories; underscores may stand between digits.
    #[arg(long, default_value = "100000", value_parser = number)]
    histories: u64,
    /// What the histories' own seeds are made from.
    #[arg(long, default_value = "1", value_parser = number)]
    seed: u64,
    /// The source; all or one of them by its name.
    #[arg(long, default_value = "all", value_parser = source)]
    source: Source,
    /// Lets the history of this seed happen once more, and tells all of it.
    #[arg(long, value_parser = number)]
    replay: Option<u64>,
    /// Puts wrong routers in the place of the one that ships, and prints after how many histories each is found.
    #[arg(long)]
    imposters: bool,
    /// Writes what the histories came to into docs/figures/simulation.md.
    #[arg(long, conflicts_with = "source")]
    write_docs: bool,
    /// Fails where docs/figures/simulation.md says something else than the histories came to.
    #[arg(long, conflicts_with_all = ["write_docs", "source"])]
    check_docs: bool,
    /// Threads.
    #[arg(long, default_value = "2", value_parser = number)]
    threads: u64,
}

/// `None`: all of them.
#[derive(Clone, Copy)]
struct Source(Option<Kind>);

fn source(text: &str) -> Result<Source, String> {
    if text == "all" {
        return Ok(Source(None));
    }
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    kind.map(|kind| Source(Some(kind)))
        .ok_or_else(|| format!("no such source: write all, {}", Kind::ALL.map(Kind::name).join(", ")))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.replay {
        return replay(Plan::of(seed, arguments.source.0));
    }
    if arguments.imposters {
        return imposters(&arguments);
    }
    let campaign = Campaign {
        seed: arguments.seed,
        histories: arguments.histories,
        kind: arguments.source.0,
        imposter: None,
        threads: arguments.threads.max(1),
    };
    let began = Instant::now();
    let outcome = watched(campaign.histories, |done| campaign.run(done));
    let (histories, elapsed) = (outcome.totals.histories(), began.elapsed());
    print!("{}", outcome.totals);
    println!(
        "{histories} histories of seed {} in {:.1} s: {:.0} in a second",
        campaign.seed,
        elapsed.as_secs_f64(),
        rate(histories, elapsed)
    );
    let kept = outcome.totals.of.len() * (ALL.len() + LIVELY.len());
    match outcome.failure {
        Some(failure) => {
            tell(failure);
            println!("simulation: {} passed, 1 failed", kept.saturating_sub(1));
            ExitCode::FAILURE
        }
        None if arguments.write_docs => write_docs(&outcome.totals, campaign.seed),
        None if arguments.check_docs => check_docs(&outcome.totals, campaign.seed, kept),
        None => {
            println!("simulation: {kept} passed, 0 failed");
            ExitCode::SUCCESS
        }
    }
}

fn write_docs(totals: &Totals, seed: u64) -> ExitCode {
    match std::fs::write(PAGE, page(totals, seed)) {
        Ok(()) => {
            println!("wrote {PAGE}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{PAGE} could not be written: {error}: call it from the root of the repository");
            ExitCode::FAILURE
        }
    }
}

/// One more check, beside the promises that were kept.
fn check_docs(totals: &Totals, seed: u64, kept: usize) -> ExitCode {
    if std::fs::read_to_string(PAGE).is_ok_and(|written| written == page(totals, seed)) {
        println!("simulation: {} passed, 0 failed", kept + 1);
        return ExitCode::SUCCESS;
    }
    println!("{PAGE} is not what these histories came to: write it anew with {}", command(totals, seed));
    println!("simulation: {kept} passed, 1 failed");
    ExitCode::FAILURE
}

/// A table of the wrong routers; fails where one is not found.
fn imposters(arguments: &Arguments) -> ExitCode {
    let mut exit = ExitCode::SUCCESS;
    println!("| wrong router | what it does | found by | in history |\n| --- | --- | --- | --- |");
    for imposter in Imposter::ALL {
        let campaign = Campaign {
            seed: arguments.seed,
            histories: arguments.histories,
            kind: arguments.source.0,
            imposter: Some(imposter),
            threads: arguments.threads.max(1),
        };
        let failure = campaign.run(&AtomicU64::new(0)).failure;
        let (by, number) =
            failure.map_or(("nothing", 0), |failure| (failure.breach.invariant, failure.number + 1));
        if number == 0 {
            exit = ExitCode::FAILURE;
        }
        println!("| `{imposter:?}` | {} | `{by}` | {number} |", imposter.mistake());
    }
    exit
}

fn tell(failure: Failure) {
    println!(
        "history {} of seed {} breaks a promise; the smallest of its kind:",
        failure.number, failure.plan.seed
    );
    let (history, breach) = shrink(failure.plan, None, failure.breach);
    println!("{}", trace(&history, &breach));
}

fn replay(plan: Plan) -> ExitCode {
    let history = happen(plan, None);
    let Some(breach) = first_broken(&history) else {
        println!("seed {} breaks no promise: {} events", history.plan.seed, history.events.len());
        return ExitCode::SUCCESS;
    };
    println!("{}", trace(&history, &breach));
    tell(Failure { number: 0, plan: history.plan, breach });
    ExitCode::FAILURE
}

//! Simulates many histories with the router, or replays one: `simulate --help`.

use std::process::ExitCode;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use clap::Parser;
use simulation::broken_variant::BrokenVariant;
use simulation::campaign::{Campaign, Failure};
use simulation::figure::{PAGE, command, page};
use simulation::invariants::{ALL, LIVENESS, first_violation};
use simulation::numbers::number;
use simulation::plan::{Kind, Plan};
use simulation::progress::{rate, with_progress};
use simulation::shrink::shrink;
use simulation::totals::Totals;
use simulation::trace::trace;
use simulation::world::simulate;

/// Hunts for histories in which the router breaks a promise.
#[derive(Parser)]
#[command(name = "simulate")]
struct Arguments {
    /// The number of histories; digits may be separated by underscores.
    #[arg(long, default_value = "100000", value_parser = number)]
    histories: u64,
    /// The seed from which the seed of each history is derived.
    #[arg(long, default_value = "1", value_parser = number)]
    seed: u64,
    /// The source: "all", or the name of one.
    #[arg(long, default_value = "all", value_parser = source)]
    source: Source,
    /// Replays the history of this seed, and prints all of it if it breaks a promise.
    #[arg(long, value_parser = number)]
    replay: Option<u64>,
    /// Tests broken variants instead of the router that ships, and prints after how many histories each is found.
    #[arg(long)]
    broken_variants: bool,
    /// Writes the results into docs/figures/simulation.md.
    #[arg(long, conflicts_with = "source")]
    write_docs: bool,
    /// Fails if docs/figures/simulation.md differs from the results.
    #[arg(long, conflicts_with_all = ["write_docs", "source"])]
    check_docs: bool,
    /// The number of threads.
    #[arg(long, default_value = "2", value_parser = number)]
    threads: u64,
}

/// The value of `--source`; `None` is "all".
#[derive(Clone, Copy)]
struct Source(Option<Kind>);

fn source(text: &str) -> Result<Source, String> {
    if text == "all" {
        return Ok(Source(None));
    }
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == text);
    kind.map(|kind| Source(Some(kind)))
        .ok_or_else(|| format!("unknown source: {text}: write all, {}", Kind::ALL.map(Kind::name).join(", ")))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.replay {
        return replay(Plan::of(seed, arguments.source.0));
    }
    if arguments.broken_variants {
        return broken_variants(&arguments);
    }
    let campaign = Campaign {
        seed: arguments.seed,
        histories: arguments.histories,
        kind: arguments.source.0,
        variant: None,
        threads: arguments.threads.max(1),
    };
    let began = Instant::now();
    let outcome = with_progress(campaign.histories, |done| campaign.run(done));
    let (histories, elapsed) = (outcome.totals.histories(), began.elapsed());
    print!("{}", outcome.totals);
    println!(
        "{histories} histories of seed {} in {:.1} s: {:.0} in a second",
        campaign.seed,
        elapsed.as_secs_f64(),
        rate(histories, elapsed)
    );
    let kept = outcome.totals.by_kind.len() * (ALL.len() + LIVENESS.len());
    match outcome.failure {
        Some(failure) => {
            report(failure);
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
            println!("cannot write the page: {PAGE}: {error}: run this from the root of the repository");
            ExitCode::FAILURE
        }
    }
}

/// Compares the page with the results, which counts as one check more than the `kept` promises.
fn check_docs(totals: &Totals, seed: u64, kept: usize) -> ExitCode {
    if std::fs::read_to_string(PAGE).is_ok_and(|written| written == page(totals, seed)) {
        println!("simulation: {} passed, 0 failed", kept + 1);
        return ExitCode::SUCCESS;
    }
    println!("the page differs from the results: {PAGE}: update it with {}", command(totals, seed));
    println!("simulation: {kept} passed, 1 failed");
    ExitCode::FAILURE
}

/// Prints a table of the broken variants; fails if one is not found.
fn broken_variants(arguments: &Arguments) -> ExitCode {
    let mut exit = ExitCode::SUCCESS;
    println!("| broken variant | mistake | found by | in history |\n| --- | --- | --- | --- |");
    for variant in BrokenVariant::ALL {
        let campaign = Campaign {
            seed: arguments.seed,
            histories: arguments.histories,
            kind: arguments.source.0,
            variant: Some(variant),
            threads: arguments.threads.max(1),
        };
        let failure = campaign.run(&AtomicU64::new(0)).failure;
        let (by, number) =
            failure.map_or(("nothing", 0), |failure| (failure.violation.invariant, failure.number + 1));
        if number == 0 {
            exit = ExitCode::FAILURE;
        }
        println!("| `{variant:?}` | {} | `{by}` | {number} |", variant.mistake());
    }
    exit
}

/// Prints the smallest history that breaks the same promise. `scripts/seeded_bugs` reads its first lines.
fn report(failure: Failure) {
    println!(
        "history {} of seed {} breaks a promise; the smallest history that does so:",
        failure.number, failure.plan.seed
    );
    let (history, violation) = shrink(failure.plan, None, failure.violation);
    println!("{}", trace(&history, &violation));
}

fn replay(plan: Plan) -> ExitCode {
    let history = simulate(plan, None);
    let Some(violation) = first_violation(&history) else {
        println!("seed {} breaks no promise: {} events", history.plan.seed, history.events.len());
        return ExitCode::SUCCESS;
    };
    println!("{}", trace(&history, &violation));
    report(Failure { number: 0, plan: history.plan, violation });
    ExitCode::FAILURE
}

//! What the router costs in a month, by the numbers and prices that are given. Needs no AWS.
//!
//! - `workload`: the numbers; `prices`: the prices, with their date and where they come from; `measured`: what the
//!   benchmark found
//! - `delivery`: what a way of delivery makes of a batch; `estimate`: the arithmetic, pure; `text`: side by side
//!
//! Every formula and assumption stands in `docs/cost.md`.

mod delivery;
mod estimate;
mod measured;
mod prices;
mod text;
mod workload;

use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use estimate::CostEstimate;
use prices::Architecture;
use workload::Workload;

/// Estimates a month's cost of router and backend for three ways of delivery, side by side: one Invoke for each record,
/// one for each tenant of a batch (the default), and the latter without waiting for the answer; and beside them of two
/// plain loops in the router's place. The source, logs, the registry and the quarantine are not counted. Formulae and
/// assumptions: docs/cost.md.
#[derive(clap::Args)]
#[command(after_help = "\
LambdaPrices: two of the three are built in for one region, as published; check them. What AWS charges for
each creation of a tenant's environment is not: read it off the pricing page and give it with
--environment-price, or give all prices as a file:
  { \"region\": \"us-east-1\", \"date\": \"2026-11-25\", \"source\": \"https://aws.amazon.com/lambda/pricing/\",
    \"request_per_million\": 0.20, \"gb_second\": 0.0000133334, \"environment_creation_per_gb\": ... }")]
pub(crate) struct CostArgs {
    #[command(flatten)]
    workload: Workload,
    /// What one creation of a tenant's environment costs, in dollars for each GB of the function's memory.
    #[arg(long, value_name = "DOLLARS", conflicts_with = "prices", value_parser = prices::price)]
    environment_price: Option<f64>,
    /// LambdaPrices, in JSON; - for standard input.
    #[arg(long, value_name = "FILE")]
    prices: Option<String>,
    /// The processor of router and backend, for the built-in prices.
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    architecture: Architecture,
}

pub(crate) fn run(args: &CostArgs) -> Result<CommandOutput, CommandError> {
    let prices = match &args.prices {
        Some(file) => prices::read(file)?,
        None => prices::built_in(args.architecture, args.environment_price)?,
    };
    args.workload.check()?;
    CommandOutput::new(&CostEstimate::of(args.workload.clone(), prices), CommandOutcome::Success)
}

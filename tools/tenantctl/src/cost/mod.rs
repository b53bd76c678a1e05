//! `cost`: estimates what the router costs in a month, from the given workload and prices. Needs no AWS.
//!
//! - `workload`: the workload; `prices`: the prices, with their date and source; `measured`: the benchmark's results
//! - `delivery`: the time that each delivery mode takes for a batch; `estimate`: the arithmetic; `text`: the report as text
//!
//! `docs/cost.md` explains every formula and assumption.

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

/// Estimates the monthly cost of router and backend for three delivery modes: one Invoke for each record, one for each
/// tenant of a batch (the default), and the latter asynchronously. Compares them with two plain loops instead of the
/// router. Does not include the source, logs, the registry and the quarantine. Formulas and assumptions: docs/cost.md.
#[derive(clap::Args)]
#[command(after_help = "\
Prices: two of the three are built in for one region, as published; check them. The price for the
creation of a tenant's environment is not built in: find it on the pricing page and give it with
--environment-price, or give all prices in a file:
  { \"region\": \"us-east-1\", \"date\": \"2026-11-25\", \"source\": \"https://aws.amazon.com/lambda/pricing/\",
    \"request_per_million\": 0.20, \"gb_second\": 0.0000133334, \"environment_creation_per_gb\": ... }")]
pub(crate) struct CostArgs {
    #[command(flatten)]
    workload: Workload,
    /// The price for the creation of a tenant's environment, in dollars for each GB of the function's memory.
    #[arg(long, value_name = "DOLLARS", conflicts_with = "prices", value_parser = prices::parse_price)]
    environment_price: Option<f64>,
    /// The file of prices, in JSON; - for standard input.
    #[arg(long, value_name = "FILE")]
    prices: Option<String>,
    /// The processor architecture of router and backend, for the built-in prices.
    #[arg(long, value_enum, default_value_t = Architecture::Arm64)]
    architecture: Architecture,
}

pub(crate) fn run(args: &CostArgs) -> Result<CommandOutput, CommandError> {
    let prices = match &args.prices {
        Some(file) => prices::read(file)?,
        None => prices::with_built_in(args.architecture, args.environment_price)?,
    };
    args.workload.check()?;
    CommandOutput::new(&CostEstimate::new(args.workload.clone(), prices), CommandOutcome::Success)
}

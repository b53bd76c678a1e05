//! `explain`: shows the tenant of each record of an event, and what the router does with it. Uses the router's own
//! decoding, admission and plan. Invokes nothing.
//!
//! - `input`: reads the event; `selector`: evaluates each selector alone
//! - `registry`: the registry's decisions, from a file of its items
//! - `preview`: turns the router's preview into the report
//! - `report`: the report; `text`: the report as text

pub(crate) mod input;
mod preview;
mod registry;
mod report;
mod selector;
mod text;

use router::Config;

use crate::check_config::config_text;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use preview::ExplainContext;
use registry::TenantsFile;

/// Shows for each record of EVENT its tenant, the selector that found it and the selectors that agree, its ordering
/// group, and the Invoke that would carry it; or why it is rejected and what to do. Uses the router's own code. Sends
/// nothing.
#[derive(clap::Args)]
#[command(after_help = "\
The configuration may be the bare JSON, or a file that holds it as TENANT_ROUTER_CONFIG or as a
module's output:
  terraform output -json                         | tenantctl explain event.json --config -
  aws lambda get-function-configuration ...      | tenantctl explain event.json --config -
One record alone, such as the body of a quarantine message, is read as an event of one.

Exit code 1: a record is rejected.")]
pub(crate) struct ExplainArgs {
    /// The router function's event, in JSON; - for standard input.
    #[arg(value_name = "EVENT")]
    event: String,
    /// The router's configuration, in JSON; - for standard input.
    #[arg(long, value_name = "FILE")]
    config: String,
    /// The tenants of the registry, in JSON: the output of `tenantctl --json tenants ls`, or an array of items. Without it
    /// the registry is not used, and the tenant id in each record is taken as valid.
    #[arg(long, value_name = "FILE")]
    tenants: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<CommandOutput, CommandError> {
    let files = [Some(&args.event), Some(&args.config), args.tenants.as_ref()];
    if files.iter().flatten().filter(|file| **file == input::STDIN).count() > 1 {
        let problem = "it can be only one of the files";
        return Err(CommandError::usage("standard input", problem, "give the others as paths"));
    }
    let text = config_text::read(&args.config)?;
    let config = Config::parse_any(&text).map_err(|error| {
        CommandError::unusable(
            format!("{}: {}", input::display_name(&args.config), error.field),
            error.problem,
            error.remedy,
        )
    })?;
    let event = input::read_event(input::read(&args.event, "the event")?, &args.event, &config)?;
    let tenants = read_tenants(args, &config)?;
    let selectors = config.rules.each_alone().collect::<Vec<_>>();
    let context = ExplainContext {
        config: &config,
        selectors: &selectors,
        tenants: tenants.as_ref(),
        event: &event,
        file: &args.event,
    };
    let report = context.explain()?;
    CommandOutput::new(&report, CommandOutcome::success_if(report.rejected() == 0))
}

/// Reads the file of tenants, for a configuration with a registry.
fn read_tenants(args: &ExplainArgs, config: &Config) -> Result<Option<TenantsFile>, CommandError> {
    match (&args.tenants, &config.registry) {
        (None, _) => Ok(None),
        (Some(file), Some(_)) => TenantsFile::read(file).map(Some),
        (Some(_), None) => Err(CommandError::usage(
            "--tenants",
            "the configuration has no registry, so the router would not use it",
            "leave it out, or add registry to the configuration",
        )),
    }
}

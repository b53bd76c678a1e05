//! Whose is each record of an event, and what does the router do with it? Asked of the router's own decoding, admission
//! and plan; nobody is invoked.
//!
//! - `input`: the event as it is given; `witness`: what each selector alone says
//! - `registry`: what the registry would say, from a file of its items
//! - `account`: from the router's preview to what is told; `task`: the same for a task's input
//! - `told`: what is told, as facts; `text`: as text

mod preview;
pub(crate) mod input;
mod registry;
mod task;
mod text;
mod report;
mod selector;

use router::Config;
use routing::OnReject;
use sources::{DynamoDb, EventBridge, Kind, Kinesis, Pipes, Source, Sqs};

use crate::check_config::outline::ConfigOutline;
use crate::check_config::config_text;
use crate::error::CommandError;
use crate::report::{CommandOutcome, CommandOutput};
use account::ExplainContext;
use registry::TenantsFile;
use told::ExplainReport;

/// SelectorValue for each record of EVENT which tenant it belongs to, which selector says so and which others agree, its lane,
/// and the Invoke that would carry it with which others; or why it is rejected and what to do. The code that decides
/// is the router's own. Nothing is sent anywhere.
#[derive(clap::Args)]
#[command(after_help = "\
The configuration may be the bare JSON, or a file that holds it as TENANT_ROUTER_CONFIG or as a
module's output:
  terraform output -json                         | tenantctl explain event.json --config -
  aws lambda get-function-configuration ...      | tenantctl explain event.json --config -
One record alone, such as the body of a quarantine message, is read as an event of one.

Exit code 1: a record is rejected.")]
pub(crate) struct ExplainArgs {
    /// The event as the router's function gets it, in JSON; - for standard input.
    #[arg(value_name = "EVENT")]
    event: String,
    /// The router's configuration, in JSON; - for standard input.
    #[arg(long, value_name = "FILE")]
    config: String,
    /// TenantsFile as the registry has them, in JSON: what `tenantctl --json tenants ls` writes, or an array of items.
    /// Without it the registry is not asked, and records are taken at their word.
    #[arg(long, value_name = "FILE")]
    tenants: Option<String>,
}

pub(crate) fn run(args: &ExplainArgs) -> Result<CommandOutput, CommandError> {
    let files = [Some(&args.event), Some(&args.config), args.tenants.as_ref()];
    if files.iter().flatten().filter(|file| **file == input::STDIN).count() > 1 {
        let problem = "more than one file is to be read from it";
        return Err(CommandError::usage("standard input", problem, "give all but one as files"));
    }
    let text = config_text::read(&args.config)?;
    let config = Config::parse_any(&text).map_err(|error| {
        CommandError::unusable(
            format!("{}: {}", input::named(&args.config), error.field),
            error.problem,
            error.remedy,
        )
    })?;
    let event = input::event(input::read(&args.event, "the event")?, &args.event, &config)?;
    let outline = ConfigOutline::of(&text)?;
    let selectors = selector::single_selectors(&outline.tenant_id, config.bridged_from.unwrap_or(config.source))?;
    let tenants = tenants(args, &config)?;
    let context = ExplainContext {
        config: &config,
        outline: &outline,
        selectors: &selectors,
        tenants: tenants.as_ref(),
        event: &event,
        file: &args.event,
    };
    let explanation = match config.source {
        Kind::Sqs => context.account(drained(Sqs::default(), &config)),
        Kind::Kinesis => context.account(Kinesis),
        Kind::DynamoDb => context.account(DynamoDb),
        Kind::EventBridge => context.account(EventBridge),
        Kind::Pipes => context.account(Pipes),
        Kind::Task => task::account(&context),
    }?;
    CommandOutput::new(&explanation, outcome(&explanation))
}

/// The tenants that were given, for a configuration that has a registry.
fn tenants(args: &ExplainArgs, config: &Config) -> Result<Option<TenantsFile>, CommandError> {
    match (&args.tenants, &config.registry) {
        (None, _) => Ok(None),
        (Some(file), Some(_)) => TenantsFile::read(file).map(Some),
        (Some(_), None) => Err(CommandError::usage(
            "--tenants",
            "the configuration has no registry, so that nobody would ask it",
            "leave it out, or add registry to the configuration",
        )),
    }
}

fn drained(queue: Sqs, config: &Config) -> Sqs {
    config.bridged_from.and_then(|stream| queue.draining(stream)).unwrap_or(queue)
}

fn outcome(explanation: &ExplainReport) -> CommandOutcome {
    if explanation.rejected() == 0 { CommandOutcome::Success } else { CommandOutcome::Findings }
}

/// What the router does with rejected records.
fn rejects(config: &Config) -> OnReject {
    if config.quarantine.is_some() { OnReject::Quarantine } else { OnReject::Redrive }
}

//! `tenantctl tenants`: manages the tenants of the registry. Every write is conditional and overwrites no concurrent
//! change.
//!
//! - [`item`]: the format of an item; [`validate`]: which values may be written; [`update_expression`]: a conditional
//!   update
//! - [`table`]: the table on DynamoDB; [`aws_error`]: its errors as messages
//! - [`effect`]: what routers do with a tenant's records; [`change`]: changes one tenant
//! - [`ls`], [`show`], [`add`], [`status`], [`update`], [`import`]: the commands; [`confusable`]: warnings about ids

mod add;
mod aws_error;
mod change;
mod clock;
mod columns;
mod confusable;
mod effect;
mod import;
mod item;
mod ls;
mod show;
mod status;
mod table;
mod update;
mod update_expression;
mod validate;

use tenancy::{Status, TenantId};

use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;

const AFTER_HELP: &str = "\
Each tenant is an item of the registry's table, which routers read:
  status      active: its records are delivered
              suspended: they are rejected, or held, until it is active again
              offboarded: they are rejected
  principals  who may send its records; default: anyone
  backend     which of the routers' `backends` gets its records; default: each router's own
A tenant without an item is unknown: its records are rejected.

Name the table in TENANTCTL_TABLE, or in each command with --table:
  tenantctl tenants show    --table TABLE acme
  tenantctl tenants suspend --table TABLE acme --note 'unpaid, ticket 4711'

A command never overwrites what somebody else changed at the same time: it reports the conflict and writes nothing. \
Exit code 1 means that the tenant is not as requested, or that the output reports something to look at.";

#[derive(clap::Subcommand)]
#[command(after_help = AFTER_HELP)]
pub(crate) enum TenantsCommand {
    /// List tenants, and items that no router can read.
    Ls(ls::TenantsLsArgs),
    /// Show a tenant, what routers do with its records, and when they apply a change.
    Show(show::TenantsShowArgs),
    /// Add a tenant. An existing one is not overwritten.
    Add(add::AddArgs),
    /// Suspend a tenant: its records are rejected as `suspended`, or held where the router is configured so.
    Suspend(status::StatusArgs),
    /// Activate a tenant: its records are delivered again.
    Activate(status::StatusArgs),
    /// Offboard a tenant: its records are rejected as `offboarded`. The item stays.
    Offboard(status::OffboardArgs),
    /// Change who may send a tenant's records, and which backend gets them.
    Update(update::UpdateArgs),
    /// Add many tenants from a file. A dry run, unless --execute is given.
    Import(import::ImportArgs),
}

pub(crate) async fn run(
    command: TenantsCommand,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    match command {
        TenantsCommand::Ls(args) => ls::run(args, session).await,
        TenantsCommand::Show(args) => show::run(args, session).await,
        TenantsCommand::Add(args) => add::run(args, session).await,
        TenantsCommand::Suspend(args) => status::run(args, Status::Suspended, session).await,
        TenantsCommand::Activate(args) => status::run(args, Status::Active, session).await,
        TenantsCommand::Offboard(args) => status::offboard(args, session).await,
        TenantsCommand::Update(args) => update::run(args, session).await,
        TenantsCommand::Import(args) => import::run(args, session, format).await,
    }
}

/// Parses the operator's tenant id.
fn parse_id(text: &str) -> Result<TenantId, CommandError> {
    validate::tenant_id(text).map_err(|fault| usage("ID", fault))
}

/// Parses the operator's note.
fn parse_note(text: Option<&str>) -> Result<Option<&str>, CommandError> {
    text.map(|text| validate::note(text).map(|_| text)).transpose().map_err(|fault| usage("--note", fault))
}

fn usage(place: &str, fault: String) -> CommandError {
    CommandError::usage(place, fault, "correct it; nothing is trimmed or corrected automatically")
}

//! Tenants in the registry. Every write is conditional: what somebody else changed meanwhile is not overwritten.
//!
//! - [`item`]: the format of an item; [`validate`]: what may be written; [`conditions`]: writes that overwrite nothing
//! - [`registry`]: the table on DynamoDB; [`trouble`]: its refusals in words
//! - [`meaning`]: what routers make of an item, and when; [`change`]: what a command changed
//! - [`ls`], [`show`], [`add`], [`status`], [`update`], [`import`]: the commands; [`confusable`]: warnings about ids

mod add;
mod change;
mod clock;
mod columns;
mod update_expression;
mod confusable;
mod import;
mod item;
mod ls;
mod effect;
mod table;
mod show;
mod status;
mod aws_error;
mod update;
mod validate;

use tenancy::{Status, TenantId};

use crate::error::CommandError;
use crate::report::{OutputFormat, CommandOutput};
use crate::session::AwsSession;

const AFTER_HELP: &str = "\
Each tenant is an item of the registry's table, which routers read:
  status      active: its records are delivered
              suspended: they are rejected, or held, until it is active again
              offboarded: they are rejected
  principals  who may send its records; without any, anyone may
  backend     which of the routers' `backends` gets its records; without one, each router's own
A tenant without an item is unknown: its records are rejected.

Say which table once, with TENANTCTL_TABLE, or each time, with --table:
  tenantctl tenants show    --table TABLE acme
  tenantctl tenants suspend --table TABLE acme --note 'unpaid, ticket 4711'

Nothing is overwritten that somebody else changed meanwhile: it is told, and nothing is written. Exit code 1 means \
that what was asked for is not so, or that something was found that somebody has to look at.";

#[derive(clap::Subcommand)]
#[command(after_help = AFTER_HELP)]
pub(crate) enum TenantsCommand {
    /// List tenants, and items that no router can read.
    Ls(ls::TenantsLsArgs),
    /// Show a tenant, what routers make of it, and when they notice a change.
    Show(show::TenantsShowArgs),
    /// Add a tenant. One that is there already is not overwritten.
    Add(add::AddArgs),
    /// Stop a tenant's records for now: they are rejected as `suspended`, or held where the router is configured so.
    Suspend(status::StatusArgs),
    /// Let a tenant's records go again.
    Activate(status::StatusArgs),
    /// End a tenant: its records are rejected as `offboarded`. The item stays.
    Offboard(status::OffboardArgs),
    /// Change who may send a tenant's records, and which backend gets them.
    Update(update::UpdateArgs),
    /// Add many tenants from a file. A dry run, unless --execute is given.
    Import(import::ImportArgs),
}

pub(crate) async fn run(command: TenantsCommand, session: &AwsSession, format: OutputFormat) -> Result<CommandOutput, CommandError> {
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

/// A tenant's id, as the operator wrote it.
fn id(text: &str) -> Result<TenantId, CommandError> {
    validate::tenant_id(text).map_err(|fault| usage("ID", fault))
}

/// A note, as the operator wrote it.
fn note(text: Option<&str>) -> Result<Option<&str>, CommandError> {
    text.map(|text| validate::note(text).map(|_| text)).transpose().map_err(|fault| usage("--note", fault))
}

fn usage(place: &str, fault: String) -> CommandError {
    CommandError::usage(place, fault, "write it as it is meant; nothing is trimmed or corrected")
}

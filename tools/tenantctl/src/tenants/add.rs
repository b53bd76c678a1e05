//! `tenants add`: adds a tenant that has no item yet.

use tenancy::{Status, TenantId};

use super::change::{ChangeOutcome, ChangeReport, status_text};
use super::effect::Propagation;
use super::item::{TenantItem, is_same_item};
use super::table::{ConditionalWrite, TableArgs, TenantsTable};
use super::{clock, confusable, parse_id, parse_note, usage, validate};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id. It is not changed in any way: `Acme` and `acme` are two tenants.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// Who may send the tenant's records, as the source asserts it; may be repeated. Default: anyone. For SQS it is the
    /// sender's id; a role's id (AROA…) covers all sessions of the role.
    #[arg(long = "principal", value_name = "PRINCIPAL")]
    principals: Vec<String>,
    /// One of the routers' `backends`. Default: each router's own backend.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Add the tenant as suspended; `tenantctl tenants activate` activates it.
    #[arg(long)]
    suspended: bool,
    /// The reason; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub(crate) async fn run(args: AddArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let tenant = parse_tenant(&args)?;
    let table = TenantsTable::open(&args.table, session).await?;
    let warnings = confusable::collect_warnings(&table, std::slice::from_ref(&tenant.id)).await;
    let mut change = add(&table, &tenant).await?;
    change.warnings.extend(warnings);
    change.output()
}

fn parse_tenant(args: &AddArgs) -> Result<TenantItem, CommandError> {
    let principals = match args.principals.as_slice() {
        [] => None,
        given => Some(validate::principals(given).map_err(|fault| usage("--principal", fault))?),
    };
    let backend = args.backend.as_deref().map(validate::backend).transpose();
    Ok(TenantItem {
        id: parse_id(&args.tenant_id)?,
        status: if args.suspended { Status::Suspended } else { Status::Active },
        backend: backend.map_err(|fault| usage("--backend", fault))?,
        principals,
        changed_at: Some(clock::now()),
        note: parse_note(args.note.as_deref())?.map(str::to_owned),
    })
}

async fn add(table: &TenantsTable, tenant: &TenantItem) -> Result<ChangeReport, CommandError> {
    let id: &TenantId = &tenant.id;
    let (shown, name) = (id.as_str(), table.name());
    let existing = match table.put_new(tenant.to_attributes()).await? {
        ConditionalWrite::Written(_) => None,
        ConditionalWrite::ConditionFailed(existing) => Some(existing.unwrap_or_default()),
    };
    Ok(match existing {
        // The SDK retries a put whose response was lost, and the retry then finds the item that the first try wrote.
        Some(existing) if !is_same_item(&existing, &tenant.to_attributes()) => {
            let message = format!(
                "the tenant exists already: {shown} in table {name}, {}: nothing was changed; see it with `tenantctl \
                 tenants show`, change it with `update`, `suspend` or `activate`",
                status_text(&existing)
            );
            ChangeReport::new(table, id, ChangeOutcome::Refused, message).with_item(&existing)
        }
        existing => {
            let message = format!("tenant {shown} was added to table {name}, {}", tenant.status.name());
            let item = existing.unwrap_or_else(|| tenant.to_attributes());
            ChangeReport::new(table, id, ChangeOutcome::Changed, message)
                .with_item(&item)
                .with_propagation(Propagation::AfterRefusal)
        }
    })
}

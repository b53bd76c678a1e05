//! `tenants add`: a tenant that was not there.

use tenancy::{Status, TenantId};

use super::change::{Change, ChangeOutcome, status_text};
use super::item::{TenantItem, is_same_item};
use super::effect::Propagation;
use super::table::{Registry, TableArgs, ConditionalWrite};
use super::{clock, confusable, id, note, usage, validate};
use crate::error::CommandError;
use crate::report::CommandOutput;
use crate::session::AwsSession;

#[derive(clap::Args)]
pub(crate) struct AddArgs {
    #[command(flatten)]
    table: TableArgs,
    /// The tenant's id. It is taken as it stands: `Acme` and `acme` are two tenants.
    #[arg(value_name = "ID")]
    tenant_id: String,
    /// Who may send the tenant's records, as the source asserts it; may be repeated. Without it anyone may. For SQS it
    /// is the sender's id, of which a role's (AROA…) stands for all of the role's sessions.
    #[arg(long = "principal", value_name = "PRINCIPAL")]
    principals: Vec<String>,
    /// One of the routers' `backends`. Without it, each router's own backend.
    #[arg(long, value_name = "NAME")]
    backend: Option<String>,
    /// Add it suspended; `tenantctl tenants activate` lets it go.
    #[arg(long)]
    suspended: bool,
    /// Why; kept with the tenant until the next change.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

pub(crate) async fn run(args: AddArgs, session: &AwsSession) -> Result<CommandOutput, CommandError> {
    let tenant = tenant(&args)?;
    let registry = TenantsTable::open(&args.table, session).await?;
    let warnings = confusable::warnings(&registry, std::slice::from_ref(&tenant.id)).await;
    let mut change = add(&registry, &tenant).await?;
    change.warnings.extend(warnings);
    change.output()
}

fn tenant(args: &AddArgs) -> Result<TenantItem, CommandError> {
    let principals = match args.principals.as_slice() {
        [] => None,
        given => Some(validate::principals(given).map_err(|fault| usage("--principal", fault))?),
    };
    let backend = args.backend.as_deref().map(validate::backend).transpose();
    Ok(TenantItem {
        id: id(&args.tenant_id)?,
        status: if args.suspended { Status::Suspended } else { Status::Active },
        backend: backend.map_err(|fault| usage("--backend", fault))?,
        principals,
        changed_at: Some(clock::now()),
        note: note(args.note.as_deref())?.map(str::to_owned),
    })
}

async fn add(registry: &TenantsTable, tenant: &TenantItem) -> Result<Change, CommandError> {
    let id: &TenantId = &tenant.id;
    let (shown, table) = (id.as_str(), registry.name());
    let there = match registry.put_new(tenant.attributes()).await? {
        ConditionalWrite::Written(_) => None,
        ConditionalWrite::ConditionFailed(there) => Some(there.unwrap_or_default()),
    };
    Ok(match there {
        // A put whose answer was lost is sent again by the SDK, and then finds itself.
        Some(there) if !is_same_item(&there, &tenant.attributes()) => {
            let message = format!(
                "there is this tenant already: {shown} in table {table}, {}: nothing was changed; look at it \
                 (`tenantctl tenants show`), and change it with `update`, `suspend` or `activate`",
                status_text(&there)
            );
            ChangeReport::new(registry, id, ChangeOutcome::Refused, message).with_item(&there)
        }
        there => {
            let message = format!("tenant {shown} was added to table {table}, {}", tenant.status.word());
            let item = there.unwrap_or_else(|| tenant.attributes());
            ChangeReport::new(registry, id, ChangeOutcome::Changed, message).with_item(&item).with_propagation(Propagation::AfterRefusal)
        }
    })
}

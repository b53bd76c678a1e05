//! The demo's tenant-isolated backend: logs the records that it gets, and fails or waits if a message asks for it. It must
//! not depend on the router's crates.
//!
//! Modules, in reading order:
//! - [`event`]: parses the router's event, of any source, and its messages
//! - [`outcome`]: decides the outcome of each record
//! - [`journal`]: writes a line for each invocation
//! - [`delivery_count`]: counts how often a record was delivered

mod delivery_count;
mod event;
mod journal;
mod outcome;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

use crate::delivery_count::DeliveryCounter;
use crate::journal::Journal;
use crate::outcome::DemoResponse;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let journal = Journal::new();
    let deliveries = DeliveryCounter::in_folder(journal::folder());
    run(service_fn(|invocation: LambdaEvent<Value>| handle(invocation, &journal, &deliveries))).await
}

async fn handle(
    invocation: LambdaEvent<Value>,
    journal: &Journal,
    deliveries: &DeliveryCounter,
) -> Result<DemoResponse, Error> {
    let tenant = invocation.context.tenant_id.ok_or(
        "the tenant id is missing: header Lambda-Runtime-Aws-Tenant-Id of the invocation: create this function with tenant isolation mode PER_TENANT",
    )?;
    let event = event::parse(invocation.payload, deliveries)?;
    let outcomes = outcome::decide(&event.records);
    tokio::time::sleep(outcome::pause(&event.records, &outcomes)).await;
    journal.write(&tenant, &event.records, &outcomes)?;
    Ok(outcome::respond(&event, &outcomes)?)
}

//! A tenant-isolated backend for the demo: it shows what reached it, and misbehaves when a message tells it to.
//!
//! - [`event`]: the SQS event that the router hands over, and what its messages ask for
//! - [`outcome`]: what becomes of each record, decided before anything is done
//! - [`journal`]: the line that says so

mod event;
mod journal;
mod outcome;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

use crate::journal::Journal;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let journal = Journal::of_this_process();
    run(service_fn(|invocation: LambdaEvent<Value>| handle(invocation, &journal))).await
}

async fn handle(invocation: LambdaEvent<Value>, journal: &Journal) -> Result<Value, Error> {
    let tenant = invocation.context.tenant_id.ok_or(
        "no tenant id: header Lambda-Runtime-Aws-Tenant-Id of the invocation: create this function with tenant isolation mode PER_TENANT",
    )?;
    let records = event::read(invocation.payload)?;
    let outcomes = outcome::decide(&records);
    tokio::time::sleep(outcome::pause(&records, &outcomes)).await;
    journal.write(&tenant, &records, &outcomes)?;
    Ok(outcome::answer(&records, &outcomes)?)
}

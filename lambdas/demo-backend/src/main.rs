//! A tenant-isolated backend for the demo: it shows what reached it, and misbehaves when a message tells it to.
//!
//! - [`event`]: the event that the router hands over, of whatever source, and what its messages ask for
//! - [`outcome`]: what becomes of each record, decided before anything is done
//! - [`journal`]: the line that says so
//! - [`tries`]: how often a record has come

mod event;
mod journal;
mod outcome;
mod tries;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::Value;

use crate::journal::Journal;
use crate::outcome::Answer;
use crate::tries::Tries;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let journal = Journal::of_this_process();
    let tries = Tries::in_folder(journal::folder());
    run(service_fn(|invocation: LambdaEvent<Value>| handle(invocation, &journal, &tries))).await
}

async fn handle(invocation: LambdaEvent<Value>, journal: &Journal, tries: &Tries) -> Result<Answer, Error> {
    let tenant = invocation.context.tenant_id.ok_or(
        "no tenant id: header Lambda-Runtime-Aws-Tenant-Id of the invocation: create this function with tenant isolation mode PER_TENANT",
    )?;
    let batch = event::read(invocation.payload, tries)?;
    let outcomes = outcome::decide(&batch.records);
    tokio::time::sleep(outcome::pause(&batch.records, &outcomes)).await;
    journal.write(&tenant, &batch.records, &outcomes)?;
    Ok(outcome::answer(&batch, &outcomes)?)
}

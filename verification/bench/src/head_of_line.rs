//! Counts head-of-line blocking: the effect of one failing tenant on the records of the other tenants in its shard. The counts
//! do not depend on the machine.
//!
//! - [`delivery_counts`]: the backend, which counts its runs; [`table`]: the comparison
//! - [`shard`]: variants that respond to the batches of the shard; [`bridge`]: the variant with a FIFO queue, which is [`fifo`]
//! - [`slow`]: the same with a tenant that exceeds the timeout of the backend
//!
//! Each variant runs twice, without a failing tenant and with one. The difference is reported.

mod bridge;
mod delivery_counts;
mod fifo;
mod shard;
mod slow;
mod table;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use aws_model::events::kinesis::{DataRecord, DataStream};
use serde_json::json;

use self::delivery_counts::{DeliveryCounts, TenantBehaviour};
use self::table::VariantResult;
use crate::table::{Section, print_progress};
use testbed::binaries::{Profile, build};

const RECORDS: usize = 500;
const TENANTS: usize = 10;
const BATCH_SIZE: usize = 100;
const RETRIES: u32 = 10;

/// The tenant whose records fail.
const FAILING: &str = "tenant-003";

/// The largest timeout of a Lambda function.
const MAX_TIMEOUT: Duration = Duration::from_mins(15);

/// The paths of the router binaries.
struct Routers {
    kinesis: PathBuf,
    sqs: PathBuf,
}

/// Runs all variants with a tenant that fails and with one that is slow, and compares them.
pub(crate) fn compare() -> Result<[Section; 2], Box<dyn Error>> {
    let [kinesis, sqs] = build(Profile::Debug, ["kinesis-router", "sqs-router"])?;
    let routers = Routers { kinesis, sqs };
    let variants = [
        compare_variant("a function that throws, no bisection", |behaviour| {
            Ok(shard::run_throwing_function(behaviour))
        })?,
        compare_variant("a function that reports the failed record", |behaviour| {
            Ok(shard::run_reporting_function(behaviour))
        })?,
        compare_variant("the router", |behaviour| shard::run_router(&routers.kinesis, behaviour))?,
        compare_variant("the router with a bridge", |behaviour| bridge::run(&routers, behaviour))?,
    ];
    Ok([table::section(&variants), slow::compare(&routers)?])
}

fn compare_variant(
    name: &'static str,
    run: impl Fn(TenantBehaviour) -> Result<DeliveryCounts, Box<dyn Error>>,
) -> Result<VariantResult, Box<dyn Error>> {
    print_progress(name);
    VariantResult::new(name, &run(TenantBehaviour::Healthy)?, &run(TenantBehaviour::OneFails)?)
}

fn stream() -> DataStream {
    DataStream::new("orders")
}

/// Returns the records of the shard. The tenants take turns, and the partition key is the tenant id.
fn records() -> impl Iterator<Item = DataRecord> {
    (0..RECORDS).map(|at| {
        let data = json!({ "tenantId": tenant_of(at), "order": at });
        DataRecord::new(number_of(at), tenant_of(at), data.to_string())
    })
}

fn tenant_of(at: usize) -> String {
    format!("tenant-{:03}", at % TENANTS)
}

fn number_of(at: usize) -> String {
    format!("{at:08}")
}

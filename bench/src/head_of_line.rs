//! Head-of-line blocking, counted: a shard of many tenants' records, one of whom always fails, and what that costs the
//! others. Counts do not hang on the machine.
//!
//! - [`tally`]: the backend, and what it did when; [`table`]: the comparison
//! - [`shard`]: ways that answer the shard's own batches; [`bridge`]: the way over a FIFO queue, which is [`fifo`]
//! - [`slow`]: the same with a tenant that runs into the backend's time-out
//!
//! Every way is played twice, with nobody failing and with one tenant failing: the difference is what is told.

mod bridge;
mod fifo;
mod shard;
mod slow;
mod table;
mod tally;

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use testbed::{DataRecord, DataStream};

use self::table::Compared;
use self::tally::{Conduct, Tally};
use crate::table::{Section, say};
use testbed::binaries::{Profile, build};

const RECORDS: usize = 500;
const TENANTS: usize = 10;
const BATCH_SIZE: usize = 100;
const RETRIES: u32 = 10;

/// The tenant whose records fail.
const FAILING: &str = "tenant-003";

/// As long as Lambda lets a function run.
const TIME: Duration = Duration::from_mins(15);

/// The binaries of the product.
struct Routers {
    kinesis: PathBuf,
    sqs: PathBuf,
}

/// Plays every way, with a tenant that fails and with one that is slow, and compares them.
pub(crate) fn compare() -> Result<[Section; 2], Box<dyn Error>> {
    let [kinesis, sqs] = build(Profile::Debug, ["kinesis-router", "sqs-router"])?;
    let routers = Routers { kinesis, sqs };
    let ways = [
        compared("a function that throws, no bisection", |conduct| Ok(shard::throwing(conduct)))?,
        compared("a function that names its failure", |conduct| Ok(shard::naming(conduct)))?,
        compared("the router", |conduct| shard::routed(&routers.kinesis, conduct))?,
        compared("the router with a bridge", |conduct| bridge::play(&routers, conduct))?,
    ];
    Ok([table::section(&ways), slow::compare(&routers)?])
}

fn compared(
    name: &'static str,
    play: impl Fn(Conduct) -> Result<Tally, Box<dyn Error>>,
) -> Result<Compared, Box<dyn Error>> {
    say(name);
    Compared::new(name, &play(Conduct::Healthy)?, &play(Conduct::OneFails)?)
}

fn stream() -> DataStream {
    DataStream::new("orders")
}

/// What the shard holds: the tenants take turns, and each one's records have one key, the tenant's id.
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

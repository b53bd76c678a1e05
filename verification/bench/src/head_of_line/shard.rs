//! The variants that respond to the batches of the shard: two simple functions and the router. The functions need no binary,
//! because only their responses matter.

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use aws_model::events::StreamRecord;
use aws_model::response::FunctionResult;
use aws_model::shard::{Bisect, Settings, Shard};
use serde_json::{Value, json};
use testbed::{Invocation, Sandbox};

use super::delivery_counts::{DeliveryCounts, SharedCounts, TenantBehaviour};
use super::{BATCH_SIZE, MAX_TIMEOUT, RETRIES, records, stream};

/// Returns a shard with all records.
pub(super) fn full_shard(bisect: Bisect) -> Shard<StreamRecord> {
    let (batch_size, maximum_retry_attempts) = (BATCH_SIZE, Some(RETRIES));
    let mut shard =
        Shard::new(Settings { batch_size, bisect, maximum_retry_attempts, ..Settings::default() });
    for record in records() {
        shard.put(0, Duration::ZERO, record.in_shard(&stream()));
    }
    shard
}

/// Runs a function that handles its batch and throws. There is no bisection, which is the default of an event source mapping.
pub(super) fn run_throwing_function(behaviour: TenantBehaviour) -> DeliveryCounts {
    run_function(behaviour, Bisect::Off, |_| FunctionResult::Failure)
}

/// Runs a function that reports the record at which it stopped. If that is the first record, bisection cannot split the batch,
/// and the whole batch is redelivered until its retries are used up ([`aws_model::shard`]).
pub(super) fn run_reporting_function(behaviour: TenantBehaviour) -> DeliveryCounts {
    run_function(behaviour, Bisect::On, |number| {
        let answer = json!({ "batchItemFailures": [{ "itemIdentifier": number }] });
        FunctionResult::Response(answer.to_string().into_bytes())
    })
}

/// Runs a function that handles one record after another and returns `failure` for the first one that fails.
fn run_function(
    behaviour: TenantBehaviour,
    bisect: Bisect,
    failure: impl Fn(&str) -> FunctionResult,
) -> DeliveryCounts {
    let mut counts = DeliveryCounts::default();
    let mut shard = full_shard(bisect);
    let mut handle = |event: String| {
        counts.next_batch();
        for (number, tenant) in read_records(&event) {
            if counts.run(behaviour, &tenant, std::slice::from_ref(&number)).is_err() {
                return failure(&number);
            }
        }
        FunctionResult::Response(b"null".to_vec())
    };
    while shard.step(Duration::ZERO, &mut handle).is_some() {}
    counts
}

/// Returns the sequence number and the partition key of each record. The partition key is the tenant id.
fn read_records(event: &str) -> Vec<(String, String)> {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let records = event["Records"].as_array().into_iter().flatten();
    records
        .map(|record| (text(&record["kinesis"]["sequenceNumber"]), text(&record["kinesis"]["partitionKey"])))
        .collect()
}

/// Runs the router.
pub(super) fn run_router(
    router: &Path,
    behaviour: TenantBehaviour,
) -> Result<DeliveryCounts, Box<dyn Error>> {
    let counts = SharedCounts::default();
    let lambda = counts.lambda(behaviour);
    let config = json!({
        "source": "kinesis",
        "backend": { "function": "orders:live", "timeout_seconds": 60 },
        "tenant_id": { "from": ["$.kinesis.data.tenantId"] },
    });
    let (config, endpoint) = (config.to_string(), lambda.endpoint());
    let environment =
        [("TENANT_ROUTER_CONFIG", config.as_str()), ("AWS_ENDPOINT_URL_LAMBDA", endpoint.as_str())];
    let mut router = Sandbox::start(router, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", router.display()))?;
    let mut shard = full_shard(Bisect::On);
    let mut handle = |event| {
        counts.lock().next_batch();
        router.invoke(Invocation::of(event).within(MAX_TIMEOUT))
    };
    while shard.step(Duration::ZERO, &mut handle).is_some() {}
    let counts = counts.lock().clone();
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::super::{RECORDS, tenant_of};
    use super::*;

    #[test]
    fn without_failures_each_record_is_done_once() {
        for counts in [
            run_throwing_function(TenantBehaviour::Healthy),
            run_reporting_function(TenantBehaviour::Healthy),
        ] {
            assert_eq!(counts.batches(), RECORDS / BATCH_SIZE);
            assert_eq!(counts.repetitions(), 0);
            assert!(counts.others().iter().all(Option::is_some));
        }
    }

    #[test]
    fn both_functions_lose_records_of_other_tenants() {
        let (throws, reports) = (
            run_throwing_function(TenantBehaviour::OneFails),
            run_reporting_function(TenantBehaviour::OneFails),
        );
        assert!(throws.repetitions() > 0 && reports.repetitions() == 0);
        let never_done =
            |counts: &DeliveryCounts| counts.others().iter().filter(|done| done.is_none()).count();
        assert!(never_done(&throws) > 0 && never_done(&reports) > 0);
    }

    #[test]
    fn partition_key_is_the_tenant_id() {
        let event = stream().event(&records().take(2).collect::<Vec<_>>());
        let tenants: Vec<String> = read_records(&event).into_iter().map(|(_, tenant)| tenant).collect();
        assert_eq!(tenants, [tenant_of(0), tenant_of(1)]);
    }
}

//! Ways that answer the shard's own batches. The two functions are what one would write first; they need no binary, for
//! all that counts of them is what they answer.

use std::error::Error;
use std::path::Path;

use serde_json::{Value, json};
use testbed::runtime_api::FunctionError;
use testbed::{Bisect, Invocation, Outcome, Rules, Sandbox, Shard};

use super::tally::{Conduct, Shared, Tally};
use super::{BATCH_SIZE, RETRIES, TIME, records, stream};

/// A shard that holds all records.
pub(super) fn full(bisect: Bisect) -> Shard {
    let mut shard = Shard::new(Rules {
        batch_size: BATCH_SIZE,
        bisect,
        maximum_retry_attempts: Some(RETRIES),
        maximum_record_age: None,
    });
    shard.put(records().map(|record| record.in_shard(&stream())));
    shard
}

/// Works through its batch and throws; without bisection, as an event source mapping is unless one asks for it.
pub(super) fn throwing(conduct: Conduct) -> Tally {
    alone(conduct, Bisect::Off, |_| {
        let (error_type, error_message) = ("TenantFails".to_owned(), "as it always does".to_owned());
        Outcome::Error(FunctionError { error_type, error_message })
    })
}

/// Works through its batch and names the record at which it stopped. Where that is the batch's first, there is nothing
/// before it to cut off, so that the batch comes again as it is until its tries are used up [`testbed::stream`].
pub(super) fn naming(conduct: Conduct) -> Tally {
    alone(conduct, Bisect::On, |number| {
        let answer = json!({ "batchItemFailures": [{ "itemIdentifier": number }] });
        Outcome::Response(answer.to_string().into_bytes())
    })
}

/// A function that does one record after the other and gives `failure` at the first that fails.
fn alone(conduct: Conduct, bisect: Bisect, failure: impl Fn(&str) -> Outcome) -> Tally {
    let mut tally = Tally::default();
    let mut shard = full(bisect);
    let mut handle = |event: String| {
        tally.next_batch();
        for (number, tenant) in of_event(&event) {
            if tally.run(conduct, &tenant, std::slice::from_ref(&number)).is_err() {
                return failure(&number);
            }
        }
        Outcome::Response(b"null".to_vec())
    };
    while shard.step(&mut handle).is_some() {}
    tally
}

/// Each record's sequence number and partition key, which is its tenant here.
fn of_event(event: &str) -> Vec<(String, String)> {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let records = event["Records"].as_array().into_iter().flatten();
    records
        .map(|record| (text(&record["kinesis"]["sequenceNumber"]), text(&record["kinesis"]["partitionKey"])))
        .collect()
}

/// The router, each batch's answer being its own.
pub(super) fn routed(router: &Path, conduct: Conduct) -> Result<Tally, Box<dyn Error>> {
    let tally = Shared::default();
    let lambda = tally.lambda(conduct);
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
    let mut shard = full(Bisect::On);
    let mut handle = |event| {
        tally.lock().next_batch();
        router.invoke(Invocation::of(event).within(TIME))
    };
    while shard.step(&mut handle).is_some() {}
    let tally = tally.lock().clone();
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::super::{RECORDS, tenant_of};
    use super::*;

    #[test]
    fn where_nobody_fails_every_record_is_done_once_and_no_batch_is_handed_out_twice() {
        for tally in [throwing(Conduct::Healthy), naming(Conduct::Healthy)] {
            assert_eq!(tally.batches(), RECORDS / BATCH_SIZE);
            assert_eq!(tally.repetitions(), 0);
            assert!(tally.others().iter().all(Option::is_some));
        }
    }

    #[test]
    fn who_throws_repeats_and_loses_others_records_and_who_names_its_failure_still_loses_some() {
        let (throws, names) = (throwing(Conduct::OneFails), naming(Conduct::OneFails));
        assert!(throws.repetitions() > 0 && names.repetitions() == 0);
        let never = |tally: &Tally| tally.others().iter().filter(|done| done.is_none()).count();
        assert!(never(&throws) > 0 && never(&names) > 0);
    }

    #[test]
    fn a_record_s_partition_key_is_its_tenant() {
        let event = stream().event(&records().take(2).collect::<Vec<_>>());
        let tenants: Vec<String> = of_event(&event).into_iter().map(|(_, tenant)| tenant).collect();
        assert_eq!(tenants, [tenant_of(0), tenant_of(1)]);
    }
}

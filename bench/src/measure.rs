//! How a scenario is measured: the same event, again and again, through a warm process.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::json;
use testbed::{Answer, Invocation, InvokeApi, Outcome, Sandbox, Usage};

use crate::report::Measured;
use crate::scenario::{Payload, Scenario, Source};
use crate::sequential;

/// As long as Lambda lets a function run.
const TIME: Duration = Duration::from_mins(15);

/// Measures the router.
pub(crate) fn router(bootstrap: &Path, scenario: &Scenario) -> Result<Measured, Box<dyn Error>> {
    let config = json!({
        "source": scenario.source.name(),
        "backend": { "function": "orders:live", "timeout_seconds": 60 },
        "tenant_id": scenario.source.tenant_id(),
        "delivery": { "payload": scenario.payload.name() },
    });
    run(
        bootstrap,
        &[("TENANT_ROUTER_CONFIG", &config.to_string())],
        scenario,
        scenario.payload,
        scenario.rounds,
    )
}

/// Measures the sequential loop; none where the scenario leaves it out.
pub(crate) fn sequential_loop(scenario: &Scenario) -> Result<Option<Measured>, Box<dyn Error>> {
    if scenario.loop_rounds == 0 {
        return Ok(None);
    }
    let bootstrap = std::env::current_exe()?;
    run(&bootstrap, &[(sequential::VARIABLE, "1")], scenario, Payload::Record, scenario.loop_rounds).map(Some)
}

fn run(
    bootstrap: &Path,
    environment: &[(&str, &str)],
    scenario: &Scenario,
    payload: Payload,
    rounds: u32,
) -> Result<Measured, Box<dyn Error>> {
    let latency = scenario.latency;
    let lambda = InvokeApi::start(move |_| Answer::ok("null").after(latency));
    let endpoint = lambda.endpoint();
    let mut environment = environment.to_vec();
    environment.push(("AWS_ENDPOINT_URL_LAMBDA", &endpoint));
    let mut sandbox = Sandbox::start(bootstrap, &environment)
        .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
    // Connections are made, and memory is got, before anything is measured.
    let warm_up = Scenario { records: scenario.tenants, ..*scenario };
    deliver(&mut sandbox, &lambda, &warm_up.event(), &warm_up, payload)?;
    let event = scenario.event();
    let before = usage(&sandbox)?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        times.push(deliver(&mut sandbox, &lambda, &event, scenario, payload)?);
    }
    let after = usage(&sandbox)?;
    times.sort_unstable();
    let batch = times[times.len() / 2];
    let cpu_per_record = after.cpu.saturating_sub(before.cpu) / rounds / scenario.records;
    Ok(Measured::new(scenario.records, batch, cpu_per_record, after.peak_bytes))
}

fn usage(sandbox: &Sandbox) -> Result<Usage, &'static str> {
    sandbox.usage().ok_or("the process has ended: the benchmark needs it alive: see what it wrote")
}

/// Delivers the batch once, and sees that all of it arrived.
fn deliver(
    sandbox: &mut Sandbox,
    lambda: &InvokeApi,
    event: &str,
    scenario: &Scenario,
    payload: Payload,
) -> Result<Duration, Box<dyn Error>> {
    let invocation = Invocation::of(event).within(TIME);
    let began = Instant::now();
    let outcome = sandbox.invoke(invocation);
    let time = began.elapsed();
    let settled = matches!(&outcome, Outcome::Response(body) if body == br#"{"batchItemFailures":[]}"#);
    let arrived: usize = lambda
        .calls()
        .iter()
        .map(|recorded| records_in(&recorded.call.payload, scenario.source, payload))
        .sum();
    lambda.forget();
    if !settled || u32::try_from(arrived) != Ok(scenario.records) {
        let wrong =
            format!("{arrived} of {} records arrived, and the answer was {outcome:?}", scenario.records);
        return Err(format!("not a measurement: {}: {wrong}", scenario.name()).into());
    }
    Ok(time)
}

fn records_in(body: &[u8], source: Source, payload: Payload) -> usize {
    match (payload, source) {
        (Payload::Record, _) => 1,
        (Payload::Event, Source::Sqs) => testbed::events::message_ids(body).len(),
        (Payload::Event, Source::Kinesis | Source::DynamoDb) => testbed::stream::sequence_numbers(body).len(),
    }
}

//! Measures a scenario: warm processes get the same event many times. They take turns, so that other load of the machine affects
//! all of them equally.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::json;
use testbed::{DynamoDbAnswer, DynamoDbApi, Invocation, InvokeApi, Sandbox, Usage};

use crate::batch::Batch;
use crate::contender::{Contender, Programs, TABLE};
use crate::delivery;
use crate::scenario::Scenario;

/// The largest timeout of a Lambda function.
const MAX_TIMEOUT: Duration = Duration::from_mins(15);

/// The number of records that each program delivers before the measurement.
const WARM_UP_RECORDS: u32 = 2_500;
/// The largest batch of the warm-up.
const WARM_UP_BATCH: u32 = 500;
/// The time limit of the warm-up, for programs without a just-in-time compiler.
const WARM_UP_TIME: Duration = Duration::from_millis(500);

/// A program and the number of its batches.
pub(crate) type Participant = (Contender, u32);

/// The measurements of one program.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) contender: Contender,
    /// The time of each batch, sorted.
    pub(crate) times: Vec<Duration>,
    /// The median CPU time of a batch, in user and kernel mode.
    pub(crate) cpu: Duration,
    pub(crate) invokes: usize,
    pub(crate) peak_bytes: u64,
}

impl Measured {
    pub(crate) fn median(&self) -> Duration {
        median(&self.times)
    }

    /// Returns the 99th percentile. For fewer than 100 batches this is the slowest batch.
    pub(crate) fn slow(&self) -> Duration {
        self.times[(self.times.len() * 99).div_ceil(100) - 1]
    }
}

/// Returns the median of sorted durations.
fn median(times: &[Duration]) -> Duration {
    let middle = times.len() / 2;
    if times.len().is_multiple_of(2) { (times[middle - 1] + times[middle]) / 2 } else { times[middle] }
}

/// Measures several programs in turns.
///
/// # Errors
/// If a program does not start or does not deliver a batch completely.
pub(crate) fn side_by_side(
    programs: &Programs,
    scenario: &Scenario,
    participants: &[Participant],
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let mut running = Vec::new();
    for &(contender, _) in participants {
        let mut contender = Running::start(programs, contender, scenario, Connection::Plain)?;
        contender.warm_up(scenario)?;
        running.push(contender);
    }
    let event = scenario.batch.event();
    let turns = participants.iter().map(|&(_, rounds)| rounds).max().unwrap_or(0);
    for turn in 0..turns {
        // The order rotates, so that no program always follows the same one.
        let first = usize::try_from(turn)? % participants.len();
        for at in (first..participants.len()).chain(0..first) {
            let rounds = participants[at].1;
            // A program with fewer rounds has them spread over all turns.
            if (turn + 1) * rounds / turns > turn * rounds / turns {
                running[at].measure(&event, scenario)?;
            }
        }
    }
    running.into_iter().map(Running::end).collect()
}

/// The kind of connection to the backend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Connection {
    Plain,
    /// With TLS, as on AWS.
    Tls,
}

/// A program in its execution environment, with its own backend.
pub(crate) struct Running {
    contender: Contender,
    pub(crate) sandbox: Sandbox,
    lambda: InvokeApi,
    _registry: Option<DynamoDbApi>,
    times: Vec<Duration>,
    cpu: Vec<Duration>,
    invokes: usize,
}

impl Running {
    /// Starts a program and waits for the end of its init. It has no connection to the backend yet.
    pub(crate) fn start(
        programs: &Programs,
        contender: Contender,
        scenario: &Scenario,
        connection: Connection,
    ) -> Result<Self, Box<dyn Error>> {
        let script = delivery::backend(scenario);
        let lambda = match connection {
            Connection::Plain => InvokeApi::start(script),
            Connection::Tls => InvokeApi::start_over_tls(script),
        };
        let registry = has_registry(contender).then(|| registry_of(&scenario.batch));
        let mut environment = contender.environment(scenario);
        environment.push(("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint()));
        if let Some(registry) = &registry {
            environment.push(("AWS_ENDPOINT_URL_DYNAMODB", registry.endpoint()));
        }
        if let Some(certificate) = lambda.certificate() {
            environment.push(("SSL_CERT_FILE", certificate.display().to_string()));
        }
        let environment: Vec<(&str, &str)> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let bootstrap = programs.path_of(contender, scenario.batch.source);
        let sandbox = Sandbox::start(&bootstrap, &environment)
            .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
        let (times, cpu) = (Vec::new(), Vec::new());
        Ok(Self { contender, sandbox, lambda, _registry: registry, times, cpu, invokes: 0 })
    }

    /// Delivers some batches, so that connections are open and Node has compiled its code.
    pub(crate) fn warm_up(&mut self, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        let warm_up = Scenario { batch: scenario.batch.at_most(WARM_UP_BATCH), ..*scenario };
        let event = warm_up.batch.event();
        let began = Instant::now();
        for _ in 0..WARM_UP_RECORDS.div_ceil(warm_up.batch.records) {
            self.deliver(&event, &warm_up)?;
            // A compiled program is warm as soon as its connections are open.
            if began.elapsed() > WARM_UP_TIME && !self.contender.is_node() {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn measure(&mut self, event: &str, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        // Work after the response belongs to the batch, and the kernel updates the CPU time of an idle process completely.
        self.sandbox.wait_until_idle();
        let before = self.usage()?;
        let (time, invokes) = self.deliver(event, scenario)?;
        self.sandbox.wait_until_idle();
        self.cpu.push(self.usage()?.cpu.saturating_sub(before.cpu));
        self.times.push(time);
        self.invokes = invokes;
        Ok(())
    }

    pub(crate) fn end(mut self) -> Result<Measured, Box<dyn Error>> {
        let peak_bytes = self.usage()?.peak_bytes;
        self.times.sort_unstable();
        self.cpu.sort_unstable();
        let cpu = median(&self.cpu);
        let Self { contender, times, invokes, .. } = self;
        Ok(Measured { contender, times, cpu, invokes, peak_bytes })
    }

    fn usage(&self) -> Result<Usage, String> {
        let gone = || format!("the process has ended: {}: read its log", self.contender.name());
        self.sandbox.usage().ok_or_else(gone)
    }

    /// Delivers a batch once and checks that it arrived completely. Returns the time and the number of Invokes.
    pub(crate) fn deliver(
        &mut self,
        event: &str,
        scenario: &Scenario,
    ) -> Result<(Duration, usize), Box<dyn Error>> {
        let invocation = Invocation::of(event).within(MAX_TIMEOUT);
        let began = Instant::now();
        let outcome = self.sandbox.invoke(invocation);
        let time = began.elapsed();
        let calls = self.lambda.calls();
        self.lambda.forget();
        let payload = self.contender.payload(scenario);
        delivery::check(&scenario.batch, payload, &outcome, &calls).map_err(|wrong| {
            format!(
                "the batch was not delivered completely: {}: {}: {wrong}",
                scenario.name(),
                self.contender.name()
            )
        })?;
        Ok((time, calls.len()))
    }
}

fn has_registry(contender: Contender) -> bool {
    contender == Contender::Router(crate::contender::Checks::Registry)
}

fn registry_of(batch: &Batch) -> DynamoDbApi {
    let registry = DynamoDbApi::start(|_| DynamoDbAnswer::Served);
    registry.create_table(TABLE, "tenant_id");
    for at in 0..batch.tenants {
        registry.put(TABLE, &json!({ "tenant_id": { "S": batch.tenant(at) }, "status": { "S": "active" } }));
    }
    registry
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(times: impl IntoIterator<Item = u64>) -> Measured {
        let times = times.into_iter().map(Duration::from_millis).collect();
        let contender = Contender::ROUTER;
        Measured { contender, times, cpu: Duration::ZERO, invokes: 0, peak_bytes: 0 }
    }

    #[test]
    fn median_and_99th_percentile_are_computed() {
        assert_eq!(measured([1, 2, 9]).median(), Duration::from_millis(2));
        assert_eq!(measured([1, 3]).median(), Duration::from_millis(2));
        assert_eq!(measured(1..=100).slow(), Duration::from_millis(99));
        assert_eq!(measured([1, 3]).slow(), Duration::from_millis(3));
    }
}

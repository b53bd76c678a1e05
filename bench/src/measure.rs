//! How a scenario is measured: the same event, again and again, through warm processes that take turns, so that what else
//! the machine does meets all of them alike.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::json;
use testbed::{DynamoDbAnswer, DynamoDbApi, Invocation, InvokeApi, Sandbox, Usage};

use crate::arrival;
use crate::batch::Batch;
use crate::contender::{Contender, Programs, TABLE};
use crate::scenario::Scenario;

/// As long as Lambda lets a function run.
const TIME: Duration = Duration::from_mins(15);

/// Records that everybody has delivered before anything is measured, in batches of this size at most.
const WARM_UP_RECORDS: u32 = 2_500;
const WARM_UP_BATCH: u32 = 500;
/// Or so long, where nothing has to be compiled.
const WARM_UP_TIME: Duration = Duration::from_millis(500);

/// A contender, and how many batches it is given.
pub(crate) type Entry = (Contender, u32);

/// What one contender took.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) contender: Contender,
    /// Of each batch, the shortest first.
    pub(crate) times: Vec<Duration>,
    /// Processor time of the median batch, in user and kernel mode.
    pub(crate) cpu: Duration,
    pub(crate) invokes: usize,
    pub(crate) peak_bytes: u64,
}

impl Measured {
    pub(crate) fn median(&self) -> Duration {
        median(&self.times)
    }

    /// One batch in a hundred takes longer; of fewer batches this is the slowest.
    pub(crate) fn slow(&self) -> Duration {
        self.times[(self.times.len() * 99).div_ceil(100) - 1]
    }
}

/// Of durations in order.
fn median(times: &[Duration]) -> Duration {
    let middle = times.len() / 2;
    if times.len().is_multiple_of(2) { (times[middle - 1] + times[middle]) / 2 } else { times[middle] }
}

/// Measures everybody, in turns.
pub(crate) fn side_by_side(
    programs: &Programs,
    scenario: &Scenario,
    entries: &[Entry],
) -> Result<Vec<Measured>, Box<dyn Error>> {
    let mut running = Vec::new();
    for &(contender, _) in entries {
        let mut contender = Running::start(programs, contender, scenario, Wire::Plain)?;
        contender.warm_up(scenario)?;
        running.push(contender);
    }
    let event = scenario.batch.event();
    let turns = entries.iter().map(|&(_, rounds)| rounds).max().unwrap_or(0);
    for turn in 0..turns {
        // Nobody always comes after the same one.
        let first = usize::try_from(turn)? % entries.len();
        for at in (first..entries.len()).chain(0..first) {
            let rounds = entries[at].1;
            // Fewer rounds are spread over the turns.
            if (turn + 1) * rounds / turns > turn * rounds / turns {
                running[at].measure(&event, scenario)?;
            }
        }
    }
    running.into_iter().map(Running::end).collect()
}

/// How the backend is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wire {
    Plain,
    /// As on AWS.
    Tls,
}

/// A contender in its execution environment, with a backend of its own.
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
    /// Starts it: past its init, and without a connection yet.
    pub(crate) fn start(
        programs: &Programs,
        contender: Contender,
        scenario: &Scenario,
        wire: Wire,
    ) -> Result<Self, Box<dyn Error>> {
        let script = arrival::backend(scenario);
        let lambda = match wire {
            Wire::Plain => InvokeApi::start(script),
            Wire::Tls => InvokeApi::start_over_tls(script),
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
        let bootstrap = programs.of(contender, scenario.batch.source);
        let sandbox = Sandbox::start(&bootstrap, &environment)
            .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
        let (times, cpu) = (Vec::new(), Vec::new());
        Ok(Self { contender, sandbox, lambda, _registry: registry, times, cpu, invokes: 0 })
    }

    /// Connections are made, and Node has compiled what it runs, before anything is measured.
    pub(crate) fn warm_up(&mut self, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        let warm_up = Scenario { batch: scenario.batch.at_most(WARM_UP_BATCH), ..*scenario };
        let event = warm_up.batch.event();
        let began = Instant::now();
        for _ in 0..WARM_UP_RECORDS.div_ceil(warm_up.batch.records) {
            self.deliver(&event, &warm_up)?;
            // What is compiled already is warm with its connections.
            if began.elapsed() > WARM_UP_TIME && !self.contender.is_node() {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn measure(&mut self, event: &str, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        // What comes after an answer belongs to its batch, and a process at rest has its time counted to the last.
        self.sandbox.rest();
        let before = self.usage()?;
        let (time, invokes) = self.deliver(event, scenario)?;
        self.sandbox.rest();
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
        let gone = || format!("the process has ended: {}: see what it wrote", self.contender.name());
        self.sandbox.usage().ok_or_else(gone)
    }

    /// Delivers the batch once, and sees that all of it arrived: how long it took, and with how many Invokes.
    pub(crate) fn deliver(
        &mut self,
        event: &str,
        scenario: &Scenario,
    ) -> Result<(Duration, usize), Box<dyn Error>> {
        let invocation = Invocation::of(event).within(TIME);
        let began = Instant::now();
        let outcome = self.sandbox.invoke(invocation);
        let time = began.elapsed();
        let calls = self.lambda.calls();
        self.lambda.forget();
        let payload = self.contender.payload(scenario);
        arrival::check(&scenario.batch, payload, &outcome, &calls).map_err(|wrong| {
            format!("not a measurement: {}: {}: {wrong}", scenario.name(), self.contender.name())
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
    fn the_median_lies_in_the_middle_and_one_in_a_hundred_is_slower_than_the_slow_one() {
        assert_eq!(measured([1, 2, 9]).median(), Duration::from_millis(2));
        assert_eq!(measured([1, 3]).median(), Duration::from_millis(2));
        assert_eq!(measured(1..=100).slow(), Duration::from_millis(99));
        assert_eq!(measured([1, 3]).slow(), Duration::from_millis(3));
    }
}

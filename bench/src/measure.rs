//! How a scenario is measured: the same event, again and again, through warm processes that take turns, so that what else
//! the machine does meets all of them alike.

use std::error::Error;
use std::time::{Duration, Instant};

use serde_json::json;
use testbed::{Answer, DynamoDbAnswer, DynamoDbApi, Invocation, InvokeApi, Outcome, Sandbox, Usage};

use crate::batch::{Batch, Source};
use crate::contender::{Contender, Programs, TABLE};
use crate::scenario::{Payload, Scenario};

/// As long as Lambda lets a function run.
const TIME: Duration = Duration::from_mins(15);

/// A contender, and how many batches it is given.
pub(crate) type Entry = (Contender, u32);

/// What one contender took.
#[derive(Clone, Debug)]
pub(crate) struct Measured {
    pub(crate) contender: Contender,
    /// Of each batch, the shortest first.
    pub(crate) times: Vec<Duration>,
    /// Processor time of a batch, in user and kernel mode.
    pub(crate) cpu: Duration,
    pub(crate) invokes: usize,
    pub(crate) peak_bytes: u64,
}

impl Measured {
    pub(crate) fn median(&self) -> Duration {
        self.times[self.times.len() / 2]
    }

    /// In a hundred batches one takes longer; of fewer batches this is the slowest.
    pub(crate) fn slow(&self) -> Duration {
        self.times[(self.times.len() * 99 / 100).min(self.times.len() - 1)]
    }
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
        for (&(_, rounds), running) in entries.iter().zip(&mut running) {
            // Fewer rounds are spread over the turns.
            if (turn + 1) * rounds / turns > turn * rounds / turns {
                running.measure(&event, scenario)?;
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
    cpu: Duration,
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
        let latency = scenario.latency;
        let script = move |_: &_| Answer::ok("null").after(latency);
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
        let sandbox = Sandbox::start(bootstrap, &environment)
            .map_err(|failure| format!("the init failed: {}: {failure:?}", bootstrap.display()))?;
        let (times, cpu) = (Vec::new(), Duration::ZERO);
        Ok(Self { contender, sandbox, lambda, _registry: registry, times, cpu, invokes: 0 })
    }

    /// Connections are made, and memory is got, before anything is measured.
    fn warm_up(&mut self, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        let warm_up = Scenario { batch: scenario.batch.first_of_each(), ..*scenario };
        self.deliver(&warm_up.batch.event(), &warm_up)?;
        Ok(())
    }

    pub(crate) fn measure(&mut self, event: &str, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
        let before = self.usage()?;
        let (time, invokes) = self.deliver(event, scenario)?;
        self.cpu += self.usage()?.cpu.saturating_sub(before.cpu);
        self.times.push(time);
        self.invokes = invokes;
        Ok(())
    }

    pub(crate) fn end(mut self) -> Result<Measured, Box<dyn Error>> {
        let peak_bytes = self.usage()?.peak_bytes;
        self.times.sort_unstable();
        let cpu = self.cpu / u32::try_from(self.times.len())?.max(1);
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
        let settled = matches!(&outcome, Outcome::Response(body) if body == br#"{"batchItemFailures":[]}"#);
        let calls = self.lambda.calls();
        self.lambda.forget();
        let payload = self.contender.payload(scenario);
        let source = scenario.batch.source;
        let arrived: usize =
            calls.iter().map(|recorded| records_in(&recorded.call.payload, source, payload)).sum();
        let Batch { records, .. } = scenario.batch;
        if !settled || u32::try_from(arrived) != Ok(records) {
            let wrong = format!("{arrived} of {records} records arrived, and the answer was {outcome:?}");
            let who = self.contender.name();
            return Err(format!("not a measurement: {}: {who}: {wrong}", scenario.name()).into());
        }
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

fn records_in(body: &[u8], source: Source, payload: Payload) -> usize {
    match (payload, source) {
        (Payload::Record, _) => 1,
        (Payload::Event, Source::Sqs) => testbed::events::message_ids(body).len(),
        (Payload::Event, Source::Kinesis | Source::DynamoDb) => testbed::stream::sequence_numbers(body).len(),
    }
}

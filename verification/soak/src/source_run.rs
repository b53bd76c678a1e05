//! Runs the rounds of one source with one router process. Each round has new tenants, and a pause follows it.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chaos::{Round, RoundReport, Source, TenantRange, Violation, World};
use testbed::Usage;

/// The pause between the end of a round and the measurement, in which the router finishes its remaining work.
const PAUSE: Duration = Duration::from_secs(1);

/// One Invoke in this many exceeds the timeout of the backend. It is rare, so that a run does not mostly wait.
const SLOW_ONE_IN: u32 = 3000;

/// The resource use of an idle router.
#[derive(Clone, Copy, Debug)]
pub(crate) struct IdleUsage {
    pub(crate) at: Duration,
    pub(crate) usage: Usage,
}

/// The result of one source.
#[derive(Debug)]
pub(crate) struct SourceRun {
    pub(crate) source: Source,
    pub(crate) idle_usage: Vec<IdleUsage>,
    pub(crate) rounds: usize,
    pub(crate) messages: usize,
    pub(crate) batches: usize,
    pub(crate) delivered: usize,
    pub(crate) retried: usize,
    pub(crate) tenants: u64,
    pub(crate) drawn: BTreeMap<String, usize>,
    pub(crate) failure: Option<Failure>,
}

/// The reason why the run of a source ended early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Promises were broken in the round with this seed.
    PromisesBroken(u64, Vec<Violation>),
    /// The router logged this panic.
    Panicked(String),
    /// The process ended.
    Exited,
}

impl SourceRun {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            idle_usage: Vec::new(),
            rounds: 0,
            messages: 0,
            batches: 0,
            delivered: 0,
            retried: 0,
            tenants: 0,
            drawn: BTreeMap::new(),
            failure: None,
        }
    }

    /// Runs rounds until `length` has passed since `began`, or a round fails.
    pub(crate) fn run(mut self, mut world: World, seed: u64, began: Instant, length: Duration) -> Self {
        while began.elapsed() < length {
            let round = self.next_round(seed);
            let report = world.play(&round);
            sleep(PAUSE);
            self.add(&report);
            let router = &world.routers()[0];
            let panic = router.take_lines().into_iter().find(|line| reports_panic(line));
            self.failure = if !report.violations.is_empty() {
                Some(Failure::PromisesBroken(round.seed, report.violations))
            } else if let Some(line) = panic {
                Some(Failure::Panicked(line))
            } else if let Some(usage) = router.usage() {
                self.idle_usage.push(IdleUsage { at: began.elapsed(), usage });
                None
            } else {
                Some(Failure::Exited)
            };
            if self.failure.is_some() {
                break;
            }
        }
        self
    }

    /// Returns the parameters of the next round. Sizes alternate between small messages, larger ones, and messages that fill
    /// the largest event. Half of the tenants of a round are new.
    fn next_round(&mut self, seed: u64) -> Round {
        let (padding, part) = match self.rounds % 4 {
            0 | 1 => (0, 2),
            2 => (2048, 2),
            _ => (self.source.max_padding(), 8),
        };
        let messages = self.source.messages() / part;
        let fresh = u64::try_from(messages / 4).unwrap_or(1).max(1);
        let tenants = TenantRange { first: self.tenants, count: 2 * fresh };
        self.tenants += fresh;
        let seed = seed.wrapping_add(u64::try_from(self.rounds).unwrap_or_default());
        Round { seed, first: self.messages, messages, tenants, padding, slow_one_in: SLOW_ONE_IN }
    }

    fn add(&mut self, report: &RoundReport) {
        self.rounds += 1;
        self.messages += report.messages;
        self.batches += report.batches;
        self.delivered += report.delivered;
        self.retried += report.retried;
        for (fault, times) in &report.drawn {
            *self.drawn.entry(fault.clone()).or_default() += times;
        }
    }
}

/// Returns whether a log line reports a panic: in the format of the router's panic hook or of the standard library.
fn reports_panic(line: &str) -> bool {
    line.contains(r#""event":"panicked""#) || line.contains("panicked at")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panic_is_found_in_both_log_formats() {
        let own = r#"{"timestamp":"2026-11-28T12:00:00.5Z","level":"ERROR","event":"panicked","location":"crates/routing/src/deliver.rs:7:5"}"#;
        assert!(reports_panic(own));
        assert!(reports_panic("thread 'main' (7) panicked at crates/router/src/run.rs:7:5:"));
        let batch =
            r#"{"timestamp":"2026-11-28T12:00:00Z","level":"INFO","event":"batch","retry":{"panicked":1}}"#;
        assert!(!reports_panic(batch));
    }
}

//! One source in a run: round after round with one process, new tenants in each of them, and a rest after each.

use std::collections::BTreeMap;
use std::thread::sleep;
use std::time::{Duration, Instant};

use chaos::{Account, Crowd, Round, Source, Violation, World};
use testbed::Usage;

/// How long a router is left alone after a round before it is looked at: what ends a moment later has ended.
const REST: Duration = Duration::from_secs(1);

/// An Invoke in so many outlasts the backend's time-out: so rare that a run is not spent waiting for it.
const SLOW_ONE_IN: u32 = 3000;

/// A router at rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) at: Duration,
    pub(crate) usage: Usage,
}

/// What became of one source.
#[derive(Debug)]
pub(crate) struct Course {
    pub(crate) source: Source,
    pub(crate) looks: Vec<Look>,
    pub(crate) rounds: usize,
    pub(crate) messages: usize,
    pub(crate) batches: usize,
    pub(crate) handed_out: usize,
    pub(crate) retried: usize,
    pub(crate) tenants: u64,
    pub(crate) drawn: BTreeMap<String, usize>,
    pub(crate) failure: Option<Failure>,
}

/// What ended it early.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Promises were broken in the round of this seed.
    Broken(u64, Vec<Violation>),
    /// The router wrote that something in it panicked.
    Panicked(String),
    /// The process is gone.
    Gone,
}

impl Course {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            looks: Vec::new(),
            rounds: 0,
            messages: 0,
            batches: 0,
            handed_out: 0,
            retried: 0,
            tenants: 0,
            drawn: BTreeMap::new(),
            failure: None,
        }
    }

    /// Plays rounds until `length` has passed since `began`, or one of them fails.
    pub(crate) fn run(mut self, mut world: World, seed: u64, began: Instant, length: Duration) -> Self {
        while began.elapsed() < length {
            let round = self.next_round(seed);
            let account = world.play(&round);
            sleep(REST);
            self.enter(&account);
            let router = &world.routers()[0];
            let panic = router.take_lines().into_iter().find(|line| tells_of_a_panic(line));
            self.failure = if !account.violations.is_empty() {
                Some(Failure::Broken(round.seed, account.violations))
            } else if let Some(line) = panic {
                Some(Failure::Panicked(line))
            } else if let Some(usage) = router.usage() {
                self.looks.push(Look { at: began.elapsed(), usage });
                None
            } else {
                Some(Failure::Gone)
            };
            if self.failure.is_some() {
                break;
            }
        }
        self
    }

    /// Small messages, larger ones, and some of which a batch is as large as an event can be. Half of a round's tenants
    /// are new.
    fn next_round(&mut self, seed: u64) -> Round {
        let (padding, part) = match self.rounds % 4 {
            0 | 1 => (0, 2),
            2 => (2048, 2),
            _ => (self.source.heaviest(), 8),
        };
        let messages = self.source.messages() / part;
        let fresh = u64::try_from(messages / 4).unwrap_or(1).max(1);
        let crowd = Crowd { first: self.tenants, count: 2 * fresh };
        self.tenants += fresh;
        let seed = seed.wrapping_add(u64::try_from(self.rounds).unwrap_or_default());
        Round { seed, first: self.messages, messages, crowd, padding, slow_one_in: SLOW_ONE_IN }
    }

    fn enter(&mut self, account: &Account) {
        self.rounds += 1;
        self.messages += account.messages;
        self.batches += account.batches;
        self.handed_out += account.handed_out;
        self.retried += account.retried;
        for (fault, times) in &account.drawn {
            *self.drawn.entry(fault.clone()).or_default() += times;
        }
    }
}

/// As the routers' own hook writes it, as a line of their log; or the standard library, before the hook is set.
fn tells_of_a_panic(line: &str) -> bool {
    line.contains(r#""event":"panicked""#) || line.contains("panicked at")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_known_by_the_routers_own_line_and_by_the_standard_librarys() {
        let own = r#"{"timestamp":"2026-11-28T12:00:00.5Z","level":"ERROR","event":"panicked","location":"crates/routing/src/cut.rs:7:5"}"#;
        assert!(tells_of_a_panic(own));
        assert!(tells_of_a_panic("thread 'main' (7) panicked at crates/router/src/main.rs:7:5:"));
        let batch =
            r#"{"timestamp":"2026-11-28T12:00:00Z","level":"INFO","event":"batch","retry":{"panicked":1}}"#;
        assert!(!tells_of_a_panic(batch));
    }
}

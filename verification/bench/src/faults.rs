//! Counts what becomes of messages while the services around a program fail: the router and the loops in Node read the same
//! queues, meet the same kinds of faults, and are counted by the same account, that of the chaos tests.

use std::error::Error;
use std::path::PathBuf;

use chaos::{Account, Round, Source, World};
use testbed::binaries::{Profile, build};

use crate::contender::Programs;
use crate::docs::project;
use crate::table::{Section, Table, print_progress};

/// The seeds of the rounds. Each program gets the same messages; the faults depend on what it sends.
const SEEDS: std::ops::Range<u64> = 1..4;
/// The number of execution environments that read a queue at the same time.
const ENVIRONMENTS: usize = 2;

/// A program that reads a queue.
struct Contestant {
    name: &'static str,
    path: PathBuf,
    variables: &'static [(&'static str, &'static str)],
}

/// Runs the rounds of each program with each kind of queue.
pub(crate) fn compare() -> Result<Section, Box<dyn Error>> {
    let mut table = Table::with_head(&[
        "",
        "messages",
        "lost",
        "delivered, but must be rejected",
        "delivered again",
        "out of order",
        "left in the queue",
    ]);
    for (queue, source) in [("standard", Source::StandardQueueByRecord), ("FIFO", Source::FifoQueueByRecord)]
    {
        for contestant in contestants()? {
            print_progress(&format!("{queue} queue, {}", contestant.name));
            let account = contestant.run(source);
            table.add(row(&format!("{queue} queue: {}", contestant.name), &account));
        }
    }
    let rounds = SEEDS.count();
    let title = format!("{rounds} rounds under faults; what became of the messages");
    Ok((title, table))
}

fn contestants() -> Result<Vec<Contestant>, Box<dyn Error>> {
    let [router] = build(Profile::Debug, ["sqs-router"])?;
    let mut contestants = vec![Contestant { name: "the router", path: router, variables: &[] }];
    Programs::install_node()?;
    let bootstrap = project().join("verification/bench/node/bootstrap");
    for (name, variables) in [
        ("64-way loop in Node", &[("BENCH_LOOP", "concurrent"), ("LOOP_TENANT", "attribute")]),
        ("sequential loop in Node", &[("BENCH_LOOP", "sequential"), ("LOOP_TENANT", "attribute")]),
    ] {
        contestants.push(Contestant { name, path: bootstrap.clone(), variables });
    }
    Ok(contestants)
}

impl Contestant {
    fn run(&self, source: Source) -> Account {
        let mut world = World::start(source, &self.path, ENVIRONMENTS, self.variables);
        let mut account = Account::default();
        for seed in SEEDS {
            // The SDK of the loops waits for a slow backend without a limit, which ends their process.
            account += world.play(&Round { slow_one_in: u32::MAX, ..Round::of(source, seed) }).account;
        }
        account
    }
}

fn row(name: &str, account: &Account) -> Vec<String> {
    let Account { messages, lost, misrouted, repeated, reordered, left } = account;
    let counts = [messages, lost, misrouted, repeated, reordered, left].map(usize::to_string);
    std::iter::once(name.to_owned()).chain(counts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_has_every_count_in_the_order_of_the_head() {
        let account = Account { messages: 9, lost: 1, misrouted: 2, repeated: 3, reordered: 4, left: 5 };
        assert_eq!(row("a program", &account), ["a program", "9", "1", "2", "3", "4", "5"]);
    }
}

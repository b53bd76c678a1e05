//! What many histories came to, as a page of the documentation: `simulate --write-docs`.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use crate::invariants::{ALL, Excuse, LIVELY, RanOn};
use crate::totals::{Counts, Totals};
use crate::words::grouped;

/// Where the page lies, from the root of the repository.
pub const PAGE: &str = "docs/figures/simulation.md";

/// A row of counts, one for each source.
type Row = (&'static str, fn(&Counts) -> u64);

const HAPPENED: [Row; 7] = [
    ("histories", |of| of.histories),
    ("records sent", |of| of.records),
    ("invocations of the router", |of| of.invocations),
    ("Invokes of backends", |of| of.invokes),
    ("runs of a record", |of| of.runs),
    ("records that the quarantine acknowledged", |of| of.set_aside),
    ("records that the source gave up, after their tries or their time", |of| of.given_up),
];

/// What writes the page.
#[must_use]
pub fn command(totals: &Totals, seed: u64) -> String {
    format!("./taskw simulate -- --histories {} --seed {seed} --write-docs", totals.histories())
}

/// The page, Markdown. No time stands in it: the same seed makes the same page.
#[must_use]
pub fn page(totals: &Totals, seed: u64) -> String {
    let histories = grouped(totals.histories());
    let mut page = format!(
        "# The simulation: {histories} histories, and no promise broken\n\n\
         Written by `{}`, and only where every history keeps\n\
         every promise.\n\n\
         A history is a source, the router, backends, a quarantine and a registry in virtual time, with all that goes\n\
         wrong with them, drawn from a seed. The router is the one that ships: its routing, admission and source code.\n\
         The world around it is a model, in `crates/simulation`; each rule of it names the AWS page that it follows.\n\n\
         ## What happened\n\n",
        command(totals, seed)
    );
    let kinds: Vec<&str> = totals.of.keys().map(|kind| kind.name()).collect();
    head(&mut page, "", &kinds);
    for (name, count) in HAPPENED {
        row(&mut page, name, totals.of.values().map(count));
    }
    page.push_str(
        "\n## Duplicates, each explained\n\nDelivery is at least once. Whatever runs again without one of these \
         reasons breaks the promise `repeats`.\n\n",
    );
    head(&mut page, "why a record ran again", &kinds);
    let excuses: BTreeSet<Excuse> = totals.of.values().flat_map(|of| of.repeats.keys().copied()).collect();
    for excuse in excuses {
        let counts = totals.of.values().map(|of| of.repeats.get(&excuse).copied().unwrap_or_default());
        row(&mut page, of_excuse(excuse), counts);
    }
    page.push_str(
        "\n## Runs that went on\n\nA run ends when the backend ends it, whoever waits for it. These went on beside a \
         later Invoke of the same record\nor of one behind it in its order: what is delivered in order is then not run \
         in order.\n\n",
    );
    head(&mut page, "why nobody waited", &kinds);
    for why in [RanOn::RouterGone, RanOn::Unheard, RanOn::TimeUp] {
        let counts = totals.of.values().map(|of| of.ran_on.get(&why).copied().unwrap_or_default());
        row(&mut page, of_ran_on(why), counts);
    }
    page.push_str("\n## What went wrong\n\n");
    head(&mut page, "fault", &["times"]);
    for (fault, count) in &totals.faults {
        row(&mut page, &words(fault), std::iter::once(*count));
    }
    page.push_str(
        "\n## What was promised\n\nEach history is judged by all of these; by those of a bridge, where it has one.\n\n\
         | promise | in words |\n| --- | --- |\n",
    );
    for of in ALL.iter().chain(&LIVELY) {
        let _ = writeln!(page, "| `{}` | {} |", of.name, of.promise);
    }
    page
}

fn head(page: &mut String, first: &str, others: &[&str]) {
    let rule = " --: |".repeat(others.len());
    // Writing into a String does not fail.
    let _ = writeln!(page, "| {first} | {} |\n| --- |{rule}", others.join(" | "));
}

fn row(page: &mut String, name: &str, counts: impl Iterator<Item = u64>) {
    let counts: Vec<String> = counts.map(grouped).collect();
    let _ = writeln!(page, "| {name} | {} |", counts.join(" | "));
}

const fn of_excuse(excuse: Excuse) -> &'static str {
    match excuse {
        Excuse::NoReceipt => "its last run failed, named it, or was never heard of",
        Excuse::RouterGone => "the router was gone before it had answered, or its answer was lost",
        Excuse::Redelivered => "its source handed it out twice",
        Excuse::Replayed => "the stream went on from a record before it",
        Excuse::LambdasOwn => "Lambda ran an event again that it had accepted",
        Excuse::Aggregated => "another record of its aggregate was not settled",
        Excuse::Forgotten => {
            "it went over the bridge again after five minutes, which the queue does not remember"
        }
    }
}

const fn of_ran_on(why: RanOn) -> &'static str {
    match why {
        RanOn::RouterGone => "the router was gone",
        RanOn::Unheard => "an error, or a panic, came in place of an answer",
        RanOn::TimeUp => "no answer came within the time of an Invoke",
    }
}

/// A fault's name as words: `Invoke(NotStarted)` is "Invoke: not started".
fn words(fault: &impl Debug) -> String {
    let name = format!("{fault:?}").replace("(0)", "").replace(')', "");
    let (place, what) = name.split_once('(').unwrap_or((&name, ""));
    if what.is_empty() { spaced(place) } else { format!("{}: {}", spaced(place), spaced(what)) }
}

fn spaced(name: &str) -> String {
    let mut text = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Fault;
    use crate::plan::Plan;
    use crate::plan::faults::{InvokeFault, RouterFault};
    use crate::world::happen;

    #[test]
    fn the_page_counts_what_happened_and_names_the_command() {
        let mut totals = Totals::default();
        let histories: Vec<_> = (0..1_200).map(|seed| happen(Plan::of(seed, None), None)).collect();
        for history in &histories {
            totals.add(history);
        }
        let page = page(&totals, 3);
        assert!(page.contains("--histories 1200 --seed 3 --write-docs"), "{page}");
        let sent: usize = histories.iter().map(|history| history.plan.sent().count()).sum();
        let line = page.lines().find(|line| line.starts_with("| records sent |")).expect("a row");
        let cells: Vec<u64> =
            line.split('|').filter_map(|cell| cell.trim().replace(',', "").parse().ok()).collect();
        assert_eq!(usize::try_from(cells.iter().sum::<u64>()), Ok(sent), "{line}");
    }

    #[test]
    fn names_become_words() {
        assert_eq!(words(&Fault::Invoke(InvokeFault::NotStarted)), "invoke: not started");
        assert_eq!(words(&Fault::Router(RouterFault::Crash(0))), "router: crash");
        assert_eq!(words(&Fault::SentTwice), "sent twice");
    }
}

//! Writes the results of many histories as a page of the documentation: `simulate --write-docs`.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};

use crate::invariants::{ALL, LIVENESS, OrphanCause, RepeatCause};
use crate::numbers::grouped;
use crate::totals::{Counts, Totals};

/// The path of the page, from the root of the repository.
pub const PAGE: &str = "docs/figures/simulation.md";

/// The title of a row, and its count for one source.
type Row = (&'static str, fn(&Counts) -> u64);

const HAPPENED: [Row; 7] = [
    ("histories", |of| of.histories),
    ("records sent", |of| of.records),
    ("invocations of the router", |of| of.invocations),
    ("Invokes of backends", |of| of.invokes),
    ("runs of a record", |of| of.runs),
    ("records that the quarantine acknowledged", |of| of.quarantined),
    ("records that the source discarded, by number of tries or by age", |of| of.discarded),
];

/// Returns the command that writes the page.
#[must_use]
pub fn command(totals: &Totals, seed: u64) -> String {
    format!("./taskw simulate -- --histories {} --seed {seed} --write-docs", totals.histories())
}

/// Returns the page as Markdown. It contains no time: the same seed gives the same page.
#[must_use]
pub fn page(totals: &Totals, seed: u64) -> String {
    let histories = grouped(totals.histories());
    let mut page = format!(
        "# The simulation: {histories} histories, and no promise broken\n\n\
         Written by `{}`, which writes this page only if every\n\
         history keeps every promise.\n\n\
         A history is a source, the router, backends, a quarantine and a registry in virtual time. A seed determines\n\
         all of it, faults included. The router is the one that ships: its routing, admission and source code. The\n\
         world around it is a model, in `verification/simulation`; each rule of it cites the AWS page that it follows.\n\n\
         ## What happened\n\n",
        command(totals, seed)
    );
    let kinds: Vec<&str> = totals.by_kind.keys().map(|kind| kind.name()).collect();
    head(&mut page, "", &kinds);
    for (name, count) in HAPPENED {
        row(&mut page, name, totals.by_kind.values().map(count));
    }
    page.push_str(
        "\n## Duplicates, each explained\n\nDelivery is at least once. A record that runs again for any other cause \
         breaks the promise `repeats`.\n\n",
    );
    head(&mut page, "why a record ran again", &kinds);
    let repeat_causes: BTreeSet<RepeatCause> =
        totals.by_kind.values().flat_map(|of| of.repeats.keys().copied()).collect();
    for cause in repeat_causes {
        let counts = totals.by_kind.values().map(|of| of.repeats.get(&cause).copied().unwrap_or_default());
        row(&mut page, repeat_text(cause), counts);
    }
    page.push_str(
        "\n## Orphaned runs\n\nA backend runs to its end even if the router no longer waits for it. These runs overlapped\n\
         a later Invoke with the same record, or with a later one of its ordering group: such records are delivered in\n\
         order, but do not run in order.\n\n",
    );
    head(&mut page, "why the router did not wait", &kinds);
    for why in [OrphanCause::RouterGone, OrphanCause::Uncertain, OrphanCause::TimeUp] {
        let counts = totals.by_kind.values().map(|of| of.orphans.get(&why).copied().unwrap_or_default());
        row(&mut page, orphan_text(why), counts);
    }
    page.push_str("\n## What went wrong\n\n");
    head(&mut page, "fault", &["times"]);
    for (fault, count) in &totals.faults {
        row(&mut page, &words(fault), std::iter::once(*count));
    }
    page.push_str(
        "\n## What was promised\n\nEach history is checked against all of these; those of a bridge apply only if it has \
         one.\n\n| promise | in words |\n| --- | --- |\n",
    );
    for of in ALL.iter().chain(&LIVENESS) {
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

const fn repeat_text(cause: RepeatCause) -> &'static str {
    match cause {
        RepeatCause::NoAck => "its last run failed, named it, or gave no response",
        RepeatCause::RouterGone => "the router was gone before it responded, or its response was lost",
        RepeatCause::Redelivered => "its source delivered it twice",
        RepeatCause::Replayed => "the stream continued from an earlier record",
        RepeatCause::LambdaRetry => "Lambda retried an event that it had accepted",
        RepeatCause::Aggregated => "another record of its aggregate was not acknowledged",
        RepeatCause::DeduplicationExpired => {
            "it was sent over the bridge again after five minutes, when its deduplication id had expired"
        }
    }
}

const fn orphan_text(why: OrphanCause) -> &'static str {
    match why {
        OrphanCause::RouterGone => "the router was gone",
        OrphanCause::Uncertain => "the router got an error or a panic instead of a response",
        OrphanCause::TimeUp => "no response came within the time limit of an Invoke",
    }
}

/// Returns the name of a fault as words: `Invoke(NotStarted)` gives "invoke: not started".
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
    use crate::world::simulate;

    #[test]
    fn page_holds_the_counts_and_the_command() {
        let mut totals = Totals::default();
        let histories: Vec<_> = (0..1_200).map(|seed| simulate(Plan::of(seed, None), None)).collect();
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
    fn fault_names_become_words() {
        assert_eq!(words(&Fault::Invoke(InvokeFault::NotStarted)), "invoke: not started");
        assert_eq!(words(&Fault::Router(RouterFault::Crash(0))), "router: crash");
        assert_eq!(words(&Fault::SentTwice), "sent twice");
    }
}

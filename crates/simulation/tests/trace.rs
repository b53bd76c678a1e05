//! What is printed of a broken promise: enough to understand it, and the command that lets it happen again.

use std::sync::atomic::AtomicU64;

use simulation::campaign::Campaign;
use simulation::broken_variant::BrokenVariant;
use simulation::plan::Kind;
use simulation::shrink::shrink;
use simulation::trace::trace;

/// The trace of the smallest history in which this wrong router breaks its promise.
fn told(variant: BrokenVariant, kind: Kind) -> (String, String) {
    let campaign =
        Campaign { seed: 7, histories: 2_000, kind: Some(kind), variant: Some(variant), threads: 2 };
    let failure = campaign.run(&AtomicU64::new(0)).failure.expect("every wrong router is found");
    let (history, violation) = shrink(failure.plan, Some(variant), failure.violation);
    (trace(&history, &violation), violation.how)
}

#[test]
fn the_trace_of_a_lost_record_names_the_record_the_invoke_and_the_answer() {
    let (trace, how) = told(BrokenVariant::IgnoresFunctionErrors, Kind::Standard);
    assert!(
        trace.starts_with("broken: nothing_lost (each record is delivered, quarantined, or given up"),
        "{trace}"
    );
    let record = how.strip_prefix("record ").and_then(|how| how.split_once(' ')).map(|(record, _)| record);
    let record = record.expect("it says which");
    for line in [
        format!("    {how}\n"),
        format!("record {record}: key "),
        "[0] Invoke 0 for tenant ".to_owned(),
        format!(", backend 0: [{record}]\n"),
        "Invoke 0 returns: Over, receipts for []".to_owned(),
        "[0] answers, naming []".to_owned(),
        format!("record {record} is settled"),
    ] {
        assert!(trace.contains(&line), "{line:?} is not in\n{trace}");
    }
    assert!(trace.lines().count() < 25, "it is small:\n{trace}");
}

#[test]
fn a_trace_gives_the_command_that_lets_it_happen_again() {
    let (trace, _) = told(BrokenVariant::NamesNextRecord, Kind::Kinesis);
    let command = trace
        .lines()
        .find_map(|line| line.strip_prefix("replay: ./taskw simulate -- --source kinesis --replay "));
    assert!(command.is_some_and(|seed| seed.parse::<u64>().is_ok()), "{trace}");
}

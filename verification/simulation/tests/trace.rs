//! The trace of a broken promise explains it, and gives the command that repeats it.

use std::sync::atomic::AtomicU64;

use simulation::broken_variant::BrokenVariant;
use simulation::campaign::Campaign;
use simulation::plan::Kind;
use simulation::shrink::shrink;
use simulation::trace::trace;

/// Returns the trace of the smallest history in which this broken variant breaks a promise, and how it does.
fn trace_of(variant: BrokenVariant, kind: Kind) -> (String, String) {
    let campaign =
        Campaign { seed: 7, histories: 2_000, kind: Some(kind), variant: Some(variant), threads: 2 };
    let failure = campaign.run(&AtomicU64::new(0)).failure.expect("every broken variant is found");
    let (history, violation) = shrink(failure.plan, Some(variant), failure.violation);
    (trace(&history, &violation), violation.how)
}

#[test]
fn trace_of_a_lost_record_explains_the_loss() {
    let (trace, how) = trace_of(BrokenVariant::IgnoresFunctionErrors, Kind::Standard);
    assert!(
        trace.starts_with("broken: nothing_lost (each record is delivered, quarantined, or discarded"),
        "{trace}"
    );
    let record = how.strip_prefix("record ").and_then(|how| how.split_once(' ')).map(|(record, _)| record);
    let record = record.expect("it says which");
    for line in [
        format!("    {how}\n"),
        format!("record {record}: key "),
        "[0] Invoke 0 for tenant ".to_owned(),
        format!(", backend 0: [{record}]\n"),
        "Invoke 0 returns: Finished, acknowledges []".to_owned(),
        "[0] responds, naming []".to_owned(),
        format!("record {record} is acknowledged to the source"),
    ] {
        assert!(trace.contains(&line), "{line:?} is not in\n{trace}");
    }
    assert!(trace.lines().count() < 25, "it is small:\n{trace}");
}

#[test]
fn trace_gives_the_command_that_repeats_it() {
    let (trace, _) = trace_of(BrokenVariant::NamesNextRecord, Kind::Kinesis);
    let command = trace
        .lines()
        .find_map(|line| line.strip_prefix("replay: ./taskw simulate -- --source kinesis --replay "));
    assert!(command.is_some_and(|seed| seed.parse::<u64>().is_ok()), "{trace}");
}

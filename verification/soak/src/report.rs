//! Writes the report, which is docs/figures/soak.md.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::thread::available_parallelism;

use chaos::Violation;

use crate::Run;
use crate::outcome::{MEASURES, Measure};
use crate::source_run::{Failure, SourceRun};

/// The name of a violation in the report, and a test for it.
type Promise = (&'static str, fn(&Violation) -> bool);

const PROMISES: [Promise; 7] = [
    ("lost", |violation| matches!(violation, Violation::Lost(_))),
    ("run for another tenant", |violation| matches!(violation, Violation::Misrouted { .. })),
    ("out of order", |violation| matches!(violation, Violation::OutOfOrder { .. })),
    ("acknowledged without confirmation", |violation| {
        matches!(violation, Violation::AckedWithoutConfirmation(_))
    }),
    ("run twice in one delivery", |violation| matches!(violation, Violation::RanTwice(_))),
    ("quarantined although valid", |violation| matches!(violation, Violation::WronglyQuarantined(_))),
    ("without a valid response", |violation| matches!(violation, Violation::Unanswered(_))),
];

/// Returns the report of a run as Markdown.
pub(crate) fn markdown(run: &Run) -> String {
    let (minutes, seed) = (run.minutes, run.seed);
    let cores = available_parallelism().map_or(1, usize::from);
    let source_runs = || run.source_runs.iter().map(|(source_run, _)| source_run);
    let sum = |part: fn(&SourceRun) -> usize| source_runs().map(part).sum::<usize>();
    let mut text = format!(
        "# Soak: {minutes} minutes in one process each\n\n\
         Written by `./taskw soak -- --minutes {minutes} --seed {seed} --write`, on a machine of {cores} cores that the\n\
         routers and the services around them shared. The release binaries, one process for each source, received {}\n\
         records in {} batches. With redeliveries these were {} records. Meanwhile Lambda, SQS, DynamoDB and STS failed\n\
         as the last table shows. Records were small, or filled batches of nearly 6 MB. Half of the tenants of each round\n\
         were new. The last part of each round has no faults, until all records are acknowledged. Then the router is\n\
         measured while it is idle. glibc returns freed memory to the kernel (`MALLOC_MMAP_THRESHOLD_`), so the\n\
         measurement shows what the router keeps.\n",
        grouped(sum(|source_run| source_run.messages)),
        grouped(sum(|source_run| source_run.batches)),
        grouped(sum(|source_run| source_run.delivered)),
    );
    section(
        &mut text,
        "Work done",
        &[
            "source",
            "rounds",
            "tenants",
            "batches",
            "records",
            "of them redelivered",
            "Invokes",
            "CPU, µs/record",
        ],
    );
    for source_run in source_runs() {
        let figures = [
            source_run.rounds,
            usize::try_from(source_run.tenants).unwrap_or(0),
            source_run.batches,
            source_run.delivered,
            source_run.retried,
            invokes(source_run),
        ];
        let figures = figures.map(grouped).join(" | ");
        row(&mut text, &format!("{} | {figures} | {}", source_run.source.name(), cpu_per_record(source_run)));
    }
    section(&mut text, "Broken promises", &["promise broken", "times"]);
    for (name, is_broken) in PROMISES {
        let broken = source_runs().flat_map(violations).filter(|violation| is_broken(violation)).count();
        row(&mut text, &format!("{name} | {broken}"));
    }
    section(
        &mut text,
        "Resource use of idle routers: lower quartiles of the second and of the last third of the run",
        &["source", "measure", "second", "last", "allowed", "result"],
    );
    for source_run in source_runs() {
        for measure in MEASURES {
            row(&mut text, &held(source_run, measure));
        }
    }
    text.push_str(&sensitivity(run));
    text.push_str("\n![Memory and open files over the time of the run](soak.svg)\n");
    section(&mut text, "Faults", &["fault", "times"]);
    let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
    for (fault, times) in
        source_runs().flat_map(|source_run| &source_run.drawn).filter(|(fault, _)| !fault.ends_with(": None"))
    {
        *drawn.entry(fault).or_default() += times;
    }
    for (fault, times) in drawn {
        row(&mut text, &format!("{fault} | {}", grouped(times)));
    }
    text
}

fn held(source_run: &SourceRun, measure: Measure) -> String {
    let (source, name, slack) = (source_run.source.name(), measure.name, measure.slack);
    match measure.trend(source_run) {
        None => format!("{source} | {name} | | | | run too short"),
        Some(trend) => {
            let result = if trend.grows(slack) { "GROWS" } else { "stable" };
            format!(
                "{source} | {name} | {:.1} | {:.1} | {:.1} | {result}",
                trend.second,
                trend.last,
                trend.second + slack
            )
        }
    }
}

/// Returns a paragraph about the smallest leak that the run would find.
fn sensitivity(run: &Run) -> String {
    let peak =
        |source_run: &SourceRun| source_run.idle_usage.last().map_or(0, |idle| idle.usage.peak_bytes >> 20);
    let least = run.source_runs.iter().map(|(source_run, _)| source_run.delivered).min().unwrap_or(0).max(1);
    let peaks: Vec<String> = run
        .source_runs
        .iter()
        .map(|(source_run, _)| format!("{} {} MiB", source_run.source.name(), peak(source_run)))
        .collect();
    format!(
        "\nA run fails if memory grows by three times the slack (6 MiB) over the whole run. For the router with the fewest\n\
         records this is {} bytes per record. The peak memory of each router (`VmHWM`): {}.\n",
        grouped(6 * 1024 * 1024 / least),
        peaks.join(", ")
    )
}

fn violations(source_run: &SourceRun) -> &[Violation] {
    match &source_run.failure {
        Some(Failure::PromisesBroken(_, violations)) => violations,
        _ => &[],
    }
}

fn invokes(source_run: &SourceRun) -> usize {
    source_run.drawn.iter().filter(|(fault, _)| fault.starts_with("invoke")).map(|(_, times)| times).sum()
}

fn cpu_per_record(source_run: &SourceRun) -> String {
    source_run.idle_usage.last().map_or_else(String::new, |idle| {
        let records = u128::try_from(source_run.delivered).unwrap_or(0).max(1);
        format!("{}", idle.usage.cpu.as_micros() / records)
    })
}

fn section(text: &mut String, title: &str, head: &[&str]) {
    let rules: Vec<&str> = (0..head.len()).map(|column| if column == 0 { "---" } else { "--:" }).collect();
    let _ = writeln!(text, "\n## {title}\n\n| {} |\n| {} |", head.join(" | "), rules.join(" | "));
}

fn row(text: &mut String, cells: &str) {
    let _ = writeln!(text, "| {cells} |");
}

/// Formats a number with a comma between groups of three digits.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_have_commas() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}

//! The report, as it stands in docs/figures/soak.md.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::thread::available_parallelism;

use chaos::Violation;

use crate::Run;
use crate::course::{Course, Failure};
use crate::verdict::{MEASURES, Measure};

/// What a promise is called, and how its breach is known.
type Promise = (&'static str, fn(&Violation) -> bool);

const PROMISES: [Promise; 7] = [
    ("lost", |violation| matches!(violation, Violation::Lost(_))),
    ("run for another tenant", |violation| matches!(violation, Violation::Misrouted { .. })),
    ("out of order", |violation| matches!(violation, Violation::Overtook { .. })),
    ("settled without a receipt", |violation| matches!(violation, Violation::SettledWithoutReceipt(_))),
    ("run again unasked", |violation| matches!(violation, Violation::RanAgain(_))),
    ("set aside though valid", |violation| matches!(violation, Violation::SetAside(_))),
    ("without an answer", |violation| matches!(violation, Violation::Unanswered(_))),
];

/// The report of a run.
pub(crate) fn markdown(run: &Run) -> String {
    let (minutes, seed) = (run.minutes, run.seed);
    let cores = available_parallelism().map_or(1, usize::from);
    let courses = || run.courses.iter().map(|(course, _)| course);
    let sum = |part: fn(&Course) -> usize| courses().map(part).sum::<usize>();
    let mut text = format!(
        "# Soak: {minutes} minutes in one process each\n\n\
         Written by `./taskw soak -- --minutes {minutes} --seed {seed} --write`, on a machine of {cores} cores that the\n\
         services around the routers shared. The release binaries, one process for each of the sources below, were handed\n\
         {} records in {} batches, what was not settled again and again, {} in all, while Lambda, SQS, DynamoDB and STS\n\
         went wrong as the last table says: small records, and batches of nearly 6 MB. Half of the tenants of each round\n\
         were new. At the end of each round all goes well until all is settled; then the router rests, and is looked at.\n\
         glibc is told to give back what is freed (`MALLOC_MMAP_THRESHOLD_`): at rest is then what is held.\n",
        grouped(sum(|course| course.messages)),
        grouped(sum(|course| course.batches)),
        grouped(sum(|course| course.handed_out)),
    );
    section(
        &mut text,
        "What they did",
        &[
            "source",
            "rounds",
            "tenants",
            "batches",
            "records",
            "of them again",
            "Invokes",
            "CPU, µs a record",
        ],
    );
    for course in courses() {
        let figures = [
            course.rounds,
            usize::try_from(course.tenants).unwrap_or(0),
            course.batches,
            course.handed_out,
            course.retried,
            invokes(course),
        ];
        let figures = figures.map(grouped).join(" | ");
        row(&mut text, &format!("{} | {figures} | {}", course.source.name(), cpu_per_record(course)));
    }
    section(&mut text, "What was promised: how often it was broken", &["", "times"]);
    for (name, is_broken) in PROMISES {
        let broken = courses().flat_map(violations).filter(|violation| is_broken(violation)).count();
        row(&mut text, &format!("{name} | {broken}"));
    }
    section(
        &mut text,
        "What they held at rest: lower quartiles of the second third of the run and of the last",
        &["source", "measure", "second", "last", "allowed", "verdict"],
    );
    for course in courses() {
        for measure in MEASURES {
            row(&mut text, &held(course, measure));
        }
    }
    text.push_str(&sensitivity(run));
    text.push_str("\n![Memory and open files over the time of the run](soak.svg)\n");
    section(&mut text, "What went wrong around them", &["", "times"]);
    let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
    for (fault, times) in
        courses().flat_map(|course| &course.drawn).filter(|(fault, _)| !fault.ends_with(": None"))
    {
        *drawn.entry(fault).or_default() += times;
    }
    for (fault, times) in drawn {
        row(&mut text, &format!("{fault} | {}", grouped(times)));
    }
    text
}

fn held(course: &Course, measure: Measure) -> String {
    let (source, name, slack) = (course.source.name(), measure.name, measure.slack);
    match measure.trend(course) {
        None => format!("{source} | {name} | | | | too short to judge"),
        Some(trend) => {
            let verdict = if trend.grows(slack) { "GROWS" } else { "level" };
            format!(
                "{source} | {name} | {:.1} | {:.1} | {:.1} | {verdict}",
                trend.second,
                trend.last,
                trend.second + slack
            )
        }
    }
}

/// How small a leak would have been found.
fn sensitivity(run: &Run) -> String {
    let peak = |course: &Course| course.looks.last().map_or(0, |look| look.usage.peak_bytes >> 20);
    let least = run.courses.iter().map(|(course, _)| course.handed_out).min().unwrap_or(0).max(1);
    let peaks: Vec<String> = run
        .courses
        .iter()
        .map(|(course, _)| format!("{} {} MiB", course.source.name(), peak(course)))
        .collect();
    format!(
        "\nA leak is refused that comes to three times the slack over the whole run: 6 MiB, {} bytes a record in the router\n\
         that had the fewest. The most that each held at any time (`VmHWM`): {}.\n",
        grouped(6 * 1024 * 1024 / least),
        peaks.join(", ")
    )
}

fn violations(course: &Course) -> &[Violation] {
    match &course.failure {
        Some(Failure::Broken(_, violations)) => violations,
        _ => &[],
    }
}

fn invokes(course: &Course) -> usize {
    course.drawn.iter().filter(|(fault, _)| fault.starts_with("invoke")).map(|(_, times)| times).sum()
}

fn cpu_per_record(course: &Course) -> String {
    course.looks.last().map_or_else(String::new, |look| {
        let records = u128::try_from(course.handed_out).unwrap_or(0).max(1);
        format!("{}", look.usage.cpu.as_micros() / records)
    })
}

fn section(text: &mut String, title: &str, head: &[&str]) {
    let rules: Vec<&str> = (0..head.len()).map(|column| if column == 0 { "---" } else { "--:" }).collect();
    let _ = writeln!(text, "\n## {title}\n\n| {} |\n| {} |", head.join(" | "), rules.join(" | "));
}

fn row(text: &mut String, cells: &str) {
    let _ = writeln!(text, "| {cells} |");
}

/// With a comma before each three digits.
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

//! The contest's figures as tables, and as JSON for programs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::aims::Verdict;
use crate::contender::Contender;
use crate::contest::{EACH, Figures, LARGEST, MORE_TENANTS, Round};
use crate::machine::Machine;
use crate::measure::Measured;
use crate::number::{mebibytes, megabytes, micros_each, millis, per_second, ratio};
use crate::start::zip_bytes;
use crate::table::{Section, Table};

/// Everything, for people.
pub(crate) fn sections(figures: &Figures, verdicts: &[Verdict], machine: &Machine) -> Vec<Section> {
    let mut sections = vec![(format!("Before the first event ({machine})"), starts(figures))];
    sections.extend(figures.rounds.iter().map(|round| {
        let megabytes = megabytes(u64::try_from(round.event_bytes).unwrap_or(u64::MAX));
        (format!("{} ({megabytes} MB)", round.scenario.name()), contenders(round))
    }));
    let mut aims = Table::headed(&["aim", "measured", ""]);
    for verdict in verdicts {
        aims.add(vec![verdict.aim.clone(), verdict.measured.clone(), verdict.word().to_owned()]);
    }
    sections.push(("Aims".to_owned(), aims));
    sections
}

/// The largest batches, in a few lines.
pub(crate) fn summary(figures: &Figures) -> Result<Section, &'static str> {
    let records = LARGEST.batch.records;
    let mut table = Table::headed(&["", "records/s", "CPU µs/record", "Invokes"]);
    for contender in [
        Contender::Sequential,
        Contender::Concurrent,
        Contender::ROUTER,
        Contender::FloorOnAws,
        Contender::Floor,
    ] {
        let took = figures.of(&LARGEST, contender).ok_or("everybody has to be measured: with Node")?;
        table.add(vec![
            contender.name().to_owned(),
            per_second(records, took.median()).to_string(),
            micros_each(took.cpu, records).to_string(),
            took.invokes.to_string(),
        ]);
    }
    Ok((LARGEST.name(), table))
}

fn starts(figures: &Figures) -> Table {
    let mut table = Table::headed(&["", "cold init ms", "the best ms", "memory MiB", "zip MB"]);
    for start in &figures.starts {
        let zip = zip_bytes().filter(|_| start.contender == Contender::ROUTER).map(megabytes);
        table.add(vec![
            start.contender.name().to_owned(),
            millis(start.init).to_string(),
            millis(start.best_init).to_string(),
            mebibytes(start.idle_bytes).to_string(),
            zip.map_or_else(String::new, |zip| zip.to_string()),
        ]);
    }
    table
}

fn contenders(round: &Round) -> Table {
    let records = round.scenario.batch.records;
    let mut table =
        Table::headed(&["", "records/s", "p50 ms", "p99 ms", "CPU µs/record", "peak MiB", "Invokes"]);
    for measured in &round.measured {
        table.add(row(measured, records));
    }
    let alone = millis(round.scenario.backend_alone());
    let name = format!("the backend alone, for {} Invokes", round.scenario.invokes());
    table.add([name.as_str(), "", &alone.to_string(), "", "", "", ""].map(str::to_owned).to_vec());
    if let Some(router) = round.of(Contender::ROUTER) {
        for other in round.measured.iter().filter(|other| !matches!(other.contender, Contender::Router(_))) {
            table.add(vec![
                format!("router ÷ {}", other.contender.name()),
                format!("{}×", ratio(other.median(), router.median())),
                String::new(),
                String::new(),
                part(router.cpu, other.cpu),
                String::new(),
                String::new(),
            ]);
        }
    }
    table
}

/// How many times the other's the router's is; a small part as one of so many.
fn part(router: Duration, other: Duration) -> String {
    if router * 2 > other {
        return format!("{}×", ratio(router, other));
    }
    format!("1/{:.1}", other.as_secs_f64() / router.as_secs_f64())
}

fn row(measured: &Measured, records: u32) -> Vec<String> {
    vec![
        measured.contender.name().to_owned(),
        per_second(records, measured.median()).to_string(),
        millis(measured.median()).to_string(),
        millis(measured.slow()).to_string(),
        micros_each(measured.cpu, records).to_string(),
        mebibytes(measured.peak_bytes).to_string(),
        measured.invokes.to_string(),
    ]
}

/// What the estimate of costs is held against; null where it was not measured.
pub(crate) fn json(figures: &Figures, machine: &Machine) -> Value {
    let per_record = |scenario, contender| {
        figures.of(scenario, contender).map(|took| micros_each(took.cpu, scenario.batch.records))
    };
    // The same records, of more tenants: what is more is the Invokes'. A record's is what they leave.
    let event = match (figures.of(&LARGEST, Contender::ROUTER), figures.of(&MORE_TENANTS, Contender::ROUTER))
    {
        (Some(few), Some(many)) => {
            let invoke = many.cpu.saturating_sub(few.cpu) / (MORE_TENANTS.invokes() - LARGEST.invokes());
            let records = few.cpu.saturating_sub(invoke * LARGEST.invokes());
            json!({
                "cpu_us_per_record": micros_each(records, LARGEST.batch.records),
                "cpu_us_per_invoke": micros_each(invoke, 1),
            })
        }
        _ => Value::Null,
    };
    json!({
        "machine": machine,
        "contenders": {
            "router, event": event,
            "router, record": { "cpu_us_per_record": per_record(&EACH, Contender::ROUTER) },
            "sequential loop in Node": { "cpu_us_per_record": per_record(&EACH, Contender::Sequential) },
            "64-way loop in Node": { "cpu_us_per_record": per_record(&EACH, Contender::Concurrent) },
        },
    })
}

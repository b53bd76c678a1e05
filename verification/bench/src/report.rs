//! Writes the figures of the comparison as tables, and as JSON.

use std::time::Duration;

use serde_json::{Value, json};

use crate::aims::AimResult;
use crate::comparison::{Figures, Round};
use crate::contender::Contender;
use crate::machine::Machine;
use crate::measure::Measured;
use crate::number::{mebibytes, megabytes, micros_each, millis, per_second, ratio};
use crate::scenario::{EACH, LARGEST, MORE_TENANTS};
use crate::start::zip_bytes;
use crate::table::{Section, Table};

/// Returns all figures as tables.
pub(crate) fn sections(figures: &Figures, aim_results: &[AimResult], machine: &Machine) -> Vec<Section> {
    let mut sections = vec![(format!("Before the first event ({machine})"), starts(figures))];
    sections.extend(figures.rounds.iter().map(|round| {
        let megabytes = megabytes(u64::try_from(round.event_bytes).unwrap_or(u64::MAX));
        (format!("{} ({megabytes} MB)", round.scenario.name()), contenders(round))
    }));
    let mut aims = Table::with_head(&["aim", "measured", ""]);
    for aim_result in aim_results {
        aims.add(vec![aim_result.aim.clone(), aim_result.measured.clone(), aim_result.status().to_owned()]);
    }
    sections.push(("Aims".to_owned(), aims));
    sections
}

/// Returns a short table with the largest batch.
///
/// # Errors
/// If a program was not measured.
pub(crate) fn summary(figures: &Figures) -> Result<Section, &'static str> {
    let records = LARGEST.batch.records;
    let mut table = Table::with_head(&["", "records/s", "CPU µs/record", "Invokes"]);
    for contender in [
        Contender::Sequential,
        Contender::Concurrent,
        Contender::ROUTER,
        Contender::FloorOnAws,
        Contender::Floor,
    ] {
        let took = figures
            .of(&LARGEST, contender)
            .ok_or("a program was not measured: the summary: run without --without-node")?;
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
    let mut table = Table::with_head(&["", "cold init ms", "the best ms", "memory MiB", "zip MB"]);
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
        Table::with_head(&["", "records/s", "p50 ms", "p99 ms", "CPU µs/record", "peak MiB", "Invokes"]);
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
                format_ratio(router.cpu, other.cpu),
                String::new(),
                String::new(),
            ]);
        }
    }
    table
}

/// Formats the ratio of the router to another program. Small ratios are fractions, such as 1/5.0.
fn format_ratio(router: Duration, other: Duration) -> String {
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

/// Returns the figures for `tenantctl cost`. A figure without a measurement is null.
pub(crate) fn json(figures: &Figures, machine: &Machine) -> Value {
    let per_record = |scenario, contender| {
        figures.of(scenario, contender).map(|took| micros_each(took.cpu, scenario.batch.records))
    };
    // Both scenarios have the same records, so the difference is the cost of the Invokes. The rest is the cost of the records.
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

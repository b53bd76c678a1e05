//! Counts the instructions of the router for a record with callgrind, a tool of valgrind. The counts do not depend on the load of
//! the machine. The count of SHA-256 is much too high, because valgrind does not support its hardware instructions.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testbed::binaries::cargo;

use crate::batch::Batch;
use crate::contender::{Contender, Programs};
use crate::docs::project;
use crate::measure::{Connection, Running};
use crate::payload::Payload;
use crate::scenario::Scenario;
use crate::source::Source;
use crate::table::{self, Section, Table};

/// Crates with fewer instructions per record than this are added up as others.
const MIN_INSTRUCTIONS: u64 = 100;

pub(crate) fn sections() -> Result<Vec<Section>, Box<dyn Error>> {
    let folder = project().join("target/instructions");
    let programs = Programs::in_folder(folder.clone());
    let mut sections = Vec::new();
    for source in Source::ALL {
        build_observed(source, &folder)?;
        for &payload in source.payloads() {
            let (records, tenants) = match payload {
                _ if source.is_single() => (1, 1),
                Payload::Record => (500, 10),
                Payload::Event | Payload::Nothing => (10_000, 100),
            };
            let scenario = Scenario::new(Batch::of(records, tenants).from(source), payload, 0);
            table::print_progress(&scenario.name());
            sections.push((
                scenario.name(),
                table_of(&count_instructions(&programs, &scenario, &folder)?, records),
            ));
        }
    }
    Ok(sections)
}

/// Builds the router of a source with the names of its functions, and a script that runs it under callgrind.
fn build_observed(source: Source, folder: &Path) -> Result<(), Box<dyn Error>> {
    let (mut build, name) = (cargo(), source.artifact());
    build.args(["build", "--quiet", "--locked", "--release", "-p", name, "--target-dir"]).arg(folder);
    if !build.env("CARGO_PROFILE_RELEASE_STRIP", "none").status()?.success() {
        return Err(format!("the router does not build: {name}: read the messages above").into());
    }
    let router = folder.join("release").join(name);
    let script = format!(
        "#!/bin/sh\nexec valgrind -q --tool=callgrind --callgrind-out-file='{}' '{}'\n",
        counts_file(folder).display(),
        router.display()
    );
    fs::write(folder.join(name), script)?;
    Ok(fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755))?)
}

fn counts_file(folder: &Path) -> PathBuf {
    folder.join("counts")
}

/// Counts the instructions of one batch in a warm process, by crate.
fn count_instructions(
    programs: &Programs,
    scenario: &Scenario,
    folder: &Path,
) -> Result<BTreeMap<String, u64>, Box<dyn Error>> {
    let mut router = Running::start(programs, Contender::ROUTER, scenario, Connection::Plain)?;
    router.warm_up(scenario)?;
    let pid = router.sandbox.pid().to_string();
    let control = |what: &str| match Command::new("callgrind_control")
        .args([what, &pid])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
    {
        Ok(status) if status.success() => Ok(()),
        _ => Err("the instructions cannot be counted: callgrind_control: install valgrind"),
    };
    let event = scenario.batch.event();
    // The first batch allocates memory and is not counted.
    router.measure(&event, scenario)?;
    control("--zero")?;
    router.measure(&event, scenario)?;
    control("--dump")?;
    let mut dump = counts_file(folder).into_os_string();
    dump.push(".1");
    let text = fs::read_to_string(&dump)?;
    fs::remove_file(dump)?;
    Ok(by_crate(&text))
}

/// Adds up the instructions by crate. Instructions of an inlined function belong to its caller [Callgrind format specification].
fn by_crate(dump: &str) -> BTreeMap<String, u64> {
    let (mut names, mut counts) = (HashMap::new(), BTreeMap::new());
    let (mut current, mut is_call) = ("", false);
    for line in dump.lines() {
        if let Some((key @ ("fn" | "cfn"), function)) = line.split_once('=') {
            let (id, name) = function.split_once(' ').unwrap_or((function, ""));
            if !name.is_empty() {
                names.insert(id, name);
            }
            if key == "fn" {
                current = names.get(id).copied().unwrap_or_default();
            }
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if line.starts_with(|first: char| first.is_ascii_digit() || "+-*".contains(first)) {
            let count = line.split(' ').nth(1).and_then(|count| count.parse::<u64>().ok());
            // The line after a call has the cost of the called function, which has its own lines.
            if !std::mem::take(&mut is_call) {
                *counts.entry(crate_of(current)).or_default() += count.unwrap_or_default();
            }
        }
    }
    counts
}

fn crate_of(function: &str) -> String {
    let name = function.trim_start_matches(['<', '&', '[']).trim_start_matches("mut ");
    match name.split_once("::") {
        Some((name, _)) if name.chars().all(|letter| letter.is_alphanumeric() || letter == '_') => {
            name.to_owned()
        }
        Some(_) => "other".to_owned(),
        None => "libc".to_owned(),
    }
}

fn table_of(counts: &BTreeMap<String, u64>, records: u32) -> Table {
    let mut table = Table::with_head(&["crate", "instructions/record"]);
    let mut each: Vec<(&str, u64)> =
        counts.iter().map(|(name, count)| (name.as_str(), count / u64::from(records))).collect();
    each.sort_unstable_by_key(|&(name, count)| (std::cmp::Reverse(count), name));
    let all: u64 = counts.values().sum::<u64>() / u64::from(records);
    let sha: u64 = counts.get("sha2").copied().unwrap_or_default() / u64::from(records);
    let listed: Vec<(&str, u64)> = each.into_iter().filter(|&(_, count)| count >= MIN_INSTRUCTIONS).collect();
    let others = all - listed.iter().map(|&(_, count)| count).sum::<u64>();
    for (name, count) in
        listed.into_iter().chain([("others", others), ("all", all), ("all but SHA-256", all - sha)])
    {
        table.add(vec![name.to_owned(), count.to_string()]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_not_counted_for_the_caller() {
        let dump = "events: Ir\nfn=(1) sha2::compress\n10 5\n+1 2\ncfn=(2) <sources::Sqs>::decode\ncalls=1 3\n12 900\n* 1\n\
                    fn=(2)\n7 30\nfn=(3) malloc\n1 4\n";
        let expected =
            [("libc", 4), ("sha2", 8), ("sources", 30)].map(|(name, count)| (name.to_owned(), count));
        assert_eq!(by_crate(dump), BTreeMap::from(expected));
    }
}

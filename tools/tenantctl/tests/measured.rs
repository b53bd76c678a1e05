//! The built-in values of `tenantctl cost` match their sources: the benchmark's figures and the module's default memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use std::path::Path;

use command::tenantctl;
use serde_json::Value;

/// The largest accepted ratio. Figures differ between machines and runs; a larger difference changes the estimate.
const FACTOR: f64 = 1.25;

const FIGURES: &str = "docs/figures/speed.json";
const CONSTANTS: &str = "tools/tenantctl/src/cost/measured.rs";

fn read_project_file(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(file);
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("{error}: {file}: ./taskw bench -- --write-docs writes the figures"))
}

fn estimate() -> Value {
    let arguments = [
        "--json",
        "cost",
        "--records=1000",
        "--tenants=10",
        "--backend-ms=5",
        "--backend-memory=128",
        "--idle-minutes=10",
        "--environment-price=0",
    ];
    tenantctl(&arguments).json()
}

#[test]
fn built_in_cpu_times_match_the_benchmark() {
    let figures: Value = serde_json::from_str(&read_project_file(FIGURES)).unwrap();
    let built_in = estimate()["measured"].take();
    for (contender, numbers) in built_in.as_object().unwrap() {
        for (unit, number) in numbers.as_object().unwrap() {
            let found = &figures["contenders"][contender][unit];
            let remedy = format!(
                "{contender}: {unit} is {number} in {CONSTANTS} and {found} in {FIGURES}: \
                 run ./taskw bench -- --write-docs again on a quiet machine, or put the new number into {CONSTANTS}"
            );
            let (number, found) = (number.as_f64().unwrap(), found.as_f64().expect(&remedy));
            assert!(number <= found * FACTOR && found <= number * FACTOR, "{remedy}");
        }
    }
}

#[test]
fn default_router_memory_matches_the_module() {
    const MODULE: &str = "modules/router-function/variables_function.tf";
    let module = read_project_file(MODULE);
    let default = module.lines().find_map(|line| {
        let value = line.trim().strip_prefix("memory_mb")?.split_once("optional(number, ")?.1;
        value.strip_suffix(')')?.parse::<f64>().ok()
    });
    let default_argument = estimate()["workload"]["router_memory"].as_f64();
    assert_eq!(default_argument, default, "--router-memory and {MODULE}: give both the same default");
}

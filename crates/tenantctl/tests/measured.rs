//! What `tenantctl cost` has built in is what was found elsewhere: the benchmark's figures, the module's memory.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use std::path::Path;

use command::tenantctl;
use serde_json::Value;

/// Machines differ, and so do runs. What differs by more than this changes what the estimate says.
const FACTOR: f64 = 1.25;

const FIGURES: &str = "docs/figures/speed.json";
const CONSTANTS: &str = "crates/tenantctl/src/cost/measured.rs";

fn of_the_project(file: &str) -> String {
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
fn what_is_built_in_is_what_the_benchmark_found() {
    let figures: Value = serde_json::from_str(&of_the_project(FIGURES)).unwrap();
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
fn the_routers_memory_is_the_modules_default() {
    const MODULE: &str = "modules/router-function/variables_function.tf";
    let module = of_the_project(MODULE);
    let default = module.lines().find_map(|line| {
        let value = line.trim().strip_prefix("memory_mb")?.split_once("optional(number, ")?.1;
        value.strip_suffix(')')?.parse::<f64>().ok()
    });
    let told = estimate()["workload"]["router_memory"].as_f64();
    assert_eq!(told, default, "--router-memory and {MODULE}: give both the same default");
}

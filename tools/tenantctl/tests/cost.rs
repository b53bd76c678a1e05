//! `tenantctl cost`: its arguments, and its output as text and JSON. The arithmetic has unit tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use command::{Answer, tenantctl, with};
use serde_json::json;

const REQUIRED: [&str; 11] = [
    "cost",
    "--records=1_000_000",
    "--tenants=100",
    "--records-per-batch=10",
    "--tenants-per-batch=5",
    "--backend-ms=50",
    "--backend-overhead-ms=10",
    "--backend-memory=512",
    "--router-memory=256",
    "--idle-minutes=1000000",
    "--router-ms=10",
];

fn cost(more: &[&str]) -> Answer {
    tenantctl(&[&REQUIRED, more].concat())
}

#[test]
fn modes_are_listed_side_by_side_with_dated_prices() {
    let answer = cost(&["--environment-price=0.0002"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    for text in [
        "1,000,000 records of 100 tenants in a month, in batches of 10 with 5.0 tenants each",
        "prices of us-east-1, 2026-11-25, from https://aws.amazon.com/lambda/pricing/: check them",
        "Measured CPU time, in microseconds of one vCPU:",
        "backend invocations           1,000,000       500,000       500,000        1,000,000     1,000,000",
        "environments created                100           100           100              100           200",
        "Not counted: the source, logs",
    ] {
        assert!(answer.stdout.contains(text), "{text}\n{}", answer.stdout);
    }
}

#[test]
fn no_line_is_wider_than_100_columns() {
    let answer = cost(&["--environment-price=0.0002"]);
    // The line with the prices' URL may be longer.
    for line in answer.stdout.lines().filter(|line| !line.starts_with("prices of")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn prices_are_read_from_a_file_and_repeated_in_json() {
    let prices = json!({
        "region": "eu-west-1", "date": "2026-11-01", "source": "a contract",
        "request_per_million": 0.2, "gb_second": 0.00001, "environment_creation_per_gb": 0.0002,
    });
    let arguments = [&["--json"], &REQUIRED[..], &["--prices=-"]].concat();
    let answer = with(&arguments, &prices.to_string(), &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let report = answer.json();
    assert_eq!(report["prices"], prices);
    let total = report["per_tenant"]["dollars"]["total"].as_f64().unwrap();
    assert!((total - 0.435).abs() < 1e-9, "{total}: see the calculation in the unit tests");
    assert_eq!(report["workload"]["records"], 1e6);
}

#[test]
fn missing_environment_price_is_an_error() {
    let answer = cost(&[]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("--environment-price") && answer.stderr.contains("pricing"), "{answer:?}");
}

#[test]
fn impossible_values_are_refused_by_name() {
    for (more, place) in [
        (&["--environment-price=-1"][..], "--environment-price"),
        (&["--environment-price=0", "--per-tenant=0.5"], "--per-tenant"),
        (&["--environment-price=0", "--accept-ms=-1"], "--accept-ms"),
        (&["--environment-price=0", "--accept-ms=NaN"], "--accept-ms"),
    ] {
        let answer = cost(more);
        assert_eq!(answer.code, 2, "{more:?}");
        assert!(answer.stderr.contains(place), "{answer:?}");
    }
    let replaced: Vec<&str> = REQUIRED
        .iter()
        .map(|&given| if given.starts_with("--tenants-per-batch") { "--tenants-per-batch=11" } else { given })
        .collect();
    let answer = tenantctl(&[&replaced[..], &["--environment-price=0"]].concat());
    assert!(answer.code == 2 && answer.stderr.contains("--tenants-per-batch"), "{answer:?}");
}

#[test]
fn price_file_with_wrong_field_or_value_is_refused() {
    let good = json!({
        "region": "r", "date": "d", "source": "s",
        "request_per_million": 0.2, "gb_second": 0.00001, "environment_creation_per_gb": 0.0002,
    });
    let arguments = [&REQUIRED[..], &["--prices=-"]].concat();
    for (field, value) in [("gb_second", json!(-1)), ("surcharge", json!(1)), ("date", json!(null))] {
        let mut prices = good.clone();
        prices[field] = value;
        let answer = with(&arguments, &prices.to_string(), &[]);
        assert_eq!(answer.code, 2, "{field}");
        assert!(answer.stderr.contains(field) || answer.stderr.contains("null"), "{answer:?}");
    }
}

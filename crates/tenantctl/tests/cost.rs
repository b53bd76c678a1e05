//! `tenantctl cost`: what is asked for, what is refused, and both forms of the answer. The arithmetic has tests of its
//! own.
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
fn the_ways_stand_side_by_side_with_the_prices_and_their_date() {
    let answer = cost(&["--environment-price=0.0002"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    for text in [
        "1,000,000 records of 100 tenants in a month, in batches of 10 with 5.0 tenants each",
        "prices of us-east-1, 2026-11-25, from https://aws.amazon.com/lambda/pricing/: check them",
        "CPU as measured, in microseconds of a whole processor:",
        "backend invocations           1,000,000       500,000       500,000        1,000,000     1,000,000",
        "environments created                100           100           100              100           200",
        "Not counted: the source, logs",
    ] {
        assert!(answer.stdout.contains(text), "{text}\n{}", answer.stdout);
    }
}

#[test]
fn no_line_is_wider_than_a_hundred_columns() {
    let answer = cost(&["--environment-price=0.0002"]);
    // The line with the address from which the prices are is as long as the address.
    for line in answer.stdout.lines().filter(|line| !line.starts_with("prices of")) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn prices_come_from_a_file_and_the_json_repeats_them() {
    let prices = json!({
        "region": "eu-west-1", "date": "2026-11-01", "source": "a contract",
        "request_per_million": 0.2, "gb_second": 0.00001, "environment_creation_per_gb": 0.0002,
    });
    let arguments = [&["--json"], &REQUIRED[..], &["--prices=-"]].concat();
    let answer = with(&arguments, &prices.to_string(), &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    let told = answer.json();
    assert_eq!(told["prices"], prices);
    let total = told["per_tenant"]["dollars"]["total"].as_f64().unwrap();
    assert!((total - 0.435).abs() < 1e-9, "{total}: as worked out by hand beside the arithmetic");
    assert_eq!(told["workload"]["records"], 1e6);
}

#[test]
fn the_price_that_is_not_built_in_has_to_be_given() {
    let answer = cost(&[]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("--environment-price") && answer.stderr.contains("pricing"), "{answer:?}");
}

#[test]
fn numbers_that_cannot_be_true_are_refused_by_name() {
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
fn a_list_of_prices_with_another_field_or_a_price_below_nothing_is_refused() {
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

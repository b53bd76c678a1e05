//! The prices: where and when they were read, and what they are.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::explain::input::{self, named};
use crate::error::CommandError;

/// MonthlyDollars, each for what its name says. Tiers, savings plans and the free tier are left out.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LambdaPrices {
    /// Where they hold.
    pub(super) region: String,
    /// When they were read.
    pub(super) date: String,
    /// From where.
    pub(super) source: String,
    pub(super) request_per_million: f64,
    pub(super) gb_second: f64,
    /// For each GB of memory of a tenant's environment, each time that one is created.
    pub(super) environment_creation_per_gb: f64,
}

/// The processor that a function runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Architecture {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86,
}

/// What is built in: the first tier [AWS Lambda pricing]. The benchmark reads the same file.
const BUILT_IN: &str = include_str!("built_in.json");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuiltIn {
    region: String,
    date: String,
    source: String,
    request_per_million: f64,
    gb_second: GbSecond,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GbSecond {
    arm64: f64,
    x86_64: f64,
}

/// The built-in prices, with the one that is not.
pub(super) fn built_in(
    architecture: Architecture,
    environment_price: Option<f64>,
) -> Result<LambdaPrices, CommandError> {
    let built_in: BuiltIn = serde_json::from_str(BUILT_IN).expect("a test reads the file that is built in");
    let environment_creation_per_gb = environment_price.ok_or_else(|| {
        CommandError::usage(
            "--environment-price",
            "what AWS charges for each creation of a tenant's environment is not built in",
            format!("read it under tenant isolation on {}, for each GB; 0 leaves it out", built_in.source),
        )
    })?;
    Ok(LambdaPrices {
        region: built_in.region,
        date: built_in.date,
        source: built_in.source,
        request_per_million: built_in.request_per_million,
        gb_second: match architecture {
            Architecture::Arm64 => built_in.gb_second.arm64,
            Architecture::X86 => built_in.gb_second.x86_64,
        },
        environment_creation_per_gb,
    })
}

pub(super) fn read(file: &str) -> Result<LambdaPrices, CommandError> {
    let text = input::read(file, "the list of prices")?;
    let prices: LambdaPrices = serde_json::from_str(&text).map_err(|error| {
        CommandError::usage(
            named(file),
            error.to_string(),
            "give the fields that tenantctl cost --help shows, and no other",
        )
    })?;
    for (field, value) in [
        ("request_per_million", prices.request_per_million),
        ("gb_second", prices.gb_second),
        ("environment_creation_per_gb", prices.environment_creation_per_gb),
    ] {
        if !is_price(value) {
            let problem = format!("the price is {value}");
            return Err(CommandError::usage(
                format!("{}: {field}", named(file)),
                problem,
                "give dollars, 0 or more",
            ));
        }
    }
    Ok(prices)
}

/// A price on the command line.
pub(super) fn price(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|&price| is_price(price)).ok_or_else(|| "give dollars, 0 or more".to_owned())
}

fn is_price(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_built_in_can_be_read() {
        for architecture in Architecture::value_variants() {
            let prices = built_in(*architecture, Some(0.0)).expect("the price that is not built in is given");
            assert!(is_price(prices.gb_second) && is_price(prices.request_per_million), "{prices:?}");
        }
    }
}

//! The prices of Lambda, with their region, date and source.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::error::CommandError;
use crate::explain::input::{self, display_name};

/// Prices in dollars. Tiers, savings plans and the free tier are not included.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LambdaPrices {
    /// The AWS region of the prices.
    pub(super) region: String,
    /// The date on which they were looked up.
    pub(super) date: String,
    /// Their source, such as a URL.
    pub(super) source: String,
    pub(super) request_per_million: f64,
    pub(super) gb_second: f64,
    /// For each creation of a tenant's environment, for each GB of its memory.
    pub(super) environment_creation_per_gb: f64,
}

/// The processor architecture of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Architecture {
    /// Graviton.
    Arm64,
    /// Intel and AMD.
    #[value(name = "x86_64")]
    X86,
}

/// The built-in prices: the first tier [AWS Lambda pricing]. The benchmark reads the same file.
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

/// Completes the built-in prices with the price that is not built in.
pub(super) fn with_built_in(
    architecture: Architecture,
    environment_price: Option<f64>,
) -> Result<LambdaPrices, CommandError> {
    let built_in: BuiltIn = serde_json::from_str(BUILT_IN).expect("a test parses the built-in file");
    let environment_creation_per_gb = environment_price.ok_or_else(|| {
        CommandError::usage(
            "--environment-price",
            "the price for the creation of a tenant's environment is not built in",
            format!(
                "give the price for each GB from the section on tenant isolation of {}; 0 leaves it out",
                built_in.source
            ),
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

/// Reads a file of prices.
pub(super) fn read(file: &str) -> Result<LambdaPrices, CommandError> {
    let text = input::read(file, "the list of prices")?;
    let prices: LambdaPrices = serde_json::from_str(&text).map_err(|error| {
        CommandError::usage(
            display_name(file),
            error.to_string(),
            "give exactly the fields that tenantctl cost --help shows",
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
                format!("{}: {field}", display_name(file)),
                problem,
                "give dollars, 0 or more",
            ));
        }
    }
    Ok(prices)
}

/// Parses a price on the command line.
pub(super) fn parse_price(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|&price| is_price(price)).ok_or_else(|| "give dollars, 0 or more".to_owned())
}

fn is_price(value: f64) -> bool {
    value.is_finite() && value >= 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_prices_can_be_read() {
        for architecture in Architecture::value_variants() {
            let prices =
                with_built_in(*architecture, Some(0.0)).expect("the price that is not built in is given");
            assert!(is_price(prices.gb_second) && is_price(prices.request_per_million), "{prices:?}");
        }
    }
}

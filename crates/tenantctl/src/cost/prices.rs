//! The prices: where and when they were read, and what they are.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::explain::input::{self, named};
use crate::failure::Failure;

/// Dollars, each for what its name says. Tiers, savings plans and the free tier are left out.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prices {
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

/// What is built in: US East (N. Virginia), the first tier [AWS Lambda pricing].
const REGION: &str = "us-east-1";
const DATE: &str = "2026-11-25";
const SOURCE: &str = "https://aws.amazon.com/lambda/pricing/";
const REQUEST_PER_MILLION: f64 = 0.20;
const GB_SECOND_ARM64: f64 = 0.000_013_333_4;
const GB_SECOND_X86: f64 = 0.000_016_666_7;

/// The built-in prices, with the one that is not.
pub(super) fn built_in(
    architecture: Architecture,
    environment_price: Option<f64>,
) -> Result<Prices, Failure> {
    let environment_creation_per_gb = environment_price.ok_or_else(|| {
        Failure::usage(
            "--environment-price",
            "what AWS charges for each creation of a tenant's environment is not built in",
            format!("read it under tenant isolation on {SOURCE}, for each GB; 0 leaves it out"),
        )
    })?;
    Ok(Prices {
        region: REGION.to_owned(),
        date: DATE.to_owned(),
        source: SOURCE.to_owned(),
        request_per_million: REQUEST_PER_MILLION,
        gb_second: match architecture {
            Architecture::Arm64 => GB_SECOND_ARM64,
            Architecture::X86 => GB_SECOND_X86,
        },
        environment_creation_per_gb,
    })
}

pub(super) fn read(file: &str) -> Result<Prices, Failure> {
    let text = input::read(file, "the list of prices")?;
    let prices: Prices = serde_json::from_str(&text).map_err(|error| {
        Failure::usage(
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
            return Err(Failure::usage(
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

//! The workload of an estimate. All values are averages over a month.

use serde::Serialize;

use crate::error::CommandError;

/// The records, their distribution over tenants, and the time that they take.
#[derive(clap::Args, Clone, Debug, PartialEq, Serialize)]
pub(super) struct Workload {
    /// Records in a month.
    #[arg(long, value_name = "N", value_parser = parse_positive)]
    pub(super) records: f64,
    /// Tenants with records in a month.
    #[arg(long, value_name = "N", value_parser = parse_positive)]
    pub(super) tenants: f64,
    /// Records in a batch of the router, on average.
    #[arg(long, value_name = "N", value_parser = parse_positive, default_value = "10")]
    pub(super) records_per_batch: f64,
    /// Tenants in a batch, on average; default: the expected number for equal tenants.
    #[arg(long, value_name = "N", value_parser = parse_positive)]
    pub(super) tenants_per_batch: Option<f64>,
    /// The backend's time for one record, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = parse_not_negative)]
    pub(super) backend_ms: f64,
    /// The backend's additional time for each Invoke, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = parse_not_negative, default_value = "0")]
    pub(super) backend_overhead_ms: f64,
    /// The init time of a backend's environment, in milliseconds. Lambda charges it.
    #[arg(long, value_name = "MS", value_parser = parse_not_negative, default_value = "0")]
    pub(super) backend_init_ms: f64,
    /// The backend's memory, in MB.
    #[arg(long, value_name = "MB", value_parser = parse_positive)]
    pub(super) backend_memory: f64,
    /// The router's processing time for a batch, without waiting for Invokes, in milliseconds; default: the measured
    /// processor time, scaled to its memory.
    #[arg(long, value_name = "MS", value_parser = parse_not_negative)]
    pub(super) router_ms: Option<f64>,
    /// The router's memory, in MB.
    #[arg(long, value_name = "MB", value_parser = parse_positive, default_value = "256")]
    pub(super) router_memory: f64,
    /// The memory of the plain loops, in MB.
    #[arg(long, value_name = "MB", value_parser = parse_positive, default_value = "256")]
    pub(super) loop_memory: f64,
    /// The time that Lambda takes to accept an asynchronous Invoke, in milliseconds.
    #[arg(long, value_name = "MS", value_parser = parse_not_negative, default_value = "20")]
    pub(super) accept_ms: f64,
    /// The router's Invokes at a time for one tenant (`delivery.per_tenant`).
    #[arg(long, value_name = "N", value_parser = parse_positive, default_value = "1")]
    pub(super) per_tenant: f64,
    /// The router's Invokes at a time, of all tenants (`delivery.in_flight`).
    #[arg(long, value_name = "N", value_parser = parse_positive, default_value = "100")]
    pub(super) in_flight: f64,
    /// How long Lambda keeps an idle environment, in minutes. AWS documents no value; estimate it from your function's
    /// cold starts after pauses.
    #[arg(long, value_name = "MINUTES", value_parser = parse_not_negative)]
    pub(super) idle_minutes: f64,
}

impl Workload {
    /// Checks that the values are consistent.
    pub(super) fn check(&self) -> Result<(), CommandError> {
        let wrong =
            |place: &str, problem: String, remedy: &str| Err(CommandError::usage(place, problem, remedy));
        if self.tenants > self.records {
            return wrong(
                "--tenants",
                format!("{} tenants with {} records", self.tenants, self.records),
                "give fewer",
            );
        }
        match self.tenants_per_batch {
            Some(tenants) if tenants > self.tenants.min(self.records_per_batch) || tenants < 1.0 => wrong(
                "--tenants-per-batch",
                format!(
                    "{tenants} tenants in a batch of {} records of {} tenants",
                    self.records_per_batch, self.tenants
                ),
                "give from 1 up to the smaller of both",
            ),
            _ if self.records_per_batch < 1.0 => {
                wrong("--records-per-batch", self.records_per_batch.to_string(), "give 1 or more")
            }
            _ if self.per_tenant < 1.0 => {
                wrong("--per-tenant", self.per_tenant.to_string(), "give 1 or more")
            }
            _ if self.in_flight < 1.0 => wrong("--in-flight", self.in_flight.to_string(), "give 1 or more"),
            _ => Ok(()),
        }
    }

    /// Tenants in a batch. By default the expected number of distinct tenants of `b` random records of `t` equal tenants:
    /// `t (1 - (1 - 1/t)^b)`.
    pub(super) fn mean_tenants_per_batch(&self) -> f64 {
        let (tenants, records) = (self.tenants, self.records_per_batch);
        self.tenants_per_batch.unwrap_or_else(|| tenants * (1.0 - (1.0 - 1.0 / tenants).powf(records)))
    }
}

fn parse_not_negative(text: &str) -> Result<f64, String> {
    parse_number(text).filter(|&number| number >= 0.0).ok_or_else(|| "give a number, 0 or more".to_owned())
}

fn parse_positive(text: &str) -> Result<f64, String> {
    parse_number(text).filter(|&number| number > 0.0).ok_or_else(|| "give a number above 0".to_owned())
}

/// Parses a number. `_` and `,` may separate thousands.
fn parse_number(text: &str) -> Option<f64> {
    text.replace(['_', ','], "").parse().ok().filter(|number: &f64| number.is_finite())
}

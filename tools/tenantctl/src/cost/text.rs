//! The estimate as text: the delivery modes side by side.

use std::fmt::{Display, Formatter, Result};

use super::estimate::{CostEstimate, DeliveryCost};
use super::measured::MeasuredCpu;

impl Display for CostEstimate {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let Self { workload, prices, .. } = self;
        writeln!(
            out,
            "{} records of {} tenants in a month, in batches of {} with {:.1} tenants each",
            grouped(workload.records),
            grouped(workload.tenants),
            workload.records_per_batch,
            self.tenants_per_batch,
        )?;
        writeln!(out, "prices of {}, {}, from {}: check them", prices.region, prices.date, prices.source)?;
        writeln!(
            out,
            "  a million requests ${}, a GB-second ${}, each GB of an environment created ${}",
            prices.request_per_million, prices.gb_second, prices.environment_creation_per_gb
        )?;
        self.write_measured(out)?;
        let row =
            |out: &mut Formatter<'_>, name: &str, [each, tenant, asynchronous, one, many]: [String; 5]| {
                writeln!(out, "{name:24} {each:>14} {tenant:>13} {asynchronous:>13} {one:>16} {many:>13}")
            };
        let headings = ["per record", "per tenant", "async", "sequential loop", "64-way loop"];
        row(out, "", headings.map(str::to_owned))?;
        let each = |cell: &dyn Fn(&DeliveryCost) -> String| {
            let Self { per_record, per_tenant, asynchronous, sequential_loop, concurrent_loop, .. } = self;
            [per_record, per_tenant, asynchronous, sequential_loop, concurrent_loop].map(cell)
        };
        row(out, "router invocations", each(&|cost| grouped(cost.router.invocations)))?;
        row(out, "router ms a batch, own", each(&|cost| format!("{:.1}", cost.router_own_ms)))?;
        row(out, "  and waiting", each(&|cost| format!("{:.1}", cost.router_waiting_ms)))?;
        row(out, "router GB-seconds", each(&|cost| grouped(cost.router.gb_seconds)))?;
        row(out, "backend invocations", each(&|cost| grouped(cost.backend.invocations)))?;
        row(out, "backend GB-seconds", each(&|cost| grouped(cost.backend.gb_seconds)))?;
        row(out, "environments, at most", each(&|cost| grouped(cost.environments.peak)))?;
        row(out, "environments created", each(&|cost| grouped(cost.environments.creations)))?;
        row(out, "concurrency quota", each(&|cost| grouped(cost.environments.concurrency)))?;
        row(out, "router", each(&|cost| dollars(cost.dollars.router)))?;
        row(out, "  for a million records", each(&|cost| dollars(cost.dollars.router_per_million_records)))?;
        row(out, "backend", each(&|cost| dollars(cost.dollars.backend)))?;
        row(out, "creating environments", each(&|cost| dollars(cost.dollars.environments)))?;
        row(out, "a month", each(&|cost| dollars(cost.dollars.total)))?;
        writeln!(
            out,
            "\nA loop, in Node, replaces the router: in its column, the router's rows are the loop's.\n\
             Not counted: the source, logs, the registry, the quarantine, retries, the free tier, discounts.\n\
             Assumed: tenants are equal, traffic is steady. Formulas: docs/cost.md."
        )
    }
}

impl CostEstimate {
    fn write_measured(&self, out: &mut Formatter<'_>) -> Result {
        let MeasuredCpu { router_event, router_record, sequential_loop, concurrent_loop } = &self.measured;
        writeln!(out, "Measured CPU time, in microseconds of one vCPU:")?;
        writeln!(
            out,
            "  router: {} a record and {} an Invoke, or {} a record with its Invoke\n\
             \x20 loops: {} a record, and {} with 64 Invokes at a time\n",
            router_event.cpu_us_per_record,
            router_event.cpu_us_per_invoke.unwrap_or_default(),
            router_record.cpu_us_per_record,
            sequential_loop.cpu_us_per_record,
            concurrent_loop.cpu_us_per_record,
        )
    }
}

/// Formats dollars; small sums with more digits.
fn dollars(sum: f64) -> String {
    if sum >= 1.0 || sum == 0.0 {
        let (whole, cents) = (sum.trunc(), format!("{sum:.2}"));
        let cents = cents.split_once('.').map_or("00", |(_, cents)| cents);
        // Rounding may carry into the whole dollars.
        return format!("${}.{cents}", grouped(if cents == "00" { sum.round() } else { whole }));
    }
    format!("${sum:.4}")
}

/// Formats a number without fraction and with thousands separators.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_and_counts_have_separators() {
        for (number, text) in [(0.0, "0"), (999.0, "999"), (1000.0, "1,000"), (1_234_567.4, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        for (sum, text) in [
            (0.0, "$0.00"),
            (0.01, "$0.0100"),
            (1.999, "$2.00"),
            (1234.5, "$1,234.50"),
            (999.996, "$1,000.00"),
        ] {
            assert_eq!(dollars(sum), text);
        }
    }
}

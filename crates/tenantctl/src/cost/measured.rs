//! What a record costs in processor time: measured by `./taskw bench`, and copied here by hand from
//! `docs/figures/speed.json`, so that an estimate does not change with every run. A test sees to it that they agree.

use serde::Serialize;

/// With this memory a function has one processor for itself; with less, that share of one
/// [AWS Lambda developer guide, "Configure Lambda function memory"]. Neither router nor loop computes on a second one.
const ONE_PROCESSOR_MB: f64 = 1769.0;

/// Who works how hard, by the names that `docs/figures/speed.json` has for them.
#[derive(Debug, Serialize)]
pub(super) struct MeasuredCpu {
    #[serde(rename = "router, event")]
    pub(super) router_event: CpuTime,
    #[serde(rename = "router, record")]
    pub(super) router_record: CpuTime,
    #[serde(rename = "sequential loop in Node")]
    pub(super) sequential_loop: CpuTime,
    #[serde(rename = "64-way loop in Node")]
    pub(super) concurrent_loop: CpuTime,
}

/// Processor time, user and kernel, in microseconds of one whole processor.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct CpuTime {
    /// For each record.
    pub(super) cpu_us_per_record: f64,
    /// And for each Invoke; none where each record is an Invoke, which is counted with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_us_per_invoke: Option<f64>,
}

pub(super) const MEASURED: MeasuredCpu = MeasuredCpu {
    router_event: CpuTime { cpu_us_per_record: 1.5, cpu_us_per_invoke: Some(36.0) },
    router_record: CpuTime { cpu_us_per_record: 30.0, cpu_us_per_invoke: None },
    sequential_loop: CpuTime { cpu_us_per_record: 1_140.0, cpu_us_per_invoke: None },
    concurrent_loop: CpuTime { cpu_us_per_record: 420.0, cpu_us_per_invoke: None },
};

impl CpuTime {
    /// How many milliseconds so many records and Invokes take a function with `memory_mb`.
    pub(super) fn milliseconds(self, records: f64, invokes: f64, memory_mb: f64) -> f64 {
        let microseconds =
            records * self.cpu_us_per_record + invokes * self.cpu_us_per_invoke.unwrap_or_default();
        microseconds / 1000.0 * (ONE_PROCESSOR_MB / memory_mb).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_a_processor_takes_twice_as_long_and_a_second_one_does_not_help() {
        let cpu = CpuTime { cpu_us_per_record: 3.0, cpu_us_per_invoke: Some(50.0) };
        // 1,000 × 3 µs + 20 × 50 µs.
        for (memory, expected) in [(1769.0, 4.0), (884.5, 8.0), (3538.0, 4.0)] {
            let took = cpu.milliseconds(1000.0, 20.0, memory);
            assert!((took - expected).abs() < 1e-9, "{memory} MB: {took} ms");
        }
    }

    #[test]
    fn where_each_record_is_an_invoke_it_is_counted_with_its_record() {
        let cpu = CpuTime { cpu_us_per_record: 60.0, cpu_us_per_invoke: None };
        let took = cpu.milliseconds(500.0, 500.0, 1769.0);
        assert!((took - 30.0).abs() < 1e-9, "{took} ms");
    }
}

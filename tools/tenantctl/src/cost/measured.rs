//! The processor time of a record, as measured by `./taskw bench`. Copied from `docs/figures/speed.json`, so that an
//! estimate does not change with every run. A test compares both.

use serde::Serialize;

/// The memory with which a function gets one whole vCPU, in MB; with less memory it gets a share of one [AWS Lambda
/// developer guide, "Configure Lambda function memory"]. Neither router nor loop uses a second vCPU.
const ONE_VCPU_MB: f64 = 1769.0;

/// The measured processor times, under the names of `docs/figures/speed.json`.
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

/// The processor time, user and kernel, in microseconds of one vCPU.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct CpuTime {
    /// For each record.
    pub(super) cpu_us_per_record: f64,
    /// For each Invoke, in addition. `None` if each record is an Invoke, whose time is in `cpu_us_per_record`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cpu_us_per_invoke: Option<f64>,
}

pub(super) const MEASURED: MeasuredCpu = MeasuredCpu {
    router_event: CpuTime { cpu_us_per_record: 2.8, cpu_us_per_invoke: Some(90.0) },
    router_record: CpuTime { cpu_us_per_record: 98.0, cpu_us_per_invoke: None },
    sequential_loop: CpuTime { cpu_us_per_record: 1_330.0, cpu_us_per_invoke: None },
    concurrent_loop: CpuTime { cpu_us_per_record: 500.0, cpu_us_per_invoke: None },
};

impl CpuTime {
    /// The time for these records and Invokes in a function with this memory, in milliseconds.
    pub(super) fn milliseconds(self, records: f64, invokes: f64, memory_mb: f64) -> f64 {
        let microseconds =
            records * self.cpu_us_per_record + invokes * self.cpu_us_per_invoke.unwrap_or_default();
        microseconds / 1000.0 * (ONE_VCPU_MB / memory_mb).max(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_vcpu_takes_twice_as_long() {
        let cpu = CpuTime { cpu_us_per_record: 3.0, cpu_us_per_invoke: Some(50.0) };
        // 1,000 × 3 µs + 20 × 50 µs.
        for (memory, expected) in [(1769.0, 4.0), (884.5, 8.0), (3538.0, 4.0)] {
            let took = cpu.milliseconds(1000.0, 20.0, memory);
            assert!((took - expected).abs() < 1e-9, "{memory} MB: {took} ms");
        }
    }

    #[test]
    fn invoke_for_each_record_is_counted_once() {
        let cpu = CpuTime { cpu_us_per_record: 60.0, cpu_us_per_invoke: None };
        let took = cpu.milliseconds(500.0, 500.0, 1769.0);
        assert!((took - 30.0).abs() < 1e-9, "{took} ms");
    }
}

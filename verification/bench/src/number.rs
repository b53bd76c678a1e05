//! Rounds figures for the output.

use std::time::Duration;

/// Returns milliseconds, rounded to a tenth.
pub(crate) fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e4).round() / 10.0
}

/// Returns microseconds per item, rounded to a hundredth.
pub(crate) fn micros_each(duration: Duration, count: u32) -> f64 {
    (duration.as_secs_f64() * 1e8 / f64::from(count.max(1))).round() / 100.0
}

pub(crate) fn per_second(count: u32, duration: Duration) -> f64 {
    (f64::from(count) / duration.as_secs_f64()).round()
}

/// Returns `of` divided by `to`, rounded to a hundredth.
pub(crate) fn ratio(of: Duration, to: Duration) -> f64 {
    (of.as_secs_f64() / to.as_secs_f64() * 100.0).round() / 100.0
}

/// Returns megabytes, rounded to a hundredth.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    (float(bytes) / 1e4).round() / 100.0
}

/// Converts a number of bytes. Larger values than a `u32` are cut off, which does not occur here.
pub(crate) fn float(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX))
}

/// Returns mebibytes, rounded to a tenth.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    let kibibytes = u32::try_from(bytes / 1024).unwrap_or(u32::MAX);
    (f64::from(kibibytes) / 102.4).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: f64, other: f64) -> bool {
        (one - other).abs() < f64::EPSILON
    }

    #[test]
    fn figures_are_rounded() {
        assert!(same(millis(Duration::from_micros(12_340)), 12.3));
        assert!(same(micros_each(Duration::from_micros(1_001), 300), 3.34));
        assert!(same(per_second(100, Duration::from_millis(30)), 3333.0));
        assert!(same(ratio(Duration::from_millis(10), Duration::from_millis(30)), 0.33));
        assert!(same(megabytes(1_234_567), 1.23));
        assert!(same(mebibytes(3 * 1024 * 1024 + 300 * 1024), 3.3));
    }
}

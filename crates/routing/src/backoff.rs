//! How long to wait before an Invoke that certainly did not run is retried.

use std::time::Duration;

/// Attempts of one tenant that may fail in a row before this invocation gives up on it. The source redelivers its records later,
/// which costs other tenants less than waiting here.
pub(crate) const MAX_TRIES: u32 = 5;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// The time to wait after this many failures in a row (`failures` ≥ 1). It doubles with each failure, up to 5 s. It is random
/// within its upper half, so that tenants that were throttled together do not retry together. It is never less than `Retry-After`.
pub(crate) fn delay(failures: u32, retry_after: Option<Duration>, rng: &mut fastrand::Rng) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST);
    let jittered = doubled.mul_f64(0.5 + rng.f64() / 2.0);
    jittered.max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_bound_with_jitter() {
        let mut rng = fastrand::Rng::with_seed(7);
        for failures in 1..40 {
            let full = Duration::from_millis(100 << (failures - 1).min(10)).min(LONGEST);
            let delay = delay(failures, None, &mut rng);
            assert!(delay >= full / 2 && delay <= full, "{failures}: {delay:?}");
        }
    }

    #[test]
    fn delay_is_never_less_than_retry_after() {
        let mut rng = fastrand::Rng::with_seed(7);
        assert!(delay(1, Some(Duration::from_secs(9)), &mut rng) >= Duration::from_secs(9));
    }
}

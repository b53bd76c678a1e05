//! How long to wait before asking again for what certainly did not run.

use std::time::Duration;

/// Tries of one tenant that may fail in a row before it is rested for the rest of the invocation. The source hands
/// its records out again later, which costs others less than waiting for it here.
pub(crate) const MAX_TRIES: u32 = 5;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// Doubles with each failure in a row (`failures` ≥ 1) and is spread over its upper half, so that tenants
/// throttled together do not come back together; never less than what `Retry-After` asks for.
pub(crate) fn delay(failures: u32, retry_after: Option<Duration>, rng: &mut fastrand::Rng) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1))).min(LONGEST);
    let jittered = doubled.mul_f64(0.5 + rng.f64() / 2.0);
    jittered.max(retry_after.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_up_to_a_bound_and_are_spread_over_the_upper_half() {
        let mut rng = fastrand::Rng::with_seed(7);
        for failures in 1..40 {
            let full = Duration::from_millis(100 << (failures - 1).min(10)).min(LONGEST);
            let delay = delay(failures, None, &mut rng);
            assert!(delay >= full / 2 && delay <= full, "{failures}: {delay:?}");
        }
    }

    #[test]
    fn retry_after_is_never_undercut() {
        let mut rng = fastrand::Rng::with_seed(7);
        assert!(delay(1, Some(Duration::from_secs(9)), &mut rng) >= Duration::from_secs(9));
    }
}

//! When a tenant may be tried again in this invocation, after an Invoke that certainly did not run.

use std::time::Duration;

/// After this many throttled or unstarted attempts of one tenant in a row, this invocation gives up on the tenant. The source
/// redelivers its records later, which costs other tenants less than waiting here. A stream has no such limit.
const MAX_ATTEMPTS_IN_A_ROW: u32 = 5;

const FIRST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(5);

/// When the tenant may be tried again, after this many failures in a row (`failures` ≥ 1). `None`: this invocation gives up on
/// the tenant, because there were too many failures or no Invoke may start any more at that time.
///
/// For a stream only the time counts: one unacknowledged record stops all records behind it, so an attempt is worth the wait.
pub(crate) fn next_attempt(
    failures: u32,
    is_stream: bool,
    retry_after: Option<Duration>,
    now: Duration,
    latest_start: Duration,
    rng: &mut fastrand::Rng,
) -> Option<Duration> {
    let at = now.saturating_add(delay(failures, retry_after, rng));
    ((failures < MAX_ATTEMPTS_IN_A_ROW || is_stream) && at <= latest_start).then_some(at)
}

/// The time to wait after this many failures in a row (`failures` ≥ 1). It doubles with each failure, up to 5 s. It is random
/// within its upper half, so that tenants that were throttled together do not retry together. It is never less than `Retry-After`.
fn delay(failures: u32, retry_after: Option<Duration>, rng: &mut fastrand::Rng) -> Duration {
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

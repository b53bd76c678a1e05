//! Invoke of Lambda [Lambda API reference, "Invoke"], and Lambda's queue of events for asynchronous invocations [Lambda developer
//! guide, "How Lambda handles errors and retries with asynchronous invocation"].
//!
//! - 202 means that Lambda has the event. The caller does not learn what becomes of it, and Lambda does not read the response of
//!   the function, not even a partial batch response.
//! - After a function error Lambda retries, one minute later and then two, up to `MaximumRetryAttempts` times.
//! - After a throttled run or a 5xx the event goes back to the queue: for one second, then each time for twice as long, up to five
//!   minutes, until it is older than `MaximumEventAgeInSeconds`.
//! - An event that fails for good goes to the failure destination. Without one it is lost.

use std::time::Duration;

/// The largest payload of a synchronous invocation, in bytes [Lambda developer guide, "Lambda quotas"].
pub const MAX_SYNC_BYTES: usize = 6 * 1024 * 1024;

/// The largest payload of an asynchronous invocation, in bytes [as above].
pub const MAX_ASYNC_BYTES: usize = 1024 * 1024;

/// Returns whether an id matches the pattern of `TenantId` in the Lambda API.
#[must_use]
pub fn is_tenant_id(id: &str) -> bool {
    (1..=256).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:/=+-@ ".contains(&byte))
}

/// An event in the queue for asynchronous invocations.
#[derive(Clone, Copy, Debug)]
pub struct QueuedEvent {
    accepted_at: Duration,
    /// When Lambda invokes the function with it.
    pub due_at: Duration,
    /// The number of function errors.
    pub errors: u32,
    put_back: u32,
}

impl QueuedEvent {
    /// Returns an event that Lambda accepts now.
    #[must_use]
    pub const fn accepted(now: Duration) -> Self {
        Self { accepted_at: now, due_at: now, errors: 0, put_back: 0 }
    }

    /// Returns whether it is older than `MaximumEventAgeInSeconds`.
    #[must_use]
    pub fn is_expired(&self, now: Duration, maximum_age: Duration) -> bool {
        now.saturating_sub(self.accepted_at) > maximum_age
    }

    /// Puts the event back after a throttled run or an error of Lambda.
    pub fn put_back(&mut self, now: Duration) {
        self.due_at = now + backoff(self.put_back);
        self.put_back += 1;
    }

    /// Notes a function error. Returns whether Lambda retries.
    pub fn failed(&mut self, now: Duration, maximum_retry_attempts: u32) -> bool {
        self.errors += 1;
        self.due_at = now + Duration::from_mins(1) * self.errors;
        self.errors <= maximum_retry_attempts
    }
}

/// Returns how long an event waits that went back to the queue this many times before.
#[must_use]
pub fn backoff(times: u32) -> Duration {
    Duration::from_secs(1 << times.min(9)).min(Duration::from_mins(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn function_error_is_retried_after_one_minute_and_then_two() {
        let mut event = QueuedEvent::accepted(SECOND);
        assert!(event.failed(SECOND, 2));
        assert_eq!(event.due_at, 61 * SECOND);
        assert!(event.failed(61 * SECOND, 2));
        assert_eq!(event.due_at, 181 * SECOND);
        assert!(!event.failed(181 * SECOND, 2));
    }

    #[test]
    fn throttled_event_waits_twice_as_long_each_time_until_it_expires() {
        let mut event = QueuedEvent::accepted(Duration::ZERO);
        let waits = [(); 11].map(|()| {
            let before = event.due_at;
            event.put_back(before);
            event.due_at.saturating_sub(before).as_secs()
        });
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
        assert_eq!([60, 61].map(|now| event.is_expired(now * SECOND, 60 * SECOND)), [false, true]);
    }

    #[test]
    fn tenant_id_has_256_characters_at_most() {
        for (id, is_valid) in
            [("", false), ("a b", true), ("ä", false), (&"x".repeat(256), true), (&"x".repeat(257), false)]
        {
            assert_eq!(is_tenant_id(id), is_valid, "{id}");
        }
    }
}

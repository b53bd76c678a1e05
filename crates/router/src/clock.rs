//! The clock of one invocation.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use routing::InvocationContext;
use routing::ports::Clock;

use crate::runtime::InvocationEvent;

/// Measures time from the start of the invocation.
pub(crate) struct InvocationClock {
    began: Instant,
}

impl InvocationClock {
    pub(crate) fn start() -> Self {
        Self { began: Instant::now() }
    }

    /// Returns routing's context of an invocation, with the deadline on this clock.
    pub(crate) fn context<'a>(&self, invocation: &InvocationEvent<'a>) -> InvocationContext<'a> {
        InvocationContext {
            request_id: invocation.request_id(),
            trace_header: invocation.trace_header(),
            deadline: self.now() + invocation.deadline().saturating_sub(since_epoch()),
        }
    }
}

/// Returns the time since 1970.
pub(crate) fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

impl Clock for InvocationClock {
    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn time_of_day(&self) -> Duration {
        since_epoch()
    }

    async fn sleep_until(&self, at: Duration) {
        tokio::time::sleep(at.saturating_sub(self.now())).await;
    }
}

//! Time, as one invocation of the router sees it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use routing::InvocationContext;
use routing::ports::Clock;

use crate::runtime::Invocation;

/// Counts from the moment at which the invocation began.
pub(crate) struct InvocationClock {
    began: Instant,
}

impl InvocationClock {
    pub(crate) fn start() -> Self {
        Self { began: Instant::now() }
    }

    /// What routing needs to know of an invocation, on this clock's scale.
    pub(crate) fn occasion<'a>(&self, invocation: &Invocation<'a>) -> InvocationContext<'a> {
        InvocationContext {
            request_id: invocation.request_id(),
            trace_header: invocation.trace_header(),
            deadline: self.now() + invocation.deadline().saturating_sub(since_epoch()),
        }
    }
}

/// The time of day, as time since 1970.
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

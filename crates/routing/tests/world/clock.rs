//! Virtual time.

use std::time::Duration;

use routing::ports::Clock;
use tokio::time::Instant;

pub(crate) struct TestClock(Instant);

impl TestClock {
    pub(crate) fn starting(at: Instant) -> Self {
        Self(at)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    async fn sleep_until(&self, at: Duration) {
        tokio::time::sleep_until(self.0 + at).await;
    }
}

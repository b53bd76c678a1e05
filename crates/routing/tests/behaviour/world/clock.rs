//! A clock in virtual time.

use std::time::Duration;

use routing::ports::Clock;
use tokio::time::Instant;

/// The time of day at which the environment begins, as time since 1970.
const MORNING: Duration = Duration::from_hours(500_000);

pub(crate) struct TestClock {
    /// When the test environment began.
    world: Instant,
    /// When the invocation began.
    invocation: Instant,
}

impl TestClock {
    /// The clock of an invocation that begins now. `world`: when the test environment began.
    pub(crate) fn starting(world: Instant) -> Self {
        Self { world, invocation: Instant::now() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        self.invocation.elapsed()
    }

    fn time_of_day(&self) -> Duration {
        MORNING + self.world.elapsed()
    }

    async fn sleep_until(&self, at: Duration) {
        tokio::time::sleep_until(self.invocation + at).await;
    }
}

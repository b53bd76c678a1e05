//! The clock of the router, in virtual time.

use std::time::Duration;

use routing::ports::Clock;

use crate::executor::Time;

/// The time of day at which the world begins; any would do.
const MORNING: Duration = Duration::from_hours(500_000);

pub(crate) struct WorldClock<'t> {
    time: &'t Time,
    began: Duration,
}

impl<'t> WorldClock<'t> {
    /// Returns the clock of an invocation that begins now.
    pub(crate) fn starting(time: &'t Time) -> Self {
        Self { time, began: time.now() }
    }
}

impl Clock for WorldClock<'_> {
    fn now(&self) -> Duration {
        self.time.now().saturating_sub(self.began)
    }

    fn time_of_day(&self) -> Duration {
        MORNING + self.time.now()
    }

    async fn sleep_until(&self, at: Duration) {
        self.time.sleep_until(self.began + at).await;
    }
}

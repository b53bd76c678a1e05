//! One run of a backend. It ends as the backend decides, even if the router has crashed, abandoned the Invoke or lost
//! the connection [Lambda API reference, "Invoke", where a client may disconnect while it waits; Lambda developer
//! guide, "Understanding retry behavior in Lambda"].

use std::time::Duration;

use fastrand::Rng;

use super::state::{World, millis};
use crate::history::Event;

/// A run that will begin or that is running. If it is dropped, its remaining events are recorded with their own times.
pub(super) struct Run<'w> {
    world: &'w World,
    call: usize,
    begins: Duration,
    takes: Duration,
    /// The additional delay of a request that is in flight when its sender is gone.
    extra_delay: Duration,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    InFlight,
    Runs,
    Over,
}

impl<'w> Run<'w> {
    /// Returns a run that begins and takes as given.
    pub(super) fn of(
        world: &'w World,
        call: usize,
        begins: Duration,
        takes: Duration,
        rng: &mut Rng,
    ) -> Self {
        let extra_delay = if rng.u32(0..3) == 0 { millis(rng.u64(0..4_000)) } else { Duration::ZERO };
        Self { world, call, begins, takes, extra_delay, stage: Stage::InFlight }
    }

    pub(super) fn begin(&mut self) {
        self.stage = Stage::Runs;
        self.world.log(Event::Ran { call: self.call });
    }

    /// Notes that the router waited for its end.
    pub(super) fn end(&mut self) {
        self.stage = Stage::Over;
    }
}

impl Drop for Run<'_> {
    fn drop(&mut self) {
        let Self { world, call, takes, .. } = *self;
        let begins = match self.stage {
            Stage::Over => return,
            Stage::Runs => self.begins,
            Stage::InFlight => {
                let begins = self.begins + self.extra_delay;
                world.log_at(begins, Event::Ran { call });
                begins
            }
        };
        world.log_at(begins + takes, Event::OrphanEnded { call });
    }
}

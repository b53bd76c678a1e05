//! One run of a backend. Once its request is on the way it runs to its end, whoever waits for it: the router may have
//! crashed, given the Invoke up, or lost the connection [Lambda API reference, "Invoke", where a client may disconnect
//! while it waits; Lambda developer guide, "Understanding retry behavior in Lambda"].

use std::time::Duration;

use fastrand::Rng;

use super::{World, millis};
use crate::history::Event;

/// A run that is to begin, or goes on. What is left of it when it is dropped happens at its own time.
pub(super) struct Run<'w> {
    world: &'w World,
    call: usize,
    begins: Duration,
    takes: Duration,
    /// How much longer a request takes that is still on its way when its sender is gone.
    lost_on_the_way: Duration,
    stage: Stage,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    InFlightRequest,
    Runs,
    Over,
}

impl<'w> Run<'w> {
    /// A run that will begin and take so long.
    pub(super) fn of(
        world: &'w World,
        call: usize,
        begins: Duration,
        takes: Duration,
        rng: &mut Rng,
    ) -> Self {
        let lost_on_the_way = if rng.u32(0..3) == 0 { millis(rng.u64(0..4_000)) } else { Duration::ZERO };
        Self { world, call, begins, takes, lost_on_the_way, stage: Stage::InFlightRequest }
    }

    pub(super) fn begin(&mut self) {
        self.stage = Stage::Runs;
        self.world.log(Event::Ran { call: self.call });
    }

    /// Its end is known.
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
            Stage::InFlightRequest => {
                let begins = self.begins + self.lost_on_the_way;
                world.log_at(begins, Event::Ran { call });
                begins
            }
        };
        world.log_at(begins + takes, Event::OrphanEnded { call });
    }
}

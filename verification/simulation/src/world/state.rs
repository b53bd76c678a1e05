//! The state of a world: its time, its plan, its log, and the faults that it draws.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;

use crate::broken_variant::BrokenVariant;
use crate::executor::Time;
use crate::history::{Event, Fault, TimedEvent};
use crate::plan::Plan;
use crate::plan::faults::Site;

/// The state that all parts of the world share.
pub(crate) struct World {
    pub(crate) time: Rc<Time>,
    pub(crate) plan: Plan,
    pub(crate) variant: Option<BrokenVariant>,
    pub(super) log: RefCell<Vec<TimedEvent>>,
    /// The number of earlier draws at each site, by what they were about.
    draws: RefCell<Vec<(Site, usize, u32)>>,
    pub(crate) calls: Cell<usize>,
    pub(crate) invocations: Cell<usize>,
    pub(crate) environments: Cell<usize>,
}

impl World {
    pub(super) fn of(plan: Plan, variant: Option<BrokenVariant>, time: &Rc<Time>) -> Self {
        Self {
            time: Rc::clone(time),
            plan,
            variant,
            log: RefCell::default(),
            draws: RefCell::default(),
            calls: Cell::new(0),
            invocations: Cell::new(0),
            environments: Cell::new(0),
        }
    }

    pub(crate) fn log(&self, event: Event) {
        self.log_at(self.time.now(), event);
    }

    /// Records an event of another time. The events are sorted by time at the end.
    pub(super) fn log_at(&self, at: Duration, event: Event) {
        self.log.borrow_mut().push(TimedEvent { at, event });
    }

    /// Draws whether a fault occurs at a site, and records it. `of` draws which one, and may return none. There are no
    /// faults after `faults_end_at`.
    pub(crate) fn draw_fault<F>(
        &self,
        site: Site,
        which: usize,
        of: impl FnOnce(&mut Rng) -> Option<F>,
    ) -> Option<F>
    where
        F: Copy + Into<Fault>,
    {
        self.draw_fault_at(self.time.now(), site, which, of)
    }

    /// Does the same as `draw_fault`, for a later time.
    pub(super) fn draw_fault_at<F>(
        &self,
        at: Duration,
        site: Site,
        which: usize,
        of: impl FnOnce(&mut Rng) -> Option<F>,
    ) -> Option<F>
    where
        F: Copy + Into<Fault>,
    {
        let time = self.count(site, which);
        if at >= self.plan.faults_end_at {
            return None;
        }
        let (mut rng, key) = self.plan.draw_fault(site, which, time)?;
        let fault = of(&mut rng)?;
        self.log_at(at, Event::Fault { key: Some(key), fault: fault.into() });
        Some(fault)
    }

    pub(crate) fn faults_ended(&self) -> bool {
        self.time.now() >= self.plan.faults_end_at
    }

    /// Returns a random number generator for values other than faults, such as durations.
    pub(crate) fn rng_at(&self, site: Site, which: usize, time: usize) -> Rng {
        // A range of its own, so that leaving out a fault does not change these values.
        self.plan.rng_at(site, which + 0x1_0000, u32::try_from(time).unwrap_or(u32::MAX)).0
    }

    fn count(&self, site: Site, which: usize) -> u32 {
        let mut draws = self.draws.borrow_mut();
        if let Some((_, _, count)) = draws.iter_mut().find(|(of, what, _)| *of == site && *what == which) {
            *count += 1;
            return *count;
        }
        draws.push((site, which, 0));
        0
    }

    /// Returns the number of the tenant with this id.
    pub(crate) fn tenant_named(&self, id: &str) -> Option<usize> {
        let number: usize = id.strip_prefix("tenant-")?.parse().ok()?;
        (number < self.plan.tenants.len()).then_some(number)
    }
}

/// Returns the value of a counter, and increments it.
pub(crate) fn next(counter: &Cell<usize>) -> usize {
    let number = counter.get();
    counter.set(number + 1);
    number
}

/// Returns a duration in milliseconds.
pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

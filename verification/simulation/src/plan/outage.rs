//! Outages: faults that last for a period.

use std::time::Duration;

use super::Plan;

/// A fault that lasts for a period.
#[derive(Clone, Debug)]
pub struct Outage {
    /// When it begins and ends.
    pub at: [Duration; 2],
    /// The kind.
    pub what: OutageKind,
    /// Whether `shrink` has left it out.
    pub left_out: bool,
}

/// The kind of an outage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutageKind {
    /// Every Invoke of this tenant is throttled.
    Throttles(usize),
    /// Every Invoke of this tenant takes almost its whole timeout.
    Slow(usize),
    /// The registry's table cannot be read.
    TableDown,
    /// Every second read of the table fails.
    TableFlaps,
    /// The item of this tenant is malformed.
    ItemMalformed(usize),
    /// The quarantine stores nothing.
    QuarantineDown,
    /// Records that go through the quarantine's store take the whole timeout of an Invoke.
    StoreSlow,
}

impl Plan {
    /// Returns the outages at a time.
    pub fn outages_at(&self, now: Duration) -> impl Iterator<Item = OutageKind> {
        let is_active = move |outage: &&Outage| !outage.left_out && outage.at[0] <= now && now < outage.at[1];
        self.outages.iter().filter(is_active).map(|outage| outage.what)
    }
}

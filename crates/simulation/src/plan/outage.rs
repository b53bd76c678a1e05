//! What goes wrong for a while.

use std::time::Duration;

use super::Plan;

/// Something that goes wrong for a while.
#[derive(Clone, Debug)]
pub struct Outage {
    /// When it begins and ends.
    pub at: [Duration; 2],
    /// What goes wrong.
    pub what: OutageKind,
    /// It is left out, while a failing history is made smaller.
    pub left_out: bool,
}

/// What goes wrong for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutageKind {
    /// Every Invoke of this tenant is throttled.
    Throttles(usize),
    /// Every Invoke of this tenant takes as long as it may.
    Slow(usize),
    /// The registry's table cannot be read.
    TableDown,
    /// The table is read every other time.
    TableFlaps,
    /// This tenant's item makes no sense.
    ItemMalformed(usize),
    /// The quarantine takes nothing.
    QuarantineDown,
    /// What goes to quarantine by way of a store takes as long as it may.
    StoreSlow,
}

impl Plan {
    /// Whether some weather prevails now.
    pub fn outages_at(&self, now: Duration) -> impl Iterator<Item = OutageKind> {
        let blows = move |outage: &&Outage| !outage.left_out && outage.at[0] <= now && now < outage.at[1];
        self.outages.iter().filter(blows).map(|outage| outage.what)
    }
}

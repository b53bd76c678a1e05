//! The parameters of one round.

use fastrand::Rng;

use crate::source::Source;
use crate::tenants::TenantRange;

/// The parameters of one round.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// The seed of all random choices.
    pub seed: u64,
    /// The number of the first message. Rounds of one source share no numbers.
    pub first: usize,
    /// The number of messages.
    pub messages: usize,
    /// The tenants of the messages.
    pub tenants: TenantRange,
    /// The number of bytes that are added to each body.
    pub padding: usize,
    /// One Invoke in this many exceeds the timeout of the backend, which delays the round by many seconds.
    pub slow_one_in: u32,
}

impl Round {
    /// Returns a round that draws most kinds of faults: many messages of few tenants.
    #[must_use]
    pub fn of(source: Source, seed: u64) -> Self {
        let tenants = TenantRange { first: 0, count: source.tenants() };
        Self { seed, first: 0, messages: source.messages(), tenants, padding: 0, slow_one_in: 300 }
    }

    /// Returns a random generator that is independent of those with another `stream`.
    pub(crate) fn rng(&self, stream: u32) -> Rng {
        Rng::with_seed(self.seed.rotate_left(stream))
    }
}

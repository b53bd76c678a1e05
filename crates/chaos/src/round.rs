//! What one round is made of.

use fastrand::Rng;

use crate::message::Crowd;
use crate::source::Source;

/// A round.
#[derive(Clone, Copy, Debug)]
pub struct Round {
    /// What is drawn is drawn from this.
    pub seed: u64,
    /// The number of the first message; no two of a source's rounds share one.
    pub first: usize,
    /// How many messages are sent.
    pub messages: usize,
    /// Whose they are.
    pub crowd: Crowd,
    /// How many bytes are added to what each one has to say.
    pub padding: usize,
    /// One Invoke in so many takes longer than the backend may, which costs the round many seconds.
    pub slow_one_in: u32,
}

impl Round {
    /// A round that meets most faults: many messages of few tenants.
    #[must_use]
    pub fn of(source: Source, seed: u64) -> Self {
        let crowd = Crowd { first: 0, count: source.tenants() };
        Self { seed, first: 0, messages: source.messages(), crowd, padding: 0, slow_one_in: 300 }
    }

    /// Dice that do not hang on how often others were thrown.
    pub(crate) fn rng(&self, stream: u32) -> Rng {
        Rng::with_seed(self.seed.rotate_left(stream))
    }
}

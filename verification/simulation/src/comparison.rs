//! The place of another router in the world. There is no such router, so [`ComparisonRouter`] has no value.

use crate::world::{Lambda, World, record_of};

/// Another router than the one that ships; none exists.
#[derive(Clone, Copy, Debug)]
pub enum ComparisonRouter {}

/// What another router responds to its source.
#[allow(dead_code, reason = "no router makes one")]
pub(crate) enum Answer {
    /// It failed nothing.
    Success,
    /// It failed the invocation.
    Exception,
    /// It failed these records.
    Names(Vec<usize>),
}

impl ComparisonRouter {
    #[allow(clippy::unused_async, reason = "the world awaits the answer")]
    pub(crate) async fn answer(self, _: &World, _: &Lambda, _: &str) -> Answer {
        match self {}
    }
}

// The world offers these to another router.
const _: () = {
    let _ = record_of;
    let _ = Lambda::invoke_for;
};

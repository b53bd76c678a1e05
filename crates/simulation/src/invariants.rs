//! What was promised, each promise a function of a history. They know the world's side only: what was handed out, what
//! reached the backends and the quarantine, what the source was answered.

use crate::history::History;

mod accepted;
mod bridge;
mod calm;
mod delay;
mod delivery;
mod digest;
mod fate;
mod limits;
mod order;
mod ran_on;
mod registry;
mod repeats;
mod senders;

#[cfg(test)]
mod tests;

pub use digest::{Call, Digest, Invocation};
pub use ran_on::{RanOn, ran_on};
pub use repeats::{Excuse, excuses};

pub(crate) use order::share_a_line;

/// A promise.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// Its name.
    pub name: &'static str,
    /// What is promised.
    pub promise: &'static str,
    /// How it was broken, if it was.
    pub check: fn(&Digest<'_>) -> Option<String>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Which.
    pub invariant: &'static str,
    /// How it was broken.
    pub how: String,
}

const fn promise(
    name: &'static str,
    promise: &'static str,
    check: fn(&Digest<'_>) -> Option<String>,
) -> Invariant {
    Invariant { name, promise, check }
}

/// Every promise.
pub const ALL: [Invariant; 27] = [
    promise(
        "comes_to_an_end",
        "once faults stop, all is settled or given up in the end",
        fate::comes_to_an_end,
    ),
    promise(
        "nothing_lost",
        "each record is delivered, quarantined, or given up after its tries",
        fate::nothing_lost,
    ),
    promise(
        "receipt",
        "the source is told to be done only with what has a receipt",
        fate::settled_on_a_receipt,
    ),
    promise("exact", "the answer names what has no receipt and nothing else", fate::answer_is_exact),
    promise("no_stranger", "no answer names what is not in its batch", fate::no_stranger),
    promise(
        "always_answered",
        "every batch is answered record by record, before the deadline, unless the terms cannot keep its order",
        fate::always_answered,
    ),
    promise("own_tenant", "a record reaches its own tenant and backend only", delivery::own_tenant),
    promise("bytes", "what is delivered or quarantined is as it was handed out", delivery::bytes),
    promise(
        "rejected",
        "only what is rejected is set aside, and where it is to be",
        delivery::set_aside_rightly,
    ),
    promise("registry", "a tenant is admitted only on a word that serves", registry::admitted_on_a_word),
    promise("refusal", "a tenant is refused only on a fresh word", registry::refused_on_a_word),
    promise(
        "senders",
        "a tenant with principals is served from them only, and none of them is refused",
        senders::are_told_apart,
    ),
    promise("order", "records of one key are delivered one after the other", order::kept),
    promise(
        "ran_on",
        "a run beside a later one of its line is one whose end its router could not hear",
        ran_on::excused,
    ),
    promise(
        "over",
        "nothing begins after the answer, and no Invoke is given up before its time",
        ran_on::over_once_answered,
    ),
    promise(
        "checkpoint",
        "nothing is sent behind a stream's record that failed",
        order::behind_the_checkpoint,
    ),
    promise("quarantine_order", "records of one line are set aside in order", order::kept_in_quarantine),
    promise(
        "accepted",
        "what Lambda accepted ran, is in the failure destination, or is lost by Lambda alone",
        accepted::comes_to_its_end,
    ),
    promise("limits", "limits on Invokes and their records are kept", limits::kept),
    promise("deadline", "no Invoke starts that cannot end before the deadline", limits::deadline),
    promise(
        "back_off",
        "what did not run waits for its next try, and what cannot run has none",
        limits::backs_off,
    ),
    promise("delay", "others' faults delay a tenant no longer than the bound", delay::bounded),
    promise(
        "aside_delay",
        "a slow store keeps no record from quarantine that a message can hold",
        delay::of_quarantine,
    ),
    promise(
        "bridge_order",
        "behind a bridge a tenant's records of one key come as they came from the stream",
        bridge::order,
    ),
    promise(
        "bridge_delay",
        "behind a bridge a tenant's failures hold up no message of another group",
        bridge::delay,
    ),
    promise(
        "side_by_side",
        "a record on its way over a bridge waits for none but those of its key",
        bridge::side_by_side,
    ),
    promise("repeats", "a record runs again only where the world forced it", repeats::forced),
];

/// Promises of what is done, where others are of what is not done: without these a router that does nothing is right.
pub const LIVELY: [Invariant; 1] =
    [promise("calm", "where nothing goes wrong, a batch is settled at once", calm::settles_at_once)];

/// The first promise that a history breaks.
#[must_use]
pub fn first_broken(history: &History) -> Option<Breach> {
    let digest = Digest::of(history);
    let first = |digest: &Digest<'_>| {
        let mut all = ALL.iter().chain(&LIVELY);
        all.find_map(|of| Some(Breach { invariant: of.name, how: (of.check)(digest)? }))
    };
    first(&digest).or_else(|| {
        let Breach { invariant, how } = first(digest.behind.as_ref()?)?;
        Some(Breach { invariant, how: format!("behind the bridge: {how}") })
    })
}

//! The promises of the router, each a function of a history.
//!
//! They use only what the world recorded: the batches of the source, what reached the backends and the quarantine, and
//! the responses to the source. They must not depend on the router.
//!
//! - `digest`: a history, sorted by invocations and Invokes
//! - `completion`, `delivery`, `order`, `limits`, `delay`: acknowledgements, contents, order, limits, fairness
//! - `registry`, `senders`: admission
//! - `repeats`, `orphaned`, `accepted`: repeated runs, runs without a waiting router, asynchronous Invokes
//! - `bridge`: the bridge between a stream and its backend
//! - `fault_free`: histories without faults

use crate::history::History;

mod accepted;
mod bridge;
mod completion;
mod delay;
mod delivery;
mod digest;
mod fault_free;
mod limits;
mod order;
mod orphaned;
mod registry;
mod repeats;
mod senders;

#[cfg(test)]
mod tests;

pub use digest::{Call, Digest, Invocation};
pub use orphaned::{OrphanCause, orphan_causes};
pub use repeats::{RepeatCause, repeat_causes};

/// A promise.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// The name.
    pub name: &'static str,
    /// The promise in words.
    pub promise: &'static str,
    /// Returns how the history breaks the promise; `None` if it keeps it.
    pub check: fn(&Digest<'_>) -> Option<String>,
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The name of the promise.
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

/// All promises of the kind "nothing bad happens".
pub const ALL: [Invariant; 27] = [
    promise(
        "terminates",
        "after the last fault, every record is acknowledged or discarded",
        completion::terminates,
    ),
    promise(
        "nothing_lost",
        "each record is delivered, quarantined, or discarded after its tries",
        completion::nothing_lost,
    ),
    promise(
        "acked",
        "a response lets the source be done only with acknowledged records",
        completion::acked_when_delivered,
    ),
    promise(
        "exact_response",
        "the response names every record without an acknowledgement, and no other",
        completion::response_is_exact,
    ),
    promise(
        "no_unknown_item",
        "no response names an item that is not in its batch",
        completion::no_unknown_record,
    ),
    promise(
        "always_responds",
        "every batch gets a response record by record, before the deadline, unless its order cannot be kept",
        completion::always_responds,
    ),
    promise("own_tenant", "a record reaches its own tenant and backend only", delivery::own_tenant),
    promise(
        "bytes",
        "a record is delivered or quarantined byte for byte as the source delivered it",
        delivery::bytes,
    ),
    promise(
        "rejected",
        "only rejected records are quarantined, and only if the settings say so",
        delivery::quarantined_correctly,
    ),
    promise(
        "registry",
        "a tenant is admitted only on a registry answer that allows it",
        registry::admitted_on_answer,
    ),
    promise(
        "registry_rejection",
        "a tenant is rejected only on a fresh registry answer",
        registry::rejected_on_answer,
    ),
    promise(
        "senders",
        "a tenant with principals gets records from all of them, and from no other sender",
        senders::are_distinguished,
    ),
    promise("order", "records of one key are delivered one after the other", order::kept),
    promise(
        "orphaned_run",
        "a run overlaps a later one of its ordering group only if its router could not see its end",
        orphaned::has_cause,
    ),
    promise(
        "ends_with_response",
        "nothing starts after the response, and no Invoke is abandoned before its time",
        orphaned::ends_with_response,
    ),
    promise(
        "checkpoint",
        "nothing is sent after a stream's record that failed",
        order::behind_the_checkpoint,
    ),
    promise(
        "quarantine_order",
        "records of one ordering group are quarantined in order",
        order::kept_in_quarantine,
    ),
    promise(
        "accepted",
        "an event that Lambda accepted ran, is in the failure destination, or is lost by Lambda alone",
        accepted::accepted_event_ends,
    ),
    promise("limits", "the limits on Invokes and their records are kept", limits::kept),
    promise("deadline", "no Invoke starts that cannot end before the deadline", limits::deadline),
    promise(
        "backoff",
        "an Invoke that did not run waits before its next try, and one that cannot run has none",
        limits::backs_off,
    ),
    promise("delay", "the faults of other tenants delay a tenant no longer than the bound", delay::bounded),
    promise(
        "quarantine_delay",
        "a slow store does not delay a rejected record that fits into a message",
        delay::of_quarantine,
    ),
    promise(
        "bridge_order",
        "behind a bridge, a tenant's records of one key arrive in the order of the stream",
        bridge::order,
    ),
    promise(
        "bridge_delay",
        "behind a bridge, a tenant's failures do not delay messages of other groups",
        bridge::delay,
    ),
    promise(
        "bridge_parallel",
        "a record that is sent over a bridge waits only for records of its key",
        bridge::parallel,
    ),
    promise("repeats", "a record runs again only if the world forced it", repeats::forced),
];

/// All promises of the kind "something good happens". Without these, a router that does nothing would keep every
/// promise.
pub const LIVENESS: [Invariant; 1] =
    [promise("fault_free", "without faults, every batch is acknowledged at once", fault_free::acks_at_once)];

/// Returns the first promise that a history breaks.
#[must_use]
pub fn first_violation(history: &History) -> Option<Violation> {
    let digest = Digest::of(history);
    let first = |digest: &Digest<'_>| {
        let mut all = ALL.iter().chain(&LIVENESS);
        all.find_map(|of| Some(Violation { invariant: of.name, how: (of.check)(digest)? }))
    };
    first(&digest).or_else(|| {
        let Violation { invariant, how } = first(digest.behind.as_ref()?)?;
        Some(Violation { invariant, how: format!("behind the bridge: {how}") })
    })
}

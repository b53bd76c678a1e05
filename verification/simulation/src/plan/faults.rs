//! The faults of one moment. Each is drawn from the seed and from the place at which it occurs.

use fastrand::Rng;

use super::Plan;

/// A place at which faults occur.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// An Invoke, by its first record.
    Invoke = 1,
    /// A record that is sent to quarantine.
    Quarantine = 2,
    /// A read of the registry's table, by environment.
    Table = 3,
    /// An invocation of the router.
    Router = 4,
    /// A record of a queue that is delivered once more.
    Redelivery = 5,
    /// An event that Lambda accepted, by its first record.
    Accepted = 6,
    /// An event that EventBridge delivers to its target.
    RuleDelivery = 7,
    /// A record that is sent over a bridge.
    Forward = 8,
}

/// A fault of one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvokeFault {
    /// 429, with or without `Retry-After`.
    Throttled,
    /// There is no connection, or the function is not ready.
    NotStarted,
    /// 500, and the backend did not run.
    ErrorBefore,
    /// 500 or a cut connection, and the backend ran.
    ErrorAfter,
    /// Another 4xx.
    Refused,
    /// 403.
    Forbidden,
    /// The tenant's credentials are unavailable.
    NoCredentials,
    /// `X-Amz-Function-Error`.
    FunctionError,
    /// The response names some records as failed.
    ItemFailures,
    /// The response names a record that is not in the sub-batch.
    Foreign,
    /// The response is not a partial batch response.
    Garbage,
    /// The response names an empty identifier.
    NoIdentifier,
    /// The backend ran, and the timeout passed.
    TooSlow,
    /// The backend ran, and no response ever comes.
    Silent,
    /// The response is that of the other invocation type.
    OtherKind,
    /// It takes almost its whole timeout, and succeeds.
    Slow,
    /// The port panics, before or after the backend began to run.
    Panicked,
}

impl InvokeFault {
    /// The faults of the acceptance of an asynchronous Invoke. The backend does not run before it.
    pub const ACCEPTING: [Self; 11] = [
        Self::Throttled,
        Self::NotStarted,
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::Refused,
        Self::Forbidden,
        Self::TooSlow,
        Self::Silent,
        Self::OtherKind,
        Self::Slow,
        Self::Panicked,
    ];

    /// All faults.
    pub const ALL: [Self; 17] = [
        Self::Throttled,
        Self::NotStarted,
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::Refused,
        Self::Forbidden,
        Self::NoCredentials,
        Self::FunctionError,
        Self::ItemFailures,
        Self::Foreign,
        Self::Garbage,
        Self::NoIdentifier,
        Self::TooSlow,
        Self::Silent,
        Self::OtherKind,
        Self::Slow,
        Self::Panicked,
    ];
}

/// A fault of one record that is sent over a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ForwardFault {
    /// There are too many requests.
    Throttled,
    /// 500, and the queue does not have the record.
    ErrorBefore,
    /// 500, and the queue has the record.
    ErrorAfter,
    /// The queue has the record, and the response comes too late.
    TooSlow,
    /// The queue has the record, and no response ever comes.
    Silent,
    /// The queue refuses the record.
    Refused,
    /// 403.
    Forbidden,
}

impl ForwardFault {
    /// All faults.
    pub const ALL: [Self; 7] = [
        Self::Throttled,
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::TooSlow,
        Self::Silent,
        Self::Refused,
        Self::Forbidden,
    ];

    /// Returns whether the queue has the record in spite of the fault.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::ErrorAfter | Self::TooSlow | Self::Silent)
    }
}

/// A fault of one run of an event that Lambda accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RunFault {
    /// There is no concurrency left, so it does not run now.
    Throttled,
    /// 5xx: it ran, but Lambda does not know that.
    SystemError,
    /// The function fails.
    FunctionError,
    /// It runs twice.
    Twice,
    /// Lambda deletes it before it runs.
    Dropped,
}

impl RunFault {
    /// All faults.
    pub const ALL: [Self; 5] =
        [Self::Throttled, Self::SystemError, Self::FunctionError, Self::Twice, Self::Dropped];
}

/// A fault of one delivery by EventBridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleDeliveryFault {
    /// The target does not take the event.
    Refused,
    /// The target takes the event, and its response is lost.
    ResponseLost,
}

/// A fault of one record that is sent to quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuarantineFault {
    /// The quarantine does not store it.
    Refused,
    /// The quarantine stores it, and its acknowledgement is lost.
    ResponseLost,
    /// The response lacks it and the records after it in the request.
    CutShort,
    /// The whole request never gets a response.
    Silent,
    /// It goes through the store, takes the whole timeout of an Invoke, and is stored.
    Slow,
    /// The port panics once the request has arrived.
    Panicked,
}

/// A fault of one read of the registry's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TableFault {
    /// The table cannot be read.
    Failed,
    /// The response comes too late.
    Slow,
    /// The response lacks the items of some tenants.
    TooFew,
    /// The items of some tenants cannot be read.
    InPart,
    /// The port panics.
    Panicked,
}

/// A fault of one invocation of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouterFault {
    /// The environment is gone after this many steps.
    Crash(u32),
    /// After this many steps it makes no progress, until Lambda ends it at its deadline.
    Stalls(u32),
    /// It panics after this many steps. The runtime fails the invocation and keeps the environment.
    Panics(u32),
    /// It responds, and the environment is gone afterwards.
    Recycled,
    /// It responds, and the response is lost.
    ResponseLost,
}

impl Plan {
    /// Returns the random number generator for the `time`-th draw about `which` at a site, and its key.
    #[must_use]
    pub fn rng_at(&self, site: Site, which: usize, time: u32) -> (Rng, u64) {
        let place = ((site as u64) << 56) | ((which as u64) << 32) | u64::from(time);
        let key = splitmix(self.seed ^ splitmix(place));
        (Rng::with_seed(key), key)
    }

    /// Returns the generator that draws the fault, and its key, if a fault occurs there.
    #[must_use]
    pub fn draw_fault(&self, site: Site, which: usize, time: u32) -> Option<(Rng, u64)> {
        let (mut rng, key) = self.rng_at(site, which, time);
        let occurs = rng.u32(0..100) < self.intensity;
        (occurs && !self.left_out.contains(&key)).then_some((rng, key))
    }
}

/// Returns the next value of the generator of Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (2014).
#[must_use]
pub const fn splitmix(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

//! What goes wrong in one place, each time drawn anew.

use fastrand::Rng;

use super::Plan;

/// Where something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Site {
    /// An Invoke, by its first record.
    Invoke = 1,
    /// A record on its way to quarantine.
    QuarantineQueue = 2,
    /// A read of the registry's table, by environment.
    Table = 3,
    /// An invocation of the router.
    Router = 4,
    /// A record in a queue, handed out once more.
    Redelivery = 5,
    /// An event that Lambda accepted, by its first record.
    Accepted = 6,
    /// An event that EventBridge hands over.
    RuleRetryPolicy = 7,
    /// A record on its way over a bridge.
    Forward = 8,
}

/// Which faults of an Invoke there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callers {
    /// All that this router can meet.
    ThisRouter,
    /// Those that whoever calls Invoke can meet.
    Anybody,
}

/// What befalls one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum InvokeFault {
    /// 429, with or without `Retry-After`.
    Throttled,
    /// No connection, or a function that is not ready.
    NotStarted,
    /// 500, and the backend did not run.
    ErrorBefore,
    /// 500 or a connection cut, and the backend did run.
    ErrorAfter,
    /// Another 4xx.
    Refused,
    /// 403.
    Forbidden,
    /// The tenant's credentials cannot be had.
    NoCredentials,
    /// `X-Amz-Function-Error`.
    FunctionError,
    /// Some records are named.
    ItemFailures,
    /// A record that the sub-batch does not hold is named.
    Foreign,
    /// The answer is no partial batch response.
    Garbage,
    /// An empty identifier is named.
    NoIdentifier,
    /// It ran, and its time-out passed.
    TooSlow,
    /// It ran, and nothing is ever heard of it.
    Silent,
    /// It is answered as the other kind of invocation is.
    OtherKind,
    /// It takes as long as it may, and succeeds.
    Slow,
    /// The port panics, before or after the backend began to run.
    Panicked,
}

impl InvokeFault {
    /// What befalls the acceptance of an asynchronous Invoke: nothing that the backend does.
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

    /// Whether only this router can meet it: it has ports that can panic, a session for each tenant, and an answer's kind to
    /// look at.
    #[must_use]
    pub const fn is_this_routers(self) -> bool {
        matches!(self, Self::NoCredentials | Self::OtherKind | Self::Panicked)
    }

    /// Every fault.
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

/// What befalls one record on its way over a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ForwardFault {
    /// There are too many requests.
    Throttled,
    /// 500, and it is not taken.
    ErrorBefore,
    /// 500, and it is taken.
    ErrorAfter,
    /// It is taken, and the answer comes too late.
    TooSlow,
    /// It is taken, and nothing is ever heard of it.
    Silent,
    /// It is refused.
    Refused,
    /// 403.
    Forbidden,
}

impl ForwardFault {
    /// Every fault.
    pub const ALL: [Self; 7] = [
        Self::Throttled,
        Self::ErrorBefore,
        Self::ErrorAfter,
        Self::TooSlow,
        Self::Silent,
        Self::Refused,
        Self::Forbidden,
    ];

    /// Whether the queue has it all the same.
    #[must_use]
    pub const fn is_taken(self) -> bool {
        matches!(self, Self::ErrorAfter | Self::TooSlow | Self::Silent)
    }
}

/// What befalls an event that Lambda accepted, each time that it comes to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RunFault {
    /// There is no concurrency left: it does not run now.
    Throttled,
    /// 5xx: it ran, and Lambda does not know.
    SystemError,
    /// The function fails.
    FunctionError,
    /// It runs, and then once more.
    Twice,
    /// It is deleted unseen.
    Dropped,
}

impl RunFault {
    /// Every fault.
    pub const ALL: [Self; 5] =
        [Self::Throttled, Self::SystemError, Self::FunctionError, Self::Twice, Self::Dropped];
}

/// What befalls an event when EventBridge hands it over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RuleDeliveryFault {
    /// It is not taken.
    Refused,
    /// It is taken, and that is not heard.
    ResponseLost,
}

/// What befalls one record on its way to quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum QuarantineFault {
    /// It is not taken.
    Refused,
    /// It is taken, and that is not heard.
    ResponseLost,
    /// Nothing is heard of it nor of those behind it in the request.
    CutShort,
    /// Nothing is ever heard of the whole request.
    Silent,
    /// By way of a store, it takes as long as it may, and is taken.
    Slow,
    /// The port panics once the request has arrived.
    Panicked,
}

/// What befalls one read of the registry's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TableFault {
    /// It cannot be read.
    Failed,
    /// It is answered too late.
    Slow,
    /// Some tenants' items are missing in the answer.
    TooFew,
    /// Some tenants' items cannot be read.
    InPart,
    /// The port panics.
    Panicked,
}

/// What befalls one invocation of the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouterFault {
    /// The environment is gone after so many steps.
    Crash(u32),
    /// After so many steps it does nothing more, until Lambda ends it at its deadline.
    Stalls(u32),
    /// It panics after so many steps: the runtime fails the invocation, and the environment goes on.
    Panics(u32),
    /// It answers, and the environment is gone afterwards.
    Recycled,
    /// It answers, and the answer is lost.
    ResponseLost,
}

impl Plan {
    /// A generator for what befalls `which` at a site for the `time`-th time, and its key.
    #[must_use]
    pub fn rng_at(&self, site: Site, which: usize, time: u32) -> (Rng, u64) {
        let place = ((site as u64) << 56) | ((which as u64) << 32) | u64::from(time);
        let key = splitmix(self.seed ^ splitmix(place));
        (Rng::with_seed(key), key)
    }

    /// Whether something goes wrong there, with the generator that says what.
    #[must_use]
    pub fn draw_fault(&self, site: Site, which: usize, time: u32) -> Option<(Rng, u64)> {
        let (mut rng, key) = self.rng_at(site, which, time);
        let strikes = rng.u32(0..100) < self.intensity;
        (strikes && !self.left_out.contains(&key)).then_some((rng, key))
    }
}

/// The generator's step of Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
#[must_use]
pub const fn splitmix(seed: u64) -> u64 {
    let mut mixed = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

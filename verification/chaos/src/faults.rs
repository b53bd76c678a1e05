//! Faults, drawn from a seed.
//!
//! The fault of a request depends on the seed, on the content of the request and on how often the same request came before.
//! It does not depend on time, so a seed repeats a run as far as the timing of the network allows.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;

/// The fault of one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvokeFault {
    /// There is no fault.
    None,
    /// The response names some records as failed.
    ItemFailures,
    /// The function ran and returned an error.
    FunctionError,
    /// Status 429.
    Throttled,
    /// Status 502; the backend did not run.
    NotReady,
    /// Status 500; the backend did not run.
    ErrorBefore,
    /// Status 500; the backend ran.
    ErrorAfter,
    /// The connection ends without a response; the backend did not run.
    CutBefore,
    /// The connection ends without a response; the backend ran.
    CutAfter,
    /// The connection ends in the middle of the response.
    CutMidway,
    /// The response names an identifier that is not in the sub-batch.
    Foreign,
    /// The response is not JSON.
    Garbage,
    /// The response takes longer than the timeout of the backend.
    TooSlow,
    /// Status 403.
    Forbidden,
}

/// The fault of one request to the quarantine or to the bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuarantineFault {
    /// There is no fault.
    None,
    /// The queue refuses some messages.
    InPart,
    /// The queue refuses the whole request.
    Refused,
    /// The connection ends without a response; the queue stored nothing.
    CutBefore,
    /// The connection ends without a response; the queue stored all messages.
    CutAfter,
}

/// The fault of one request to the registry table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryFault {
    /// There is no fault.
    None,
    /// Status 400: throttled.
    Throttled,
    /// Status 500.
    Error,
    /// Status 400: the table does not exist.
    Gone,
    /// Some keys are returned as `UnprocessedKeys`.
    InPart,
    /// The connection ends without a response.
    Cut,
    /// The response takes 100 to 600 ms.
    Slow,
}

/// The fault of one request for a tenant's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StsFault {
    /// There is no fault.
    None,
    /// Status 403.
    Refused,
    /// Status 500.
    Error,
}

/// Draws the faults of a round and counts them.
pub struct Faults {
    seed: u64,
    slow_one_in: u32,
    on: AtomicBool,
    asked: Mutex<HashMap<u64, u64>>,
    drawn: Mutex<BTreeMap<String, usize>>,
}

impl Faults {
    /// Returns the faults of this seed. One Invoke in `slow_one_in` exceeds the timeout of the backend, which delays the
    /// round by many seconds.
    #[must_use]
    pub fn new(seed: u64, slow_one_in: u32) -> Self {
        let (on, asked, drawn) = (AtomicBool::new(true), Mutex::default(), Mutex::default());
        Self { seed, slow_one_in, on, asked, drawn }
    }

    /// Draws no more faults from now on.
    pub fn stop(&self) {
        self.on.store(false, Ordering::SeqCst);
    }

    /// Returns how often each fault was drawn.
    #[must_use]
    pub fn drawn(&self) -> BTreeMap<String, usize> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Draws the fault of an Invoke with these messages. The generator draws the details of the fault.
    pub fn invoke_fault(&self, messages: &[String]) -> (InvokeFault, Rng) {
        let mut rng = self.rng_for("invoke", messages);
        let fault = match rng.u32(0..100) {
            _ if !self.on.load(Ordering::SeqCst) => InvokeFault::None,
            _ if rng.u32(0..self.slow_one_in) == 0 => InvokeFault::TooSlow,
            0..12 => InvokeFault::ItemFailures,
            12..19 => InvokeFault::FunctionError,
            19..26 => InvokeFault::Throttled,
            26..29 => InvokeFault::NotReady,
            29..32 => InvokeFault::ErrorBefore,
            32..36 => InvokeFault::ErrorAfter,
            36..39 => InvokeFault::CutBefore,
            39..43 => InvokeFault::CutAfter,
            43..46 => InvokeFault::CutMidway,
            46..50 => InvokeFault::Foreign,
            50..53 => InvokeFault::Garbage,
            53..55 => InvokeFault::Forbidden,
            _ => InvokeFault::None,
        };
        self.count(format!("invoke: {fault:?}"));
        (fault, rng)
    }

    /// Draws the fault of a request to quarantine these messages.
    pub fn quarantine_fault(&self, messages: &[String]) -> (QuarantineFault, Rng) {
        self.queue_fault("quarantine", messages)
    }

    /// Draws the fault of a request to send these messages to the bridge.
    pub fn bridge_fault(&self, messages: &[String]) -> (QuarantineFault, Rng) {
        self.queue_fault("bridge", messages)
    }

    fn queue_fault(&self, queue: &str, messages: &[String]) -> (QuarantineFault, Rng) {
        let mut rng = self.rng_for(queue, messages);
        let fault = match rng.u32(0..100) {
            _ if !self.on.load(Ordering::SeqCst) => QuarantineFault::None,
            0..20 => QuarantineFault::InPart,
            20..35 => QuarantineFault::Refused,
            35..40 => QuarantineFault::CutBefore,
            40..45 => QuarantineFault::CutAfter,
            _ => QuarantineFault::None,
        };
        self.count(format!("{queue}: {fault:?}"));
        (fault, rng)
    }

    /// Draws the fault of a request for the registry items of these tenants.
    pub fn registry_fault(&self, tenants: &[String]) -> (RegistryFault, Rng) {
        let mut rng = self.rng_for("registry", tenants);
        let fault = match rng.u32(0..100) {
            _ if !self.on.load(Ordering::SeqCst) => RegistryFault::None,
            0..10 => RegistryFault::Throttled,
            10..20 => RegistryFault::Error,
            20..30 => RegistryFault::Gone,
            30..40 => RegistryFault::InPart,
            40..48 => RegistryFault::Cut,
            48..52 => RegistryFault::Slow,
            _ => RegistryFault::None,
        };
        self.count(format!("registry: {fault:?}"));
        (fault, rng)
    }

    /// Draws the fault of a request for the credentials of this tenant.
    pub fn sts_fault(&self, tenant: &str) -> StsFault {
        let mut rng = self.rng_for("sts", &[tenant.to_owned()]);
        let fault = match rng.u32(0..100) {
            _ if !self.on.load(Ordering::SeqCst) => StsFault::None,
            0..8 => StsFault::Refused,
            8..16 => StsFault::Error,
            _ => StsFault::None,
        };
        self.count(format!("sts: {fault:?}"));
        fault
    }

    fn count(&self, fault: String) {
        *self.drawn.lock().unwrap_or_else(PoisonError::into_inner).entry(fault).or_default() += 1;
    }

    fn rng_for(&self, kind: &str, messages: &[String]) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.seed, kind, messages).hash(&mut hasher);
        let what = hasher.finish();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let times = asked.entry(what).or_default();
        *times += 1;
        Rng::with_seed(what.wrapping_add(*times))
    }
}

//! What goes wrong, drawn from a seed. A call's fault depends on the seed, on what it carries and on how often that
//! was asked before, and not on when it comes: a seed repeats a run as far as the network's timing lets it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use fastrand::Rng;

/// What befalls one Invoke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum InvokeFault {
    /// Nothing.
    None,
    /// Some records are refused.
    ItemFailures,
    /// The function ran and failed.
    FunctionError,
    /// 429.
    Throttled,
    /// 502, and the backend did not run.
    NotReady,
    /// 500, and the backend did not run.
    ErrorBefore,
    /// 500, and the backend did run.
    ErrorAfter,
    /// The connection ends, and the backend did not run.
    CutBefore,
    /// The connection ends, and the backend did run.
    CutAfter,
    /// The connection ends within the answer.
    CutMidway,
    /// The answer names an identifier that is not in the sub-batch.
    Foreign,
    /// The answer is no JSON.
    Garbage,
    /// It takes longer than the backend may.
    TooSlow,
    /// 403.
    Forbidden,
}

/// What befalls one request to the quarantine, or to a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum QuarantineFault {
    /// Nothing.
    None,
    /// Some messages are not taken.
    InPart,
    /// None is.
    Refused,
    /// The connection ends, and nothing was taken.
    CutBefore,
    /// The connection ends, and all was taken.
    CutAfter,
}

/// What befalls one request to the registry's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RegistryFault {
    /// Nothing.
    None,
    /// 400, because it is busy.
    Throttled,
    /// 500.
    Error,
    /// 400, because there is no such table.
    Gone,
    /// Some keys are not looked for.
    InPart,
    /// The connection ends.
    Cut,
    /// It takes some hundred milliseconds.
    Slow,
}

/// What befalls one request for a tenant's credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StsFault {
    /// Nothing.
    None,
    /// 403.
    Refused,
    /// 500.
    Error,
}

/// The dice.
pub struct Faults {
    seed: u64,
    slow_one_in: u32,
    on: AtomicBool,
    asked: Mutex<HashMap<u64, u64>>,
    drawn: Mutex<BTreeMap<String, usize>>,
}

impl Faults {
    /// The faults of this seed. One Invoke in `slow_one_in` takes longer than the backend may, which costs the round
    /// many seconds.
    #[must_use]
    pub fn new(seed: u64, slow_one_in: u32) -> Self {
        let (on, asked, drawn) = (AtomicBool::new(true), Mutex::default(), Mutex::default());
        Self { seed, slow_one_in, on, asked, drawn }
    }

    /// From now on all goes well.
    pub fn stop(&self) {
        self.on.store(false, Ordering::SeqCst);
    }

    /// How often each fault was drawn.
    #[must_use]
    pub fn drawn(&self) -> BTreeMap<String, usize> {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The fault of an Invoke of these messages, and the dice for its details.
    pub fn of_invoke(&self, messages: &[String]) -> (InvokeFault, Rng) {
        let mut rng = self.dice("invoke", messages);
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

    /// The fault of a request to quarantine these messages.
    pub fn of_quarantine(&self, messages: &[String]) -> (QuarantineFault, Rng) {
        self.of_queue("quarantine", messages)
    }

    /// The fault of a request to send these messages over a bridge.
    pub fn of_bridge(&self, messages: &[String]) -> (QuarantineFault, Rng) {
        self.of_queue("bridge", messages)
    }

    fn of_queue(&self, queue: &str, messages: &[String]) -> (QuarantineFault, Rng) {
        let mut rng = self.dice(queue, messages);
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

    /// The fault of a request for these tenants' items.
    pub fn of_registry(&self, tenants: &[String]) -> (RegistryFault, Rng) {
        let mut rng = self.dice("registry", tenants);
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

    /// The fault of a request for this tenant's credentials.
    pub fn of_sts(&self, tenant: &str) -> StsFault {
        let mut rng = self.dice("sts", &[tenant.to_owned()]);
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

    fn dice(&self, kind: &str, messages: &[String]) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.seed, kind, messages).hash(&mut hasher);
        let what = hasher.finish();
        let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let times = asked.entry(what).or_default();
        *times += 1;
        Rng::with_seed(what.wrapping_add(*times))
    }
}

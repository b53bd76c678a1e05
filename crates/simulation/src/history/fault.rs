//! What went wrong.

use crate::plan::faults::{
    AsideFault, ForwardFault, HandOverFault, InvokeFault, RouterFault, RunFault, TableFault,
};

/// What went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// An Invoke.
    Invoke(InvokeFault),
    /// A record on its way over a bridge.
    Forward(ForwardFault),
    /// A record on its way to quarantine.
    Aside(AsideFault),
    /// A read of the registry's table.
    Table(TableFault),
    /// An invocation of the router.
    Router(RouterFault),
    /// An event that Lambda had accepted.
    Run(RunFault),
    /// An event that EventBridge handed over.
    HandOver(HandOverFault),
    /// A queue that handed out a record once more.
    Redelivery,
    /// A producer that sent a record once more.
    SentTwice,
}

impl Fault {
    /// The fault, wherever it struck.
    #[must_use]
    pub const fn kind(self) -> Self {
        match self {
            Self::Router(RouterFault::Crash(_)) => Self::Router(RouterFault::Crash(0)),
            Self::Router(RouterFault::Stalls(_)) => Self::Router(RouterFault::Stalls(0)),
            Self::Router(RouterFault::Panics(_)) => Self::Router(RouterFault::Panics(0)),
            other => other,
        }
    }
}

impl From<InvokeFault> for Fault {
    fn from(fault: InvokeFault) -> Self {
        Self::Invoke(fault)
    }
}

impl From<ForwardFault> for Fault {
    fn from(fault: ForwardFault) -> Self {
        Self::Forward(fault)
    }
}

impl From<AsideFault> for Fault {
    fn from(fault: AsideFault) -> Self {
        Self::Aside(fault)
    }
}

impl From<TableFault> for Fault {
    fn from(fault: TableFault) -> Self {
        Self::Table(fault)
    }
}

impl From<RouterFault> for Fault {
    fn from(fault: RouterFault) -> Self {
        Self::Router(fault)
    }
}

impl From<RunFault> for Fault {
    fn from(fault: RunFault) -> Self {
        Self::Run(fault)
    }
}

impl From<HandOverFault> for Fault {
    fn from(fault: HandOverFault) -> Self {
        Self::HandOver(fault)
    }
}

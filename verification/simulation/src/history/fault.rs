//! The faults of all kinds in one type.

use crate::plan::faults::{
    ForwardFault, InvokeFault, QuarantineFault, RouterFault, RuleDeliveryFault, RunFault, TableFault,
};

/// A fault that occurred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fault {
    /// A fault of an Invoke.
    Invoke(InvokeFault),
    /// A fault of a record that was sent over a bridge.
    Forward(ForwardFault),
    /// A fault of a record that was sent to quarantine.
    Quarantine(QuarantineFault),
    /// A fault of a read of the registry's table.
    Table(TableFault),
    /// A fault of an invocation of the router.
    Router(RouterFault),
    /// A fault of an event that Lambda had accepted.
    Run(RunFault),
    /// A fault of an event that EventBridge delivered to its target.
    RuleDelivery(RuleDeliveryFault),
    /// A queue delivered a record once more.
    Redelivery,
    /// A producer sent a record once more.
    SentTwice,
}

impl Fault {
    /// Returns the fault without the step at which it occurred.
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

impl From<QuarantineFault> for Fault {
    fn from(fault: QuarantineFault) -> Self {
        Self::Quarantine(fault)
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

impl From<RuleDeliveryFault> for Fault {
    fn from(fault: RuleDeliveryFault) -> Self {
        Self::RuleDelivery(fault)
    }
}

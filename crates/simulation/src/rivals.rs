//! Other routers, in the same world and under the same faults as the one that ships: what is published, and what is
//! plausible. Each is a handler that gets an event's records and a way to Invoke, and answers the source. None is wrong
//! in more ways than it says; where they do not say otherwise, they read answers rightly and name what failed.
//!
//! - [`Rival`]: which there are; one file each
//! - `desk`: what a handler has to work with; `message`: a record as it sees it
//! - [`account`]: what became of records; [`contest`]: many histories, the same ones for each router
//! - [`report`], [`plot`]: the figures in `docs/figures/`

use account::Wrong;
use desk::Desk;

pub(crate) use desk::Answer;

use crate::plan::Carries;
use crate::world::{Lambda, World};

pub mod account;
mod all_at_once;
mod by_tenant;
pub mod contest;
mod desk;
mod diligent;
mod message;
mod partial;
pub mod plot;
mod published;
pub mod report;
mod sequential;
mod swallow;

/// Another router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rival {
    /// The published sample: an asynchronous Invoke for each record.
    Published,
    /// An Invoke for each record, one after the other; an exception fails the batch.
    Sequential,
    /// The same, with exceptions caught and logged.
    Swallow,
    /// An Invoke for each tenant, its answer ignored.
    ByTenant,
    /// All records at once, with a partial batch response.
    AllAtOnce,
    /// One record after the other, with a partial batch response.
    Partial,
    /// The same, with a stop where there is an order.
    Diligent,
}

impl Rival {
    /// Every rival.
    pub const ALL: [Self; 7] = [
        Self::Published,
        Self::Sequential,
        Self::Swallow,
        Self::ByTenant,
        Self::AllAtOnce,
        Self::Partial,
        Self::Diligent,
    ];

    /// Its name in the figures.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Published => "published sample, asynchronous",
            Self::Sequential => "sequential loop",
            Self::Swallow => "loop that logs errors",
            Self::ByTenant => "one Invoke per tenant",
            Self::AllAtOnce => "all records at once",
            Self::Partial => "loop, partial batch response",
            Self::Diligent => "careful loop",
        }
    }

    /// What it is like, and where one finds it.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Published => {
                "`aws-samples/serverless-patterns`, `sqs-lambda-tenant-isolation-sam-py`: for each record an \
                 `InvocationType: Event`; what is no JSON is skipped; an exception fails the batch; the function has \
                 no failure destination"
            }
            Self::Sequential => {
                "for each record `await` an Invoke; an exception fails the batch; `FunctionError` is not looked at"
            }
            Self::Swallow => "the same, with `try`, `catch` and a log line around each record",
            Self::ByTenant => {
                "records grouped by tenant, an Invoke for each group; an exception fails the batch; the answer is not \
                 read"
            }
            Self::AllAtOnce => {
                "`Promise.all`, function errors thrown, failed records named: Powertools for TypeScript's \
                 `processPartialResponse` with `BatchProcessor`"
            }
            Self::Partial => {
                "one record after the other, function errors thrown, failed records named, no stop where there is an \
                 order: the Lambda developer guide's example for SQS, Powertools' `BatchProcessor`"
            }
            Self::Diligent => {
                "the same, and it stops at the first failure in a FIFO queue and in a stream: Powertools' \
                 `SqsFifoPartialProcessor`, the developer guide's example for Kinesis"
            }
        }
    }

    /// What its Invokes carry: where they carry one record's content, the function says by an error that it failed.
    #[must_use]
    pub const fn carries(self) -> Carries {
        if matches!(self, Self::ByTenant) { Carries::Event } else { Carries::Content }
    }

    /// What goes wrong with it, in one source or another. All of them look for the tenant in one place only.
    #[must_use]
    pub const fn breaks(self) -> &'static [Wrong] {
        use Wrong::{DeadLettered, Lost, Misdelivered, OutOfOrder};
        match self {
            Self::Published | Self::ByTenant => &[Lost, Misdelivered, OutOfOrder, DeadLettered],
            Self::Sequential => &[Lost, Misdelivered, DeadLettered],
            Self::Swallow => &[Lost, Misdelivered],
            Self::AllAtOnce | Self::Partial => &[Misdelivered, OutOfOrder, DeadLettered],
            Self::Diligent => &[Misdelivered, DeadLettered],
        }
    }

    pub(crate) async fn answer(self, world: &World, lambda: &Lambda, event: &str) -> Answer {
        let desk = Desk::of(world, lambda, event);
        match self {
            Self::Published => published::handle(&desk).await,
            Self::Sequential => sequential::handle(&desk).await,
            Self::Swallow => swallow::handle(&desk).await,
            Self::ByTenant => by_tenant::handle(&desk).await,
            Self::AllAtOnce => all_at_once::handle(&desk).await,
            Self::Partial => partial::handle(&desk).await,
            Self::Diligent => diligent::handle(&desk).await,
        }
    }
}

//! Other routers, in the same world and under the same kinds of faults as the one that ships: what is plausible, and what
//! is published or close to it. Each is a handler that gets an event's records and a way to Invoke, and answers the
//! source. None is wrong in more ways than it says; where they do not say otherwise, they read answers rightly and name
//! what failed.
//!
//! - [`ComparisonRouter`]: which there are; one file each
//! - `handler_context`: what a handler has to work with; `message`: a record as it sees it
//! - [`account`]: what became of records; [`contest`]: many histories, the same ones for each router
//! - [`report`], [`plot`]: the figures in `docs/figures/`

use account::Wrong;
use handler_context::HandlerContext;

pub(crate) use handler_context::Answer;

use crate::plan::InvokePayload;
use crate::world::{Lambda, World};

pub mod account;
mod all_at_once;
mod asynchronous;
mod by_tenant;
pub mod contest;
mod diligent;
mod handler_context;
mod message;
mod partial;
pub mod plot;
pub mod report;
mod sequential;
mod swallow;

/// Another router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ComparisonRouter {
    /// An asynchronous Invoke for each record, after the published sample.
    Asynchronous,
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

impl ComparisonRouter {
    /// Every comparison router.
    pub const ALL: [Self; 7] = [
        Self::Asynchronous,
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
            Self::Asynchronous => "asynchronous loop, after the published sample",
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
            Self::Asynchronous => {
                "for each record an `InvocationType: Event`; what is no JSON is skipped; an exception fails the batch; \
                 the function has no failure destination. It differs from the sample, `aws-samples/serverless-patterns`, \
                 `sqs-lambda-tenant-isolation-sam-py`: that takes the tenant from the message group, where no second \
                 place can contradict it; it is made for a standard queue with fair-queue groups, and for neither \
                 a FIFO queue nor a stream; it also skips bodies that are no objects or longer than 256 KB; its boto3 \
                 tries an Invoke five times, not three; and its queue has no dead-letter queue, so that what fails each \
                 time comes again until the queue deletes it"
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
                "the same, and at a failure it stops the message group in a FIFO queue, and the batch of a stream: \
                 Powertools' `SqsFifoPartialProcessor` with `skip_group_on_error`, the developer guide's example for \
                 Kinesis"
            }
        }
    }

    /// What its Invokes carry: where they carry one record's content, the function says by an error that it failed.
    #[must_use]
    pub const fn carries(self) -> InvokePayload {
        if matches!(self, Self::ByTenant) { InvokePayload::Event } else { InvokePayload::Content }
    }

    /// What goes wrong with it, in one source or another. All of them look for the tenant in one place only.
    #[must_use]
    pub const fn breaks(self) -> &'static [Wrong] {
        use Wrong::{DeadLettered, Lost, Misdelivered, OutOfOrder};
        match self {
            Self::Asynchronous | Self::ByTenant => &[Lost, Misdelivered, OutOfOrder, DeadLettered],
            Self::Sequential => &[Lost, Misdelivered, DeadLettered],
            Self::Swallow => &[Lost, Misdelivered],
            Self::AllAtOnce | Self::Partial => &[Misdelivered, OutOfOrder, DeadLettered],
            Self::Diligent => &[Misdelivered, DeadLettered],
        }
    }

    pub(crate) async fn answer(self, world: &World, lambda: &Lambda, event: &str) -> Answer {
        let handler_context = HandlerContext::of(world, lambda, event);
        match self {
            Self::Asynchronous => asynchronous::handle(&handler_context).await,
            Self::Sequential => sequential::handle(&handler_context).await,
            Self::Swallow => swallow::handle(&handler_context).await,
            Self::ByTenant => by_tenant::handle(&handler_context).await,
            Self::AllAtOnce => all_at_once::handle(&handler_context).await,
            Self::Partial => partial::handle(&handler_context).await,
            Self::Diligent => diligent::handle(&handler_context).await,
        }
    }
}

//! Moves messages: sends their records, deletes the messages whose records were acknowledged.

use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;

use super::context::QueueContext;
use super::holds::MessageHolds;
use super::invoke::{ExpectedResponse, RouterFunction};
use super::message::HeldMessage;
use super::ordering::WorkUnit;
use super::outgoing::OutgoingMessage;
use super::queue::QueueClient;
use super::state::{AcknowledgedMessage, DiscardConsent, LeftReason, SendOutcome, TransferOutcome};
use super::stored::{self, ObjectPointer};

/// How many units are processed at the same time.
const PARALLEL_UNITS: usize = 4;

/// A message, and what is planned for it.
pub(crate) struct TransferItem<N> {
    pub(crate) message: HeldMessage,
    pub(crate) ordering_group: Option<String>,
    pub(crate) plan: TransferPlan<N>,
}

/// What is planned for a message.
pub(crate) struct TransferPlan<N> {
    pub(crate) target: TransferTarget,
    /// The S3 object that is deleted after the message.
    pub(crate) stored: Option<ObjectPointer>,
    /// The record that is saved to a file first.
    pub(crate) saved: Option<String>,
    /// What the report says about the message.
    pub(crate) note: N,
}

/// The destination of a record.
pub(crate) enum TransferTarget {
    /// A queue, with the message to send.
    Queue(QueueClient, OutgoingMessage),
    /// The router, with the event to invoke it with.
    Router(String, ExpectedResponse),
    /// None: the message is deleted.
    Discard,
}

/// The result of one transfer, and a note for the operator if there is one.
pub(crate) struct FinishedTransfer<N> {
    pub(crate) item: TransferItem<N>,
    pub(crate) result: TransferOutcome,
    pub(crate) caveat: Option<String>,
}

/// Moves and discards messages in parallel.
pub(crate) struct TransferWorkers<'a> {
    pub(crate) queue: &'a QueueContext,
    pub(crate) holds: &'a MessageHolds<'a>,
    pub(crate) router: Option<&'a RouterFunction>,
    pub(crate) consent: &'a DiscardConsent,
}

impl TransferWorkers<'_> {
    /// Moves the messages of all units, and keeps them hidden from other consumers meanwhile.
    pub(crate) async fn run<N>(&self, units: Vec<WorkUnit<TransferItem<N>>>) -> Vec<FinishedTransfer<N>> {
        let total: usize = units.iter().map(WorkUnit::len).sum();
        let working = async {
            let mut done = Vec::with_capacity(total);
            let mut running =
                stream::iter(units).map(|unit| self.run_unit(unit)).buffer_unordered(PARALLEL_UNITS);
            while let Some(unit) = running.next().await {
                done.extend(unit);
                self.queue.progress.show(|| format!("{} of {total} processed", done.len()));
            }
            done
        };
        self.holds.hold_during(working).await
    }

    async fn run_unit<N>(&self, unit: WorkUnit<TransferItem<N>>) -> Vec<FinishedTransfer<N>> {
        match unit {
            WorkUnit::Batch(items) => self.transfer(items).await,
            WorkUnit::Sequential(items) => {
                let mut done: Vec<FinishedTransfer<N>> = Vec::with_capacity(items.len());
                let mut blocked = false;
                for item in items {
                    if blocked {
                        let why = "a record before it in its order was left".to_owned();
                        let result = TransferOutcome::Left(LeftReason::NotSent(why));
                        done.push(FinishedTransfer { item, result, caveat: None });
                        continue;
                    }
                    let one = self.transfer(vec![item]).await;
                    blocked = one.iter().any(|done| done.result != TransferOutcome::Done);
                    done.extend(one);
                }
                done
            }
        }
    }

    /// Sends the records of `items`, and deletes the messages whose records were acknowledged or are discarded.
    async fn transfer<N>(&self, items: Vec<TransferItem<N>>) -> Vec<FinishedTransfer<N>> {
        let mut results: Vec<Option<TransferOutcome>> = vec![None; items.len()];
        let (mut sent, mut acknowledged) = (Vec::new(), Vec::new());
        let is_stopped = self.queue.stop.is_requested();
        for (index, item) in items.iter().enumerate() {
            let message = self.holds.start_transfer(&item.message);
            let left = match &item.plan.target {
                TransferTarget::Discard => message
                    .discard(Instant::now(), self.consent)
                    .map(|discarded| acknowledged.push((index, discarded))),
                _ if is_stopped => Err(LeftReason::NotSent("interrupted before it was sent".to_owned())),
                target => message.send(Instant::now()).map(|message| sent.push((index, message, target))),
            };
            results[index] = left.err().map(TransferOutcome::Left);
        }
        let outcomes = self.send(&sent.iter().map(|(_, _, target)| *target).collect::<Vec<_>>()).await;
        for ((index, sent, _), outcome) in sent.into_iter().zip(outcomes) {
            match sent.complete(outcome) {
                Ok(acknowledged_message) => acknowledged.push((index, acknowledged_message)),
                Err(left) => results[index] = Some(TransferOutcome::Left(left)),
            }
        }
        let (indices, acknowledged): (Vec<usize>, Vec<AcknowledgedMessage>) =
            acknowledged.into_iter().unzip();
        let delete_outcomes = self.holds.queue().delete(&acknowledged).await;
        for ((index, acknowledged_message), delete_outcome) in
            indices.into_iter().zip(acknowledged).zip(delete_outcomes)
        {
            results[index] = Some(acknowledged_message.finish(delete_outcome));
        }
        let mut done = Vec::with_capacity(items.len());
        for (item, result) in items.into_iter().zip(results) {
            let result = result.unwrap_or_else(|| {
                TransferOutcome::Left(LeftReason::MaybeSent("there was no response for it".to_owned()))
            });
            let mut caveat = None;
            if result == TransferOutcome::Done {
                self.holds.forget(&item.message.id);
                // The object is deleted after the message, so that no message points to a missing object.
                if let Some(pointer) = &item.plan.stored {
                    caveat = stored::delete(&self.queue.s3, pointer).await;
                }
            }
            done.push(FinishedTransfer { item, result, caveat });
        }
        done
    }

    /// Sends to the targets of one unit, which all have the same destination.
    async fn send(&self, targets: &[&TransferTarget]) -> Vec<SendOutcome> {
        let messages: Vec<OutgoingMessage> = targets
            .iter()
            .filter_map(|target| match target {
                TransferTarget::Queue(_, message) => Some(message.clone()),
                _ => None,
            })
            .collect();
        if let Some(TransferTarget::Queue(queue, _)) = targets.first()
            && messages.len() == targets.len()
        {
            return queue.send(&messages).await;
        }
        let mut outcomes = Vec::with_capacity(targets.len());
        for target in targets {
            outcomes.push(match (target, self.router) {
                (TransferTarget::Router(event, expected), Some(router)) => {
                    router.invoke(event, *expected).await
                }
                _ => SendOutcome::Refused("no router is given".to_owned()),
            });
        }
        outcomes
    }
}

impl<T> WorkUnit<T> {
    fn len(&self) -> usize {
        match self {
            Self::Sequential(items) | Self::Batch(items) => items.len(),
        }
    }
}

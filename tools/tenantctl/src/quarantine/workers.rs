//! Moves messages: sends their records, deletes the messages whose records were acknowledged.

use std::time::Instant;

use futures_util::StreamExt;
use futures_util::stream;

use super::holds::MessageHolds;
use super::invoke::{ExpectedResponse, RouterFunction};
use super::message::{HeldMessage, ObjectPointer};
use super::ordering::WorkUnit;
use super::outgoing::OutgoingMessage;
use super::progress::ProgressLine;
use super::queue::QueueClient;
use super::stop::StopSignal;
use super::stored;
use super::transfer::{LeftReason, SendOutcome, SentMessage, TransferOutcome};

/// How many units are processed at the same time.
const PARALLEL_UNITS: usize = 4;

/// A message, and the destination of its record.
pub(crate) struct TransferItem {
    pub(crate) message: HeldMessage,
    pub(crate) target: TransferTarget,
    /// The S3 object with the record, if the record is not in the message.
    pub(crate) stored: Option<ObjectPointer>,
}

/// The destination of a record.
pub(crate) enum TransferTarget {
    /// A queue, with the message to send.
    Queue(QueueClient, OutgoingMessage),
    /// The router, with the event to invoke it with.
    Router(String, ExpectedResponse),
}

/// The result of one transfer, and a note for the operator if there is one.
pub(crate) struct FinishedTransfer {
    pub(crate) item: TransferItem,
    pub(crate) result: TransferOutcome,
    pub(crate) note: Option<String>,
}

/// Moves messages in parallel.
pub(crate) struct TransferWorkers<'a> {
    pub(crate) holds: &'a MessageHolds<'a>,
    pub(crate) router: Option<&'a RouterFunction>,
    pub(crate) s3: &'a aws_sdk_s3::Client,
    pub(crate) stop: &'a StopSignal,
    pub(crate) progress: &'a ProgressLine,
}

impl TransferWorkers<'_> {
    /// Moves the messages of all units, and keeps them hidden from other consumers meanwhile.
    pub(crate) async fn run(&self, units: Vec<WorkUnit<TransferItem>>) -> Vec<FinishedTransfer> {
        let total: usize = units.iter().map(WorkUnit::len).sum();
        let working = async {
            let mut done = Vec::with_capacity(total);
            let mut running =
                stream::iter(units).map(|unit| self.run_unit(unit)).buffer_unordered(PARALLEL_UNITS);
            while let Some(unit) = running.next().await {
                done.extend(unit);
                self.progress.show(|| format!("{} of {total} processed", done.len()));
            }
            done
        };
        self.holds.hold_during(working).await
    }

    async fn run_unit(&self, unit: WorkUnit<TransferItem>) -> Vec<FinishedTransfer> {
        match unit {
            WorkUnit::Batch(items) => self.transfer(items).await,
            WorkUnit::Sequential(items) => {
                let mut done: Vec<FinishedTransfer> = Vec::with_capacity(items.len());
                let mut blocked = false;
                for item in items {
                    if blocked {
                        let why = "a record before it in its order was left".to_owned();
                        done.push(FinishedTransfer {
                            item,
                            result: TransferOutcome::Left(LeftReason::NotSent(why)),
                            note: None,
                        });
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

    /// Sends the records of `items`, and deletes the messages whose records were acknowledged.
    async fn transfer(&self, items: Vec<TransferItem>) -> Vec<FinishedTransfer> {
        if self.stop.is_requested() {
            let left =
                || TransferOutcome::Left(LeftReason::NotSent("interrupted before it was sent".to_owned()));
            return items
                .into_iter()
                .map(|item| FinishedTransfer { item, result: left(), note: None })
                .collect();
        }
        let mut results: Vec<Option<TransferOutcome>> = vec![None; items.len()];
        let mut sent: Vec<(usize, SentMessage)> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            match self.holds.start_transfer(&item.message).send(Instant::now()) {
                Ok(item) => sent.push((index, item)),
                Err(left) => results[index] = Some(TransferOutcome::Left(left)),
            }
        }
        let targets: Vec<&TransferTarget> = sent.iter().map(|(index, _)| &items[*index].target).collect();
        let outcomes = self.send(&targets).await;
        let (mut indices, mut acknowledged) = (Vec::new(), Vec::new());
        for ((index, sent), outcome) in sent.into_iter().zip(outcomes) {
            match sent.complete(outcome) {
                Ok(acknowledged_message) => {
                    indices.push(index);
                    acknowledged.push(acknowledged_message);
                }
                Err(left) => results[index] = Some(TransferOutcome::Left(left)),
            }
        }
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
            let mut note = None;
            if result == TransferOutcome::Done {
                self.holds.forget(&item.message.id);
                // The object is deleted after the message, so that no message points to a missing object.
                if let Some(pointer) = &item.stored {
                    note = stored::delete(self.s3, pointer).await;
                }
            }
            done.push(FinishedTransfer { item, result, note });
        }
        done
    }

    /// Sends to the targets of one unit, which all have the same destination.
    async fn send(&self, targets: &[&TransferTarget]) -> Vec<SendOutcome> {
        let messages: Vec<OutgoingMessage> = targets
            .iter()
            .filter_map(|target| match target {
                TransferTarget::Queue(_, message) => Some(message.clone()),
                TransferTarget::Router(..) => None,
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

//! The loop of the commands that move or discard messages. For each batch: plan, keep the order, save, send, delete.

use std::collections::VecDeque;
use std::future::Future;

use super::backup::BackupFile;
use super::invoke::RouterFunction;
use super::message::HeldMessage;
use super::ordering::{SendPosition, StoppedGroups, into_work_units};
use super::scan::{MessageReader, QueueScan};
use super::scan_stats::{ScanEnd, ScanStats};
use super::state::{DiscardConsent, LeftReason, TransferOutcome};
use super::summary::TransferSummary;
use super::workers::{TransferItem, TransferPlan, TransferWorkers};
use crate::error::CommandError;

/// The number of bytes of records after which no more are added to a batch.
const BATCH_BYTES: usize = 64 * 1024 * 1024;

/// What one command does with the messages that it selects.
pub(crate) trait TransferCommand {
    /// Selects the messages.
    type Reader: MessageReader;
    /// What the report says about a message, besides its result.
    type Note;
    /// The maximum number of messages that are planned at a time. Messages of one ordering group are put in order within
    /// them, and if none of them can be sent, the rest is not tried. `None`: each page is a batch, and all are tried.
    const BATCH: Option<usize>;

    /// Plans what is done with a message.
    fn plan(
        &mut self,
        scan: &QueueScan<'_, Self::Reader>,
        found: FoundBy<Self>,
    ) -> impl Future<Output = TransferCandidate<Self::Note>>;

    /// Checks the messages of a batch together.
    fn check_batch(&mut self, _: &mut [TransferCandidate<Self::Note>]) {}

    /// Reports a message that is ready. Afterwards, except in a dry run, it is sent or discarded.
    fn add_ready(&mut self, _: &TransferItem<Self::Note>, _is_dry_run: bool) {}

    /// Reports the result of a message. `note` is `None` for a message that was not ready.
    fn add_result(&mut self, message: HeldMessage, note: Option<Self::Note>, result: TransferOutcome);
}

/// A message that the reader of a command selects.
pub(crate) type FoundBy<C> = <<C as TransferCommand>::Reader as MessageReader>::Found;

/// A message with what is planned for it, or the reason why it is left.
pub(crate) struct TransferCandidate<N> {
    pub(crate) message: HeldMessage,
    pub(crate) position: SendPosition,
    pub(crate) planned: Result<TransferPlan<N>, String>,
}

/// The options that all of these commands have.
#[derive(Default)]
pub(crate) struct TransferOptions {
    /// Whether messages are moved or discarded; otherwise it is a dry run.
    pub(crate) execute: bool,
    /// The maximum number of messages.
    pub(crate) limit: Option<usize>,
    /// The router that is invoked with records.
    pub(crate) router: Option<RouterFunction>,
    /// The file to which records are saved first.
    pub(crate) backup: Option<BackupFile>,
}

/// One run of a command.
pub(crate) struct TransferEngine<'a, C: TransferCommand> {
    scan: QueueScan<'a, C::Reader>,
    command: C,
    options: TransferOptions,
    /// Messages of the last page that did not fit into the batch.
    leftover: VecDeque<FoundBy<C>>,
    stopped: StoppedGroups,
    summary: TransferSummary,
}

/// How a run ended. The messages are visible again.
pub(crate) struct TransferEnd<C> {
    pub(crate) command: C,
    pub(crate) summary: TransferSummary,
    pub(crate) stats: ScanStats,
    /// Whether the run saw all messages, or as many as were requested.
    pub(crate) is_complete: bool,
    /// The error that ended the run after messages were moved or discarded.
    pub(crate) failure: Option<String>,
}

impl<'a, C: TransferCommand> TransferEngine<'a, C> {
    pub(crate) fn new(scan: QueueScan<'a, C::Reader>, command: C, options: TransferOptions) -> Self {
        let summary = TransferSummary { executed: options.execute, ..TransferSummary::default() };
        Self { scan, command, options, leftover: VecDeque::new(), stopped: StoppedGroups::default(), summary }
    }

    /// Moves or discards all selected messages.
    ///
    /// # Errors
    /// An error before the first message was moved or discarded. After that, the report has to show what was done.
    pub(crate) async fn run(mut self) -> Result<TransferEnd<C>, CommandError> {
        let ended = self.run_batches().await;
        let Self { scan, command, mut summary, .. } = self;
        let kind = scan.queue.queue.kind();
        let (stats, caveats) = scan.end().await;
        summary.seen = stats.seen;
        summary.caveats.extend(caveats);
        let failure = match ended {
            Err(failure) if summary.done == 0 => return Err(failure),
            ended => ended.err().map(|failure| format!("stopped by an error: {failure}")),
        };
        let is_complete = stats.is_complete(kind, summary.executed);
        Ok(TransferEnd { command, summary, stats, is_complete, failure })
    }

    async fn run_batches(&mut self) -> Result<(), CommandError> {
        let mut remaining = self.options.limit.unwrap_or(usize::MAX);
        while remaining > 0 {
            let batch = self.next_batch(remaining.min(C::BATCH.unwrap_or(usize::MAX))).await?;
            if batch.is_empty() {
                return Ok(());
            }
            remaining -= batch.len();
            let ready = self.plan(batch).await;
            for (_, item) in &ready {
                self.command.add_ready(item, !self.options.execute);
            }
            if !self.options.execute {
                self.summary.planned += ready.len();
                continue;
            }
            let (before, tried) = (self.summary.done, !ready.is_empty());
            self.transfer(ready).await?;
            if tried && self.summary.done == before && C::BATCH.is_some() {
                let caveat = "no record of this batch could be sent, so the rest was not tried";
                self.summary.caveats.push(caveat.to_owned());
                return Ok(());
            }
        }
        self.scan.stats.end = ScanEnd::LimitReached;
        Ok(())
    }

    /// Collects up to `limit` messages, or about `BATCH_BYTES` of them; none at the end.
    async fn next_batch(&mut self, limit: usize) -> Result<Vec<FoundBy<C>>, CommandError> {
        let (mut batch, mut bytes) = (Vec::new(), 0);
        loop {
            while batch.len() < limit
                && bytes < BATCH_BYTES
                && let Some(found) = self.leftover.pop_front()
            {
                bytes = bytes.saturating_add(C::Reader::record_bytes(&found));
                batch.push(found);
            }
            let ends_with_page = C::BATCH.is_none() && !batch.is_empty();
            if batch.len() == limit || bytes >= BATCH_BYTES || ends_with_page {
                return Ok(batch);
            }
            match self.scan.next_page().await? {
                Some(page) => self.leftover.extend(page),
                None => return Ok(batch),
            }
        }
    }

    /// Returns the messages that are ready. For the others, the reason goes into the report.
    async fn plan(&mut self, batch: Vec<FoundBy<C>>) -> Vec<(SendPosition, TransferItem<C::Note>)> {
        self.summary.selected += batch.len();
        let mut candidates = Vec::with_capacity(batch.len());
        for found in batch {
            candidates.push(self.command.plan(&self.scan, found).await);
        }
        self.command.check_batch(&mut candidates);
        let positions = candidates.iter().map(|candidate| (&candidate.position, candidate.planned.is_err()));
        let waiting = self.stopped.find_waiting(positions);
        let mut ready = Vec::with_capacity(candidates.len());
        for (TransferCandidate { message, position, planned }, waits) in candidates.into_iter().zip(waiting) {
            let why = match planned {
                Ok(plan) if !waits => {
                    let ordering_group = position.ordering_group.clone();
                    ready.push((position, TransferItem { message, ordering_group, plan }));
                    continue;
                }
                Ok(_) => "a record before it in its order was left".to_owned(),
                Err(why) => why,
            };
            self.command.add_result(message, None, TransferOutcome::Left(LeftReason::NotSent(why)));
        }
        ready
    }

    /// Saves, sends and deletes messages.
    async fn transfer(
        &mut self,
        mut ready: Vec<(SendPosition, TransferItem<C::Note>)>,
    ) -> Result<(), CommandError> {
        let mut consent = DiscardConsent::Requested;
        if let Some(backup) = &mut self.options.backup {
            for (_, item) in &mut ready {
                if let Some(record) = item.plan.saved.take() {
                    backup.append(&item.message, &record)?;
                }
            }
            consent = backup.sync()?;
        }
        let (router, consent) = (self.options.router.as_ref(), &consent);
        let workers = TransferWorkers { queue: self.scan.queue, holds: &self.scan.holds, router, consent };
        for finished in workers.run(into_work_units(ready)).await {
            let TransferItem { message, ordering_group, plan } = finished.item;
            self.summary.caveats.extend(finished.caveat);
            match (&finished.result, ordering_group) {
                (TransferOutcome::Done, _) => self.summary.done += 1,
                (TransferOutcome::Left(_), Some(group)) => self.stopped.stop(group),
                (TransferOutcome::Left(_), None) => {}
            }
            self.command.add_result(message, Some(plan.note), finished.result);
        }
        Ok(())
    }
}

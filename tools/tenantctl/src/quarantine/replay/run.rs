//! Runs a replay window by window: plans the records, puts them in order, and moves them.

use std::collections::{BTreeSet, HashMap};

use super::super::backup::BackupFile;
use super::super::context::FoundRecord;
use super::super::invoke::RouterFunction;
use super::super::ordering::{SendPosition, StoppedGroups, into_work_units};
use super::super::outgoing::QueueKind;
use super::super::queue::QueueClient;
use super::super::record::ReplayableRecord;
use super::super::scan::{QueueScan, ScanEnd};
use super::super::transfer::TransferOutcome;
use super::super::workers::{TransferItem, TransferTarget, TransferWorkers};
use super::plan::{MessageOrigin, ReplayOptions, ReplayPlan, ReplayRoute};
use super::report::{ChangedTenant, LeftMessage, PlannedReplay, ReplayReport};
use crate::error::CommandError;

/// The maximum number of records that are planned at a time. Records of one order key are put in order within them.
const WINDOW: usize = 1000;
/// The number of bytes of records after which no more are added to a window.
const WINDOW_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct ReplayRun<'a> {
    pub(super) scan: QueueScan<'a>,
    pub(super) report: ReplayReport,
    /// Whether `--to` takes all records: the operator selected one source, or gave `--any-source`.
    pub(super) is_single_source: bool,
    options: ReplayOptions,
    router: Option<RouterFunction>,
    backup: Option<BackupFile>,
    queues: HashMap<String, Result<QueueClient, String>>,
    /// Records of the last page that did not fit into the window.
    leftover: Vec<FoundRecord>,
    stopped: StoppedGroups,
    /// The sources of the records that go to another queue than their source queue.
    sources: BTreeSet<Option<String>>,
}

/// A record with its planned transfer, or the reason why it is left.
struct ReplayCandidate {
    found: FoundRecord,
    position: SendPosition,
    planned: Result<PlannedTransfer, String>,
}

struct PlannedTransfer {
    target: TransferTarget,
    planned: PlannedReplay,
    is_elsewhere: bool,
    /// The original record, if the tenant id is changed.
    original: Option<String>,
}

impl<'a> ReplayRun<'a> {
    pub(super) fn new(
        scan: QueueScan<'a>,
        options: ReplayOptions,
        router: Option<RouterFunction>,
        backup: Option<BackupFile>,
        execute: bool,
    ) -> Self {
        Self {
            scan,
            report: ReplayReport::new(execute),
            is_single_source: false,
            options,
            router,
            backup,
            queues: HashMap::new(),
            leftover: Vec::new(),
            stopped: StoppedGroups::default(),
            sources: BTreeSet::new(),
        }
    }

    pub(super) async fn run(&mut self, limit: usize) -> Result<(), CommandError> {
        let mut remaining = limit;
        loop {
            let found = self.next_window(remaining.min(WINDOW)).await?;
            remaining -= found.len();
            if found.is_empty() {
                return Ok(());
            }
            let planned_transfers = self.plan_all(found).await;
            if self.report.executed {
                let (before, tried) = (self.report.replayed, !planned_transfers.is_empty());
                self.transfer(planned_transfers).await?;
                if tried && self.report.replayed == before {
                    self.report
                        .caveats
                        .push("no record of this batch could be sent, so the rest was not tried".to_owned());
                    return Ok(());
                }
            } else {
                self.report
                    .planned
                    .extend(planned_transfers.into_iter().map(|(_, _, transfer)| transfer.planned));
            }
            if remaining == 0 {
                self.scan.stats.end = ScanEnd::LimitReached;
                return Ok(());
            }
        }
    }

    /// Collects up to `limit` records, or about `WINDOW_BYTES` of them; none at the end.
    async fn next_window(&mut self, limit: usize) -> Result<Vec<FoundRecord>, CommandError> {
        let (mut window, mut bytes) = (Vec::new(), 0);
        loop {
            for found in std::mem::take(&mut self.leftover) {
                if window.len() < limit && bytes < WINDOW_BYTES {
                    bytes = bytes.saturating_add(found.record_bytes());
                    window.push(found);
                } else {
                    self.leftover.push(found);
                }
            }
            if window.len() == limit || bytes >= WINDOW_BYTES {
                return Ok(window);
            }
            match self.scan.next_page().await? {
                Some(page) => self.leftover = page,
                None => return Ok(window),
            }
        }
    }

    /// Returns the records that can be sent. For the others, the reason goes into the report.
    async fn plan_all(
        &mut self,
        window: Vec<FoundRecord>,
    ) -> Vec<(SendPosition, FoundRecord, PlannedTransfer)> {
        self.report.selected += window.len();
        let mut candidates = Vec::with_capacity(window.len());
        for found in window {
            candidates.push(self.build_candidate(found).await);
        }
        self.require_one_source(&mut candidates);
        let positions = candidates.iter().map(|candidate| (&candidate.position, candidate.planned.is_err()));
        let waiting = self.stopped.find_waiting(positions);
        let mut planned_transfers = Vec::with_capacity(candidates.len());
        for (ReplayCandidate { found, position, planned }, waits) in candidates.into_iter().zip(waiting) {
            let why = match planned {
                Ok(planned) if !waits => {
                    planned_transfers.push((position, found, planned));
                    continue;
                }
                Ok(_) => "a record before it in its order was left".to_owned(),
                Err(why) => why,
            };
            self.report.left.push(LeftMessage::not_tried(&found.message, why));
        }
        planned_transfers
    }

    async fn build_candidate(&mut self, found: FoundRecord) -> ReplayCandidate {
        let QueueScan { context, holds, .. } = self.scan;
        let record = holds.hold_during(context.load_record(&found.message, &found.rejected)).await;
        let (ordering_group, rank) = if context.queue.kind() == QueueKind::Fifo {
            // A FIFO quarantine returns the messages of a group in their order.
            (Some(found.message.system_attribute("MessageGroupId").unwrap_or_default().to_owned()), None)
        } else {
            // From the original record: another tenant id does not change its position.
            record
                .as_deref()
                .ok()
                .and_then(|record| ReplayableRecord::parse(record).ok()?.ordering_group())
                .unzip()
        };
        let mut position = SendPosition { ordering_group, rank, destination: String::new() };
        let planned = match record {
            Ok(record) => self.plan_record(&found, record, &mut position).await,
            Err(why) => Err(why),
        };
        ReplayCandidate { found, position, planned }
    }

    async fn plan_record(
        &mut self,
        found: &FoundRecord,
        record: String,
        position: &mut SendPosition,
    ) -> Result<PlannedTransfer, String> {
        let origin = MessageOrigin {
            message_id: &found.message.id,
            source: found.rejected.source_arn.as_deref(),
            sender: found.message.system_attribute("SenderId"),
        };
        let plan = ReplayPlan::new(&record, origin, &self.options)?;
        plan.destination().clone_into(&mut position.destination);
        let planned = PlannedReplay {
            message_id: found.message.id.clone(),
            reason: found.rejected.reason.clone(),
            tenant: found.tenant.clone(),
            action: plan.describe(),
            original_tenant: plan.original_tenant.clone(),
            left_out: plan.left_out().to_vec(),
        };
        let (is_elsewhere, original) = (plan.is_elsewhere, plan.original_tenant.map(|_| record));
        let target = match plan.route {
            ReplayRoute::Queue(destination, message) => {
                TransferTarget::Queue(self.open_queue(&destination).await?, *message)
            }
            ReplayRoute::Router(event, expected) => TransferTarget::Router(event, expected),
        };
        Ok(PlannedTransfer { target, planned, is_elsewhere, original })
    }

    /// Leaves the records for `--to` if they are of several sources, so that no queue receives records of a source that
    /// the operator did not expect.
    fn require_one_source(&mut self, candidates: &mut [ReplayCandidate]) {
        if self.is_single_source {
            return;
        }
        let elsewhere = |candidate: &&mut ReplayCandidate| {
            candidate.planned.as_ref().is_ok_and(|transfer| transfer.is_elsewhere)
        };
        let all: Vec<_> = candidates.iter_mut().filter(elsewhere).collect();
        self.sources.extend(all.iter().map(|candidate| candidate.found.rejected.source_arn.clone()));
        if self.sources.len() > 1 {
            for candidate in all {
                candidate.planned =
                    Err("the records for --to are of several sources, and it is not their source \
                                         queue: select one source with --source"
                        .to_owned());
            }
        }
    }

    /// Returns the queue with this URL or ARN, and opens it once.
    async fn open_queue(&mut self, queue: &str) -> Result<QueueClient, String> {
        if let Some(known) = self.queues.get(queue) {
            return known.clone();
        }
        let opened =
            QueueClient::open(&self.scan.context.clients, queue).await.map_err(|failure| failure.to_string());
        self.queues.insert(queue.to_owned(), opened.clone());
        opened
    }

    async fn transfer(
        &mut self,
        planned_transfers: Vec<(SendPosition, FoundRecord, PlannedTransfer)>,
    ) -> Result<(), CommandError> {
        let mut ordering_groups = HashMap::new();
        let mut originals = HashMap::new();
        let mut items = Vec::with_capacity(planned_transfers.len());
        for (position, found, PlannedTransfer { target, planned, original, .. }) in planned_transfers {
            if let (Some(backup), Some(record)) = (&mut self.backup, &original) {
                backup.append(&found, record)?;
            }
            if !planned.left_out.is_empty() {
                self.report.unmarked.push(planned.message_id.clone());
            }
            ordering_groups.extend(
                position
                    .ordering_group
                    .clone()
                    .map(|ordering_group| (planned.message_id.clone(), ordering_group)),
            );
            originals.extend(planned.original_tenant.map(|original| (planned.message_id, original)));
            let FoundRecord { message, rejected, .. } = found;
            items.push((position, TransferItem { message, target, stored: rejected.stored }));
        }
        if let Some(backup) = &mut self.backup {
            backup.sync()?;
        }
        let QueueScan { context, holds, .. } = self.scan;
        let workers = TransferWorkers {
            holds,
            router: self.router.as_ref(),
            s3: context.s3(),
            stop: &context.stop,
            progress: &context.progress,
        };
        for finished in workers.run(into_work_units(items)).await {
            self.report.caveats.extend(finished.note);
            let message = &finished.item.message;
            let may_be_sent = match finished.result {
                TransferOutcome::Done => {
                    self.report.add_replayed(message);
                    true
                }
                TransferOutcome::Left(left) => {
                    self.report.left.push(LeftMessage::tried(message, &left));
                    if let Some(ordering_group) = ordering_groups.remove(&message.id) {
                        self.stopped.stop(ordering_group);
                    }
                    left.may_repeat()
                }
            };
            if let Some(original_tenant) = originals.remove(&message.id).filter(|_| may_be_sent) {
                self.report.changed.push(ChangedTenant { message_id: message.id.clone(), original_tenant });
            }
        }
        Ok(())
    }
}

//! Window by window: planned, put in order, handed on.

use std::collections::{BTreeSet, HashMap};

use super::super::backup::BackupFile;
use super::super::context::FoundRecord;
use super::super::transfer::TransferOutcome;
use super::super::invoke::Router;
use super::super::ordering::{StoppedGroups, SendPosition, into_work_units};
use super::super::scan::{ScanEnd, QueueScan};
use super::super::outgoing::QueueKind;
use super::super::queue::Queue;
use super::super::record::ReplayableRecord;
use super::super::workers::{TransferItem, TransferTarget, TransferWorkers};
use super::plan::{MessageOrigin, ReplayPlan, ReplayRoute, ReplayOptions};
use super::report::{ChangedTenant, LeftMessage, PlannedReplay, ReplayReport};
use crate::error::CommandError;

/// How many records, and bytes of them, are planned at a time: records of one order key among them are put in order.
const WINDOW: usize = 1000;
const WINDOW_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct ReplayRun<'a> {
    pub(super) scan: QueueScan<'a>,
    pub(super) report: ReplayReport,
    /// Whether `--to` takes them all: the operator named their source, or vouches for it.
    pub(super) is_single_source: bool,
    options: ReplayOptions,
    router: Option<RouterFunction>,
    backup: Option<BackupFile>,
    queues: HashMap<String, Result<QueueClient, String>>,
    /// Records of the last page that did not fit into its window.
    leftover: Vec<FoundRecord>,
    stopped: StoppedGroups,
    /// The sources of what goes into another queue than its own.
    sources: BTreeSet<Option<String>>,
}

/// A record with what is to become of it, or why it is left.
struct ReplayCandidate {
    found: FoundRecord,
    position: SendPosition,
    planned: Result<PlannedTransfer, String>,
}

struct PlannedTransfer {
    target: TransferTarget,
    planned: PlannedReplay,
    is_elsewhere: bool,
    /// The record as it was, where it is changed.
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
            let going = self.plan_all(found).await;
            if self.report.executed {
                let (before, tried) = (self.report.replayed, !going.is_empty());
                self.transfer(going).await?;
                if tried && self.report.replayed == before {
                    self.report.caveats.push("nothing of this got through, so no more was tried".to_owned());
                    return Ok(());
                }
            } else {
                self.report.planned.extend(going.into_iter().map(|(_, _, going)| going.planned));
            }
            if remaining == 0 {
                self.scan.stats.end = ScanEnd::LimitReached;
                return Ok(());
            }
        }
    }

    /// Up to `most` records that are held.
    async fn next_window(&mut self, limit: usize) -> Result<Vec<FoundRecord>, CommandError> {
        let (mut window, mut bytes) = (Vec::new(), 0);
        loop {
            for found in std::mem::take(&mut self.leftover) {
                if window.len() < limit && bytes < WINDOW_BYTES {
                    bytes = bytes.saturating_add(found.bytes());
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

    /// What can be handed on; why anything else is left is in the report.
    async fn plan_all(&mut self, window: Vec<FoundRecord>) -> Vec<(SendPosition, FoundRecord, PlannedTransfer)> {
        self.report.selected += window.len();
        let mut candidates = Vec::with_capacity(window.len());
        for found in window {
            candidates.push(self.build_candidate(found).await);
        }
        self.require_one_source(&mut candidates);
        let positions = candidates.iter().map(|candidate| (&candidate.position, candidate.planned.is_err()));
        let waiting = self.stopped.find_waiting(positions);
        let mut going = Vec::with_capacity(candidates.len());
        for (ReplayCandidate { found, position, planned }, waits) in candidates.into_iter().zip(waiting) {
            let why = match planned {
                Ok(planned) if !waits => {
                    going.push((position, found, planned));
                    continue;
                }
                Ok(_) => "one that stands before it in its order was left".to_owned(),
                Err(why) => why,
            };
            self.report.left.push(LeftMessage::not_tried(&found.message, why));
        }
        going
    }

    async fn build_candidate(&mut self, found: FoundRecord) -> ReplayCandidate {
        let QueueScan { context, holds, .. } = self.scan;
        let record = holds.hold_during(context.record(&found.message, &found.rejected)).await;
        let (ordering_group, rank) = if context.queue.kind() == QueueKind::Fifo {
            // The quarantine has an order of its own, in which its messages were received.
            (Some(found.message.system_attribute("MessageGroupId").unwrap_or_default().to_owned()), None)
        } else {
            // As it was: another tenant id does not give it another place.
            record.as_deref().ok().and_then(|record| ReplayableRecord::parse(record).ok()?.ordering_group()).unzip()
        };
        let mut position = SendPosition { ordering_group, rank, destination: String::new() };
        let planned = match record {
            Ok(record) => self.plan_record(&found, record, &mut position).await,
            Err(why) => Err(why),
        };
        ReplayCandidate { found, position, planned }
    }

    async fn plan_record(&mut self, found: &FoundRecord, record: String, position: &mut SendPosition) -> Result<PlannedTransfer, String> {
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
            ReplayRoute::Queue(destination, message) => TransferTarget::Queue(self.open_queue(&destination).await?, *message),
            ReplayRoute::Router(event, expected) => TransferTarget::Router(event, expected),
        };
        Ok(PlannedTransfer { target, planned, is_elsewhere, original })
    }

    /// Another queue than their own takes records of one source; of several, none goes there.
    fn require_one_source(&mut self, candidates: &mut [ReplayCandidate]) {
        if self.is_single_source {
            return;
        }
        let elsewhere =
            |candidate: &&mut ReplayCandidate| candidate.planned.as_ref().is_ok_and(|going| going.is_elsewhere);
        let all: Vec<_> = candidates.iter_mut().filter(elsewhere).collect();
        self.sources.extend(all.iter().map(|candidate| candidate.found.rejected.source_arn.clone()));
        if self.sources.len() > 1 {
            for candidate in all {
                candidate.planned = Err("the records for --to are of several sources, and it is not their \
                                         queue: pick one source with --source"
                    .to_owned());
            }
        }
    }

    /// The queue of this URL or ARN, asked for once.
    async fn open_queue(&mut self, named: &str) -> Result<QueueClient, String> {
        if let Some(known) = self.queues.get(named) {
            return known.clone();
        }
        let opened = QueueClient::open(&self.scan.context.clients, named).await.map_err(|failure| failure.to_string());
        self.queues.insert(named.to_owned(), opened.clone());
        opened
    }

    async fn transfer(&mut self, going: Vec<(SendPosition, FoundRecord, PlannedTransfer)>) -> Result<(), CommandError> {
        let mut ordering_groups = HashMap::new();
        let mut originals = HashMap::new();
        let mut items = Vec::with_capacity(going.len());
        for (position, found, PlannedTransfer { target, planned, original, .. }) in going {
            if let (Some(backup), Some(record)) = (&mut self.backup, &original) {
                backup.append(&found, record)?;
            }
            if !planned.left_out.is_empty() {
                self.report.unmarked.push(planned.message_id.clone());
            }
            ordering_groups.extend(position.ordering_group.clone().map(|ordering_group| (planned.message_id.clone(), ordering_group)));
            originals.extend(planned.original_tenant.map(|original| (planned.message_id, original)));
            let FoundRecord { held, rejected, .. } = found;
            items.push((position, TransferItem { held, target, stored: rejected.stored }));
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
            self.report.caveats.extend(finished.remark);
            let held = &finished.item.message;
            let went = match finished.fate {
                TransferOutcome::Done => {
                    self.report.add_replayed(held);
                    true
                }
                TransferOutcome::Left(left) => {
                    self.report.left.push(LeftMessage::tried(held, &left));
                    if let Some(ordering_group) = ordering_groups.remove(&held.id) {
                        self.stopped.stop(ordering_group);
                    }
                    left.may_repeat()
                }
            };
            if let Some(original_tenant) = originals.remove(&held.id).filter(|_| went) {
                self.report.changed.push(ChangedTenant { message_id: held.id.clone(), original_tenant });
            }
        }
        Ok(())
    }
}

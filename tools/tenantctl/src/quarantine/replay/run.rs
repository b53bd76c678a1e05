//! Plans the replay of a batch of records, and reports the results.

use std::collections::BTreeSet;

use super::super::context::{FoundRecord, QuarantineContext};
use super::super::record::ReplayableRecord;
use super::plan::{MessageOrigin, ReplayOptions, ReplayPlan, ReplayRoute};
use super::report::{ChangedTenant, LeftMessage, PlannedReplay, ReplayReport};
use crate::transfer::{
    HeldMessage, QueueKind, QueueScan, SendPosition, TransferCandidate, TransferCommand, TransferItem,
    TransferOutcome, TransferPlan, TransferTarget,
};

pub(super) struct ReplayCommand {
    pub(super) options: ReplayOptions,
    /// Whether `--to` takes all records: the operator selected one source, or gave `--any-source`.
    pub(super) is_single_source: bool,
    /// The sources of the records that go to another queue than their source queue.
    pub(super) sources: BTreeSet<String>,
    pub(super) report: ReplayReport,
}

impl TransferCommand for ReplayCommand {
    type Reader = QuarantineContext;
    type Note = PlannedReplay;
    const BATCH: Option<usize> = Some(1000);

    async fn plan(
        &mut self,
        scan: &QueueScan<'_, QuarantineContext>,
        found: FoundRecord,
    ) -> TransferCandidate<PlannedReplay> {
        let record = scan.reader.load_record(&found.message, &found.rejected);
        let record = scan.holds.hold_during(record).await;
        let (ordering_group, rank) = if scan.queue.queue.kind() == QueueKind::Fifo {
            // A FIFO quarantine returns the messages of a group in their order.
            (Some(found.message.system_attribute("MessageGroupId").unwrap_or_default().to_owned()), None)
        } else {
            // From the original record: another tenant id does not change its position.
            let record = record.as_deref().ok();
            record.and_then(|record| ReplayableRecord::parse(record).ok()?.ordering_group()).unzip()
        };
        let mut position = SendPosition { ordering_group, rank, destination: String::new() };
        let planned = match record {
            Ok(record) => self.plan_transfer(scan, &found, record, &mut position).await,
            Err(why) => Err(why),
        };
        TransferCandidate { message: found.message, position, planned }
    }

    /// Leaves the records for `--to` if they are of several sources, so that no queue receives records of a source that
    /// the operator did not expect.
    fn check_batch(&mut self, candidates: &mut [TransferCandidate<PlannedReplay>]) {
        if self.is_single_source {
            return;
        }
        let mut elsewhere = Vec::new();
        for candidate in candidates {
            if let Ok(TransferPlan { note: PlannedReplay { elsewhere: Some(source), .. }, .. }) =
                &candidate.planned
            {
                self.sources.insert(source.clone());
                elsewhere.push(candidate);
            }
        }
        if self.sources.len() > 1 {
            for candidate in elsewhere {
                let why = "the records for --to are of several sources, and it is not their source queue: select one \
                           source with --source";
                candidate.planned = Err(why.to_owned());
            }
        }
    }

    fn add_ready(&mut self, item: &TransferItem<PlannedReplay>, is_dry_run: bool) {
        let note = &item.plan.note;
        if is_dry_run {
            self.report.planned.push(note.clone());
        } else if !note.left_out.is_empty() {
            self.report.unmarked.push(note.message_id.clone());
        }
    }

    fn add_result(&mut self, message: HeldMessage, note: Option<PlannedReplay>, result: TransferOutcome) {
        let may_be_sent = match result {
            TransferOutcome::Done => {
                if message.receive_count() > 1 {
                    self.report.possible_repeats.push(message.id.clone());
                }
                true
            }
            TransferOutcome::Left(left) => {
                self.report.left.push(LeftMessage::new(&message, &left));
                left.may_repeat()
            }
        };
        if let Some(original_tenant) = note.and_then(|note| note.original_tenant).filter(|_| may_be_sent) {
            self.report.changed.push(ChangedTenant { message_id: message.id, original_tenant });
        }
    }
}

impl ReplayCommand {
    async fn plan_transfer(
        &self,
        scan: &QueueScan<'_, QuarantineContext>,
        FoundRecord { message, rejected, tenant }: &FoundRecord,
        record: String,
        position: &mut SendPosition,
    ) -> Result<TransferPlan<PlannedReplay>, String> {
        let source = rejected.source_arn.as_deref();
        let origin =
            MessageOrigin { message_id: &message.id, source, sender: message.system_attribute("SenderId") };
        let plan = ReplayPlan::new(&record, origin, &self.options)?;
        plan.destination().clone_into(&mut position.destination);
        let note = PlannedReplay {
            message_id: message.id.clone(),
            reason: rejected.reason.clone(),
            tenant: tenant.clone(),
            action: plan.describe(),
            original_tenant: plan.original_tenant.clone(),
            left_out: plan.left_out().to_vec(),
            elsewhere: plan.is_elsewhere.then(|| source.unwrap_or_default().to_owned()),
        };
        let saved = plan.original_tenant.map(|_| record);
        let target = match plan.route {
            ReplayRoute::Queue(destination, message) => {
                TransferTarget::Queue(scan.queue.open_target(&destination).await?, *message)
            }
            ReplayRoute::Router(event, expected) => TransferTarget::Router(event, expected),
        };
        Ok(TransferPlan { target, stored: rejected.stored.clone(), saved, note })
    }
}

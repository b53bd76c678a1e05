//! What every quarantine command needs: the open queue and the filter; and how messages are read.

use tenancy::Rules;

use super::filter::RecordFilter;
use super::rejection::RejectionDetails;
use super::tenant;
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::session::AwsSession;
use crate::transfer::{
    HOLD_SECONDS, HeldMessage, MessageReader, QueueContext, QueueScan, hold_seconds_parser, load_rules,
    now_millis, stored,
};

/// The options that name the quarantine queue.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct QueueArgs {
    /// The quarantine queue: its URL, ARN or name.
    #[arg(long, value_name = "URL|ARN|NAME")]
    queue: String,
    /// The visibility timeout of received messages, in seconds (3 to 3600). It is extended while tenantctl runs and
    /// ended when tenantctl ends. If tenantctl is killed, other consumers see the messages after this time.
    #[arg(long, value_name = "N", default_value_t = HOLD_SECONDS, value_parser = hold_seconds_parser())]
    hold_seconds: u16,
}

/// An open quarantine queue, and which of its records are selected.
pub(crate) struct QuarantineContext {
    pub(crate) queue: QueueContext,
    pub(crate) rules: Option<Rules>,
    filter: RecordFilter,
    hold_seconds: u16,
}

/// A rejected record that matches the filter.
pub(crate) struct FoundRecord {
    pub(crate) message: HeldMessage,
    pub(crate) rejected: RejectionDetails,
    pub(crate) tenant: Option<String>,
}

impl QuarantineContext {
    pub(crate) async fn open(
        args: &QueueArgs,
        filter: RecordFilter,
        session: &AwsSession,
        format: OutputFormat,
    ) -> Result<Self, CommandError> {
        let rules = filter.config.as_deref().map(load_rules).transpose()?;
        let queue = QueueContext::open(&args.queue, session, format).await?;
        Ok(Self { queue, rules, filter, hold_seconds: args.hold_seconds })
    }

    /// Starts a scan of the messages that are in the quarantine now. Later ones are left: a record that was replayed and
    /// rejected again is among them, and would be replayed forever.
    pub(crate) fn scan(&self) -> QueueScan<'_, Self> {
        QueueScan::new(&self.queue, self, self.hold_seconds, now_millis())
    }

    /// Loads the record, byte for byte.
    ///
    /// # Errors
    /// Why the record cannot be read.
    pub(crate) async fn load_record(
        &self,
        message: &HeldMessage,
        rejected: &RejectionDetails,
    ) -> Result<String, String> {
        match &rejected.stored {
            None => Ok(message.body.clone()),
            Some(pointer) => Box::pin(stored::fetch(&self.queue.s3, pointer)).await,
        }
    }
}

impl MessageReader for QuarantineContext {
    type Found = FoundRecord;

    /// Reads the message as a rejected record.
    async fn read(&self, message: HeldMessage) -> Result<Option<FoundRecord>, String> {
        let rejected = RejectionDetails::parse(&message)?;
        let mut tenant = tenant::find_tenant(&rejected, Some(&message.body), None);
        if tenant.is_none() && self.rules.is_some() {
            // If the object cannot be read, the record's tenant stays unknown.
            let record = self.load_record(&message, &rejected).await.ok();
            tenant = tenant::find_tenant(&rejected, record.as_deref(), self.rules.as_ref());
        }
        let matches = self.filter.matches(&message, &rejected, tenant.as_deref(), now_millis());
        Ok(matches.then_some(FoundRecord { message, rejected, tenant }))
    }

    fn record_bytes(FoundRecord { message, rejected, .. }: &FoundRecord) -> usize {
        let stored = rejected.stored.as_ref();
        let stored = stored.map_or(0, |stored| usize::try_from(stored.bytes).unwrap_or(usize::MAX));
        message.body.len().saturating_add(stored)
    }
}

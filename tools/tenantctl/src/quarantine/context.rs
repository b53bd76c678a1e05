//! What every quarantine command needs: the open queue, the filter, the AWS clients, and how messages are read.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tenancy::Rules;

use super::clients::AwsClients;
use super::filter::RecordFilter;
use super::holds::HOLD_SECONDS;
use super::message::{HeldMessage, RejectionDetails};
use super::progress::ProgressLine;
use super::queue::{QueueAttributes, QueueClient};
use super::stop::StopSignal;
use super::{stored, tenant};
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::session::AwsSession;

/// The options that name the quarantine queue.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct QueueArgs {
    /// The quarantine queue: its URL, ARN or name.
    #[arg(long, value_name = "URL|ARN|NAME")]
    pub(crate) queue: String,
    /// The visibility timeout of received messages, in seconds (3 to 3600). It is extended while tenantctl runs and
    /// ended when tenantctl ends. If tenantctl is killed, other consumers see the messages after this time.
    #[arg(long, value_name = "N", default_value_t = HOLD_SECONDS, value_parser = hold_seconds_parser())]
    pub(crate) hold_seconds: u16,
}

/// Parses `--hold-seconds`. A shorter timeout could end during a request; a longer one would delay other consumers too
/// much after tenantctl was killed.
pub(crate) fn hold_seconds_parser() -> clap::builder::RangedI64ValueParser<u16> {
    clap::value_parser!(u16).range(3..=3600)
}

/// An open quarantine queue, with everything that a command needs to read it.
pub(crate) struct QuarantineContext {
    pub(crate) clients: AwsClients,
    pub(crate) queue: QueueClient,
    /// The queue's attributes before the first message was received.
    pub(crate) attributes: QueueAttributes,
    pub(crate) filter: RecordFilter,
    pub(crate) stop: StopSignal,
    pub(crate) progress: ProgressLine,
    rules: Option<Rules>,
    s3: aws_sdk_s3::Client,
}

/// A rejected record that matches the filter.
pub(crate) struct FoundRecord {
    pub(crate) message: HeldMessage,
    pub(crate) rejected: RejectionDetails,
    pub(crate) tenant: Option<String>,
}

impl FoundRecord {
    /// Returns about how many bytes of memory the record takes once it is loaded.
    pub(crate) fn record_bytes(&self) -> usize {
        let stored = self.rejected.stored.as_ref();
        let stored = stored.map_or(0, |stored| usize::try_from(stored.bytes).unwrap_or(usize::MAX));
        self.message.body.len().saturating_add(stored)
    }
}

impl QuarantineContext {
    pub(crate) async fn open(
        queue: &str,
        filter: RecordFilter,
        session: &AwsSession,
        format: OutputFormat,
    ) -> Result<Self, CommandError> {
        let rules = filter.config.as_deref().map(load_rules).transpose()?;
        let clients = AwsClients::load(session).await;
        let queue = QueueClient::open(&clients, queue).await?;
        let attributes = queue.fetch_attributes().await?;
        let s3 = clients.s3(queue.region())?;
        let (stop, progress) = (StopSignal::listen(), ProgressLine::new(format));
        Ok(Self { clients, queue, attributes, filter, stop, progress, rules, s3 })
    }

    pub(crate) const fn rules(&self) -> Option<&Rules> {
        self.rules.as_ref()
    }

    pub(crate) const fn s3(&self) -> &aws_sdk_s3::Client {
        &self.s3
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
            Some(pointer) => Box::pin(stored::fetch(&self.s3, pointer)).await,
        }
    }

    /// Reads the message as a rejected record; `None` if it does not match the filter.
    ///
    /// # Errors
    /// Why it is not a rejected record.
    pub(crate) async fn read_message(&self, message: HeldMessage) -> Result<Option<FoundRecord>, String> {
        let rejected = RejectionDetails::parse(&message)?;
        let mut tenant = tenant::find_tenant(&rejected, Some(&message.body), None);
        if tenant.is_none() && self.rules.is_some() {
            // If the object cannot be read, the record's tenant stays unknown.
            let record = self.load_record(&message, &rejected).await.ok();
            tenant = tenant::find_tenant(&rejected, record.as_deref(), self.rules());
        }
        let matches = self.filter.matches(&message, &rejected, tenant.as_deref(), now_millis());
        Ok(matches.then_some(FoundRecord { message, rejected, tenant }))
    }
}

/// Returns the current time in milliseconds since 1970.
pub(crate) fn now_millis() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Loads the tenant id rules from a router's configuration file. The file holds the configuration itself, or an object
/// with it under the name of the router's environment variable.
pub(crate) fn load_rules(file: &Path) -> Result<Rules, CommandError> {
    let place = file.display().to_string();
    let text = std::fs::read_to_string(file)
        .map_err(|error| CommandError::unusable(&place, error.to_string(), "name a file that can be read"))?;
    let outer: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let text = match &outer[router::VARIABLE] {
        serde_json::Value::Null => text,
        serde_json::Value::String(inner) => inner.clone(),
        inner => inner.to_string(),
    };
    match router::Config::parse_any(&text) {
        Ok(config) => Ok(config.rules),
        Err(error) => {
            let problem = format!("the configuration is invalid: {}: {}", error.field, error.problem);
            Err(CommandError::usage(place, problem, error.remedy))
        }
    }
}

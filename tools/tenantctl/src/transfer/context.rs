//! What every command needs to read a queue: the open queue and the AWS clients.

use std::cell::RefCell;
use std::collections::HashMap;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use tenancy::Rules;

use super::clients::AwsClients;
use super::progress::ProgressLine;
use super::queue::{QueueAttributes, QueueClient};
use super::stop::StopSignal;
use crate::error::CommandError;
use crate::report::OutputFormat;
use crate::session::AwsSession;

/// An open queue, with everything that a command needs to read it.
pub(crate) struct QueueContext {
    pub(crate) clients: AwsClients,
    pub(crate) queue: QueueClient,
    /// The queue's attributes before the first message was received.
    pub(crate) attributes: QueueAttributes,
    pub(crate) s3: aws_sdk_s3::Client,
    pub(crate) stop: StopSignal,
    pub(crate) progress: ProgressLine,
    /// The queues that receive messages, or why they cannot be opened.
    targets: RefCell<HashMap<String, Result<QueueClient, String>>>,
}

impl QueueContext {
    pub(crate) async fn open(
        queue: &str,
        session: &AwsSession,
        format: OutputFormat,
    ) -> Result<Self, CommandError> {
        let clients = AwsClients::load(session).await;
        let queue = QueueClient::open(&clients, queue).await?;
        let attributes = queue.fetch_attributes().await?;
        let s3 = clients.s3(queue.region())?;
        let (stop, progress) = (StopSignal::listen(), ProgressLine::new(format));
        Ok(Self { clients, queue, attributes, s3, stop, progress, targets: RefCell::default() })
    }

    /// Returns the queue with this URL or ARN, and opens it once.
    pub(crate) async fn open_target(&self, queue: &str) -> Result<QueueClient, String> {
        if let Some(known) = self.targets.borrow().get(queue) {
            return known.clone();
        }
        let opened = QueueClient::open(&self.clients, queue).await.map_err(|failure| failure.to_string());
        self.targets.borrow_mut().insert(queue.to_owned(), opened.clone());
        opened
    }

    /// Checks that `--to` is not this queue, which is a `kind` such as a dead-letter queue.
    pub(crate) fn check_to(&self, to: Option<&str>, kind: &str) -> Result<(), CommandError> {
        if to != Some(self.queue.url()) {
            return Ok(());
        }
        Err(CommandError::usage("--to", format!("it is the {kind} itself"), "name the source's queue"))
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

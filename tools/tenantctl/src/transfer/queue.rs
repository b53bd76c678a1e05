//! Requests to one SQS queue: receive, change the visibility, delete, send. Decisions are made elsewhere.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, MessageSystemAttributeName,
    QueueAttributeName,
};
use futures_util::{StreamExt, stream};
use routing::sqs::{MAX_ENTRIES, MAX_MESSAGE_BYTES};

use super::clients::{self, ArnParts, AwsClients};
use super::conversion;
use super::message::HeldMessage;
use super::outgoing::{OutgoingMessage, QueueKind};
use super::state::{AcknowledgedMessage, DeleteOutcome, SendOutcome};
use crate::error::CommandError;

/// How many visibility requests run at the same time.
const VISIBILITY_REQUESTS: usize = 16;

/// An existing queue, with the clients for its region.
#[derive(Clone)]
pub(crate) struct QueueClient {
    client: Client,
    client_without_retries: Client,
    url: String,
    region: Option<String>,
    kind: QueueKind,
}

/// The attributes of a queue that the commands use.
#[derive(Clone, Debug, Default)]
pub(crate) struct QueueAttributes {
    /// The approximate number of messages that can be received now.
    pub(crate) visible: u64,
    /// The approximate number of messages that a consumer has received and not deleted.
    pub(crate) in_flight: u64,
    /// The number of receives after which a message moves to a dead-letter queue; `None` without a redrive policy.
    pub(crate) max_receives: Option<u64>,
}

impl QueueClient {
    /// Opens the queue with this URL, ARN or name.
    ///
    /// # Errors
    /// The queue does not exist or cannot be used, or its region is unknown.
    pub(crate) async fn open(clients: &AwsClients, queue: &str) -> Result<Self, CommandError> {
        if queue.starts_with("https://") || queue.starts_with("http://") {
            return Self::with_url(clients, queue.to_owned(), region_of_url(queue));
        }
        let arn = ArnParts::parse(queue);
        let (region, name) = (arn.map(|arn| arn.region), arn.map_or(queue, |arn| arn.resource));
        let client = clients.sqs(region)?;
        let request = client.get_queue_url().queue_name(name);
        let request = request.set_queue_owner_aws_account_id(arn.map(|arn| arn.account.to_owned()));
        let found = request
            .send()
            .await
            .map_err(|error| clients::to_command_error(queue, "sqs:GetQueueUrl", &error))?;
        let url = found.queue_url().ok_or_else(|| {
            CommandError::unusable(queue, "sqs:GetQueueUrl returned no URL", "give the queue's URL")
        })?;
        Self::with_url(clients, url.to_owned(), region)
    }

    fn with_url(clients: &AwsClients, url: String, region: Option<&str>) -> Result<Self, CommandError> {
        let kind = QueueKind::from_name(&url);
        let (client, client_without_retries) = (clients.sqs(region)?, clients.sqs_without_retries(region)?);
        Ok(Self { client, client_without_retries, url, region: region.map(str::to_owned), kind })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the queue's region, if its URL or ARN contains it.
    pub(crate) fn region(&self) -> Option<&str> {
        self.region.as_deref()
    }

    pub(crate) const fn kind(&self) -> QueueKind {
        self.kind
    }

    /// Fetches the queue's attributes.
    pub(crate) async fn fetch_attributes(&self) -> Result<QueueAttributes, CommandError> {
        let request = self.client.get_queue_attributes().queue_url(&self.url);
        let response = request
            .attribute_names(QueueAttributeName::All)
            .send()
            .await
            .map_err(|error| clients::to_command_error(&self.url, "sqs:GetQueueAttributes", &error))?;
        let text = |name: QueueAttributeName| response.attributes().and_then(|all| all.get(&name)).cloned();
        let number = |name| text(name).and_then(|text| text.parse().ok()).unwrap_or(0);
        let policy = text(QueueAttributeName::RedrivePolicy).unwrap_or_default();
        let policy: serde_json::Value = serde_json::from_str(&policy).unwrap_or_default();
        let max = &policy["maxReceiveCount"];
        Ok(QueueAttributes {
            visible: number(QueueAttributeName::ApproximateNumberOfMessages),
            in_flight: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
            max_receives: max.as_u64().or_else(|| max.as_str()?.parse().ok()),
        })
    }

    /// Lists the URLs of the queues whose dead-letter queue this is.
    pub(crate) async fn list_source_queues(&self) -> Result<Vec<String>, CommandError> {
        let request = self.client.list_dead_letter_source_queues().queue_url(&self.url);
        let response = request.send().await.map_err(|error| {
            clients::to_command_error(&self.url, "sqs:ListDeadLetterSourceQueues", &error)
        })?;
        Ok(response.queue_urls().to_vec())
    }

    /// Receives at most ten messages, which stay hidden from other consumers for `hold_seconds`. None: the queue
    /// returned no message.
    pub(crate) async fn receive(&self, hold_seconds: i32) -> Result<Vec<HeldMessage>, CommandError> {
        let request = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(10)
            .visibility_timeout(hold_seconds)
            // With long polling, SQS queries all of its servers instead of some [Amazon SQS developer guide, "Amazon
            // SQS short and long polling"].
            .wait_time_seconds(1)
            .message_attribute_names("All")
            .message_system_attribute_names(MessageSystemAttributeName::All);
        let response = request
            .send()
            .await
            .map_err(|error| clients::to_command_error(&self.url, "sqs:ReceiveMessage", &error))?;
        Ok(response
            .messages
            .unwrap_or_default()
            .into_iter()
            .filter_map(conversion::to_held_message)
            .collect())
    }

    /// Hides messages for this many seconds from now on; 0 makes them visible. Returns for each whether that worked.
    pub(crate) async fn change_visibility(&self, receipt_handles: &[String], seconds: i32) -> Vec<bool> {
        // In parallel: for many messages, one request after the other would take longer than the visibility timeout.
        let requests = stream::iter(receipt_handles.chunks(MAX_ENTRIES))
            .map(|receipt_handles| self.change_visibility_batch(receipt_handles, seconds));
        requests.buffered(VISIBILITY_REQUESTS).concat().await
    }

    async fn change_visibility_batch(&self, receipt_handles: &[String], seconds: i32) -> Vec<bool> {
        let mut done = vec![false; receipt_handles.len()];
        let entries = receipt_handles.iter().enumerate().map(|(index, receipt_handle)| {
            let entry = ChangeMessageVisibilityBatchRequestEntry::builder().id(index.to_string());
            entry.receipt_handle(receipt_handle).visibility_timeout(seconds).build()
        });
        let entries: Result<Vec<_>, _> = entries.collect();
        let request = self.client.change_message_visibility_batch().queue_url(&self.url);
        // An error needs no handling: the message becomes visible when its timeout ends.
        if let Ok(response) = request.set_entries(entries.ok()).send().await {
            for index in response
                .successful()
                .iter()
                .filter_map(|entry| entry_index(entry.id(), receipt_handles.len()))
            {
                done[index] = true;
            }
        }
        done
    }

    /// Deletes acknowledged messages, at most ten.
    pub(crate) async fn delete(&self, acknowledged: &[AcknowledgedMessage]) -> Vec<DeleteOutcome> {
        let unknown = || DeleteOutcome::Failed("the queue's response did not name it".to_owned());
        if acknowledged.is_empty() {
            return Vec::new();
        }
        let entries = acknowledged.iter().enumerate().map(|(index, acknowledged)| {
            let entry = DeleteMessageBatchRequestEntry::builder().id(index.to_string());
            entry.receipt_handle(acknowledged.receipt_handle()).build()
        });
        let entries: Result<Vec<_>, _> = entries.collect();
        let request = self.client.delete_message_batch().queue_url(&self.url).set_entries(entries.ok());
        let mut outcomes: Vec<_> = acknowledged.iter().map(|_| unknown()).collect();
        match request.send().await {
            Ok(response) => {
                let index_of = |id: &str| entry_index(id, acknowledged.len());
                for index in response.successful().iter().filter_map(|entry| index_of(entry.id())) {
                    outcomes[index] = DeleteOutcome::Deleted;
                }
                for entry in response.failed() {
                    if let Some(index) = index_of(entry.id()) {
                        outcomes[index] = DeleteOutcome::Failed(entry.code().to_owned());
                    }
                }
            }
            Err(error) => outcomes.fill(DeleteOutcome::Failed(clients::describe_error(&error))),
        }
        outcomes
    }

    /// Sends messages in their order, at most ten.
    pub(crate) async fn send(&self, messages: &[OutgoingMessage]) -> Vec<SendOutcome> {
        let mut outcomes = Vec::with_capacity(messages.len());
        let mut rest = messages;
        while !rest.is_empty() {
            let mut bytes = 0;
            let fit = rest.iter().take_while(|message| {
                bytes += message.len();
                bytes <= MAX_MESSAGE_BYTES
            });
            // A message that is too large for any request is sent alone, so that SQS reports the error.
            let (batch, later) = rest.split_at(fit.count().max(1));
            outcomes.extend(self.send_batch(batch).await);
            rest = later;
        }
        outcomes
    }

    async fn send_batch(&self, messages: &[OutgoingMessage]) -> Vec<SendOutcome> {
        let mut outcomes =
            vec![SendOutcome::Unknown("the queue's response did not name it".to_owned()); messages.len()];
        let entries =
            messages.iter().enumerate().map(|(index, message)| conversion::to_send_entry(index, message));
        let entries = match entries.collect::<Result<Vec<_>, _>>() {
            Ok(entries) => entries,
            Err(error) => {
                outcomes.fill(SendOutcome::Refused(error.to_string()));
                return outcomes;
            }
        };
        let request =
            self.client_without_retries.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        match request.send().await {
            Ok(response) => {
                let index_of = |id: &str| entry_index(id, messages.len());
                for index in response.successful().iter().filter_map(|entry| index_of(entry.id())) {
                    outcomes[index] = SendOutcome::Accepted;
                }
                for entry in response.failed() {
                    if let Some(index) = index_of(entry.id()) {
                        let message = entry.message().map(|text| format!(" ({text})")).unwrap_or_default();
                        let why = format!("{}{message}", entry.code());
                        // A fault of the service may occur after SQS stored the message.
                        outcomes[index] = if entry.sender_fault() {
                            SendOutcome::Refused(why)
                        } else {
                            SendOutcome::Unknown(why)
                        };
                    }
                }
            }
            Err(error) => outcomes.fill(clients::classify_send_error(&error)),
        }
        outcomes
    }
}

/// Parses the id of an entry, which is its index in the request.
fn entry_index(id: &str, entries: usize) -> Option<usize> {
    id.parse().ok().filter(|index| *index < entries)
}

/// Returns the region in `https://sqs.<region>.amazonaws.com/…`.
fn region_of_url(url: &str) -> Option<&str> {
    let (_, host) = url.split_once("://")?;
    let (region, rest) = host.strip_prefix("sqs.")?.split_once('.')?;
    rest.starts_with("amazonaws.com").then_some(region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn region_is_read_from_aws_queue_urls_only() {
        let region = |url| region_of_url(url).map(str::to_owned);
        assert_eq!(
            region("https://sqs.eu-west-1.amazonaws.com/111122223333/q").as_deref(),
            Some("eu-west-1")
        );
        assert_eq!(region("https://sqs.cn-north-1.amazonaws.com.cn/1/q").as_deref(), Some("cn-north-1"));
        for url in
            ["http://127.0.0.1:4566/1/q", "https://sqs.example.com/1/q", "https://queue.amazonaws.com/1/q"]
        {
            assert_eq!(region(url), None, "{url}");
        }
    }
}

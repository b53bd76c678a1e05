//! The quarantine's and the bridge's queues: are they there, of the right kind, and do they take what the router sends?
//! Sending cannot be tried without sending.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{LiveCheck, CheckResult};

/// The largest message that a queue takes where nothing else is said, in bytes [Amazon SQS API reference,
/// `SetQueueAttributes`, `MaximumMessageSize`].
const MAX_MESSAGE_BYTES: u64 = 1024 * 1024;

pub(super) async fn quarantine(aws: &SdkConfig, url: &str, configured: Option<u64>) -> LiveCheck {
    let finding = match attributes(aws, url).await {
        Ok(queue) if queue.takes_less_than(configured) => queue.too_small("on_reject", configured),
        Ok(queue) => CheckResult::ok(format!(
            "{} queue, messages of up to {} bytes, {} waiting",
            queue.kind, queue.max_message_bytes, queue.waiting
        )),
        Err(finding) => finding,
    };
    LiveCheck::of("on_reject.quarantine exists", url, finding)
}

pub(super) async fn bridge(aws: &SdkConfig, url: &str, configured: Option<u64>) -> LiveCheck {
    let finding = match attributes(aws, url).await {
        Ok(queue) if queue.kind != "FIFO" => {
            CheckResult::failed("it is no FIFO queue, and keeps no order", "name a FIFO queue")
        }
        Ok(queue) if queue.takes_less_than(configured) => queue.too_small("bridge", configured),
        Ok(CheckedQueue { max_message_bytes, waiting, .. }) => {
            CheckResult::ok(format!("FIFO queue, messages of up to {max_message_bytes} bytes, {waiting} waiting"))
        }
        Err(finding) => finding,
    };
    LiveCheck::of("bridge.fifo_queue is FIFO", url, finding)
}

/// What matters of a queue.
struct CheckedQueue {
    kind: &'static str,
    max_message_bytes: u64,
    waiting: String,
}

impl CheckedQueue {
    fn takes_less_than(&self, configured: Option<u64>) -> bool {
        self.max_message_bytes < configured.unwrap_or(MAX_MESSAGE_BYTES)
    }

    fn too_small(&self, field: &str, configured: Option<u64>) -> CheckResult {
        let (takes, counted_on) = (self.max_message_bytes, configured.unwrap_or(MAX_MESSAGE_BYTES));
        CheckResult::failed(
            format!("it takes messages of {takes} bytes, and the router counts on {counted_on}"),
            format!("set {field}.max_message_bytes to {takes}, or raise the queue's"),
        )
    }
}

async fn attributes(aws: &SdkConfig, url: &str) -> Result<CheckedQueue, CheckResult> {
    let asked =
        Client::new(aws).get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let answer = asked.send().await.map_err(|error| match CheckError::of(&error) {
        CheckError::NotFound => CheckResult::failed("there is no such queue", "create it, or correct the URL"),
        CheckError::Denied => CheckResult::not_tried(
            "this identity may not read its attributes, and the router need not: it only sends",
        ),
        other => CheckResult::not_tried(other.describe()),
    })?;
    let read = |name: &QueueAttributeName| answer.attributes().and_then(|all| all.get(name));
    let bytes = read(&QueueAttributeName::MaximumMessageSize).and_then(|bytes| bytes.parse().ok());
    let waiting = read(&QueueAttributeName::ApproximateNumberOfMessages);
    Ok(CheckedQueue {
        kind: if read(&QueueAttributeName::FifoQueue).is_some_and(|fifo| fifo == "true") {
            "FIFO"
        } else {
            "standard"
        },
        max_message_bytes: bytes.unwrap_or(MAX_MESSAGE_BYTES),
        waiting: waiting.map_or("unknown", String::as_str).to_owned(),
    })
}

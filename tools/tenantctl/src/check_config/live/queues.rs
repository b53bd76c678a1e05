//! Checks the quarantine's and the bridge's queues: they exist, have the right type, and take messages as large as the
//! router sends. The permission to send cannot be checked without sending a message.

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName;
use aws_types::SdkConfig;
use routing::sqs::MAX_MESSAGE_BYTES;

use super::aws_error::CheckError;
use super::{CheckResult, LiveCheck};

pub(super) async fn check_quarantine(aws: &SdkConfig, url: &str, configured: usize) -> LiveCheck {
    let result = match read_attributes(aws, url).await {
        Ok(queue) if queue.is_smaller_than(configured) => queue.too_small("on_reject", configured),
        Ok(queue) => CheckResult::ok(format!(
            "{} queue, messages of up to {} bytes, {} waiting",
            queue.queue_type, queue.max_message_bytes, queue.waiting
        )),
        Err(result) => result,
    };
    LiveCheck::of("on_reject.quarantine exists", url, result)
}

pub(super) async fn check_bridge(aws: &SdkConfig, url: &str, configured: usize) -> LiveCheck {
    let result = match read_attributes(aws, url).await {
        Ok(queue) if queue.queue_type != "FIFO" => {
            CheckResult::failed("it is not a FIFO queue and keeps no order", "name a FIFO queue")
        }
        Ok(queue) if queue.is_smaller_than(configured) => queue.too_small("bridge", configured),
        Ok(CheckedQueue { max_message_bytes, waiting, .. }) => CheckResult::ok(format!(
            "FIFO queue, messages of up to {max_message_bytes} bytes, {waiting} waiting"
        )),
        Err(result) => result,
    };
    LiveCheck::of("bridge.fifo_queue is FIFO", url, result)
}

/// The attributes of a queue that the checks use.
struct CheckedQueue {
    queue_type: &'static str,
    max_message_bytes: usize,
    waiting: String,
}

impl CheckedQueue {
    fn is_smaller_than(&self, configured: usize) -> bool {
        self.max_message_bytes < configured
    }

    fn too_small(&self, field: &str, configured: usize) -> CheckResult {
        let actual = self.max_message_bytes;
        CheckResult::failed(
            format!("its largest message is {actual} bytes, and the router expects {configured}"),
            format!("set {field}.max_message_bytes to {actual}, or raise the queue's maximum message size"),
        )
    }
}

async fn read_attributes(aws: &SdkConfig, url: &str) -> Result<CheckedQueue, CheckResult> {
    let request =
        Client::new(aws).get_queue_attributes().queue_url(url).attribute_names(QueueAttributeName::All);
    let response = request.send().await.map_err(|error| match CheckError::of(&error) {
        CheckError::NotFound => CheckResult::failed("there is no such queue", "create it, or correct the URL"),
        CheckError::Denied => CheckResult::not_tried(
            "this identity has no permission to read its attributes, and the router needs none: it only sends",
        ),
        other => CheckResult::not_tried(other.describe()),
    })?;
    let read = |name: &QueueAttributeName| response.attributes().and_then(|all| all.get(name));
    let bytes = read(&QueueAttributeName::MaximumMessageSize).and_then(|bytes| bytes.parse().ok());
    let waiting = read(&QueueAttributeName::ApproximateNumberOfMessages);
    Ok(CheckedQueue {
        queue_type: if read(&QueueAttributeName::FifoQueue).is_some_and(|fifo| fifo == "true") {
            "FIFO"
        } else {
            "standard"
        },
        max_message_bytes: bytes.unwrap_or(MAX_MESSAGE_BYTES),
        waiting: waiting.map_or("unknown", String::as_str).to_owned(),
    })
}

//! The JSON protocol of SQS [Amazon SQS API reference].

use std::collections::BTreeMap;
use std::time::Duration;

use aws_model::sqs::{MAX_ENTRIES, NewMessage, QueueType, batch_refusal};
use serde_json::{Value, json};

use super::store::{QueueMessage, Queues};
use super::{SqsRequest, queue_arn};
use crate::server::{Head, Reply};

const JSON: &str = "application/x-amz-json-1.0";

type Answer = Result<Value, &'static str>;

/// Returns the response to one request. `refused` holds the positions of the batch entries that fail, and their error code.
pub(super) fn answer(request: &SqsRequest, refused: Option<(&[usize], &str)>, queues: &mut Queues) -> Reply {
    let (name, body) = (request.queue.as_str(), &request.body);
    let answer = match request.action.as_str() {
        "GetQueueUrl" => get_queue_url(body, queues),
        "GetQueueAttributes" => attributes(name, queues),
        "ListDeadLetterSourceQueues" => Ok(json!({ "queueUrls": queues.sources_of(name) })),
        "ReceiveMessage" => receive(name, body, queues),
        "SendMessage" => send(name, body, queues),
        "DeleteMessage" => {
            queues.delete(name, text(body, "ReceiptHandle").unwrap_or_default()).map(|()| json!({}))
        }
        "ChangeMessageVisibility" => hide(name, body, queues),
        "SendMessageBatch" => batch(body, refused, |entry| send(name, entry, queues)),
        "DeleteMessageBatch" => batch(body, refused, |entry| {
            queues.delete(name, text(entry, "ReceiptHandle").unwrap_or_default()).map(|()| json!({}))
        }),
        "ChangeMessageVisibilityBatch" => batch(body, refused, |entry| hide(name, entry, queues)),
        _ => Err("UnsupportedOperation"),
    };
    match answer {
        Ok(value) => Reply::Whole(Head::new(200).with("content-type", JSON), value.to_string().into_bytes()),
        Err(code) => error(400, code),
    }
}

/// Returns the error response with this code.
pub(super) fn error(status: u16, code: &str) -> Reply {
    // Some clients read these codes as the older query protocol spells them.
    let query = match code {
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "KmsAccessDenied" => "KMS.AccessDeniedException",
        "KmsDisabled" => "KMS.DisabledException",
        "KmsThrottled" => "KMS.ThrottlingException",
        other => other,
    };
    let head =
        Head::new(status).with("content-type", JSON).with("x-amzn-query-error", format!("{query};Sender"));
    let body = json!({ "__type": format!("com.amazonaws.sqs#{code}"), "message": "scripted" });
    Reply::Whole(head, body.to_string().into_bytes())
}

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value[field].as_str()
}

fn get_queue_url(body: &Value, queues: &Queues) -> Answer {
    let name = text(body, "QueueName").unwrap_or_default();
    queues.queue(name)?;
    Ok(json!({ "QueueUrl": queues.url(name) }))
}

fn attributes(name: &str, queues: &Queues) -> Answer {
    let settings = &queues.queue(name)?.settings;
    let (held, hidden) = (queues.held(name).len(), queues.in_flight(name));
    let mut attributes = json!({
        "QueueArn": queue_arn(name),
        "ApproximateNumberOfMessages": (held - hidden).to_string(),
        "ApproximateNumberOfMessagesNotVisible": hidden.to_string(),
        "ApproximateNumberOfMessagesDelayed": "0",
        "MaximumMessageSize": settings.max_message_bytes.to_string(),
    });
    if QueueType::of(name) == QueueType::Fifo {
        attributes["FifoQueue"] = json!("true");
    }
    if let Some((arn, count)) = &settings.redrive {
        let policy = json!({ "deadLetterTargetArn": arn, "maxReceiveCount": count });
        attributes["RedrivePolicy"] = json!(policy.to_string());
    }
    Ok(json!({ "Attributes": attributes }))
}

fn receive(name: &str, body: &Value, queues: &mut Queues) -> Answer {
    let most = body["MaxNumberOfMessages"].as_u64().unwrap_or(1);
    let most = usize::try_from(most).unwrap_or(MAX_ENTRIES).min(MAX_ENTRIES);
    let hidden = Duration::from_secs(body["VisibilityTimeout"].as_u64().unwrap_or(30));
    let messages = queues.receive(name, most, hidden)?;
    // The response of SQS has no list if there is no message.
    if messages.is_empty() {
        return Ok(json!({}));
    }
    Ok(json!({ "Messages": messages.iter().map(|message| received(name, message)).collect::<Vec<_>>() }))
}

fn received(queue: &str, message: &QueueMessage) -> Value {
    let sent = &message.message;
    let mut attributes = json!({
        "ApproximateReceiveCount": message.receives.to_string(),
        "SentTimestamp": message.sent_millis.to_string(),
        "SenderId": sent.sender.as_deref().unwrap_or("AROATESTBED:router"),
    });
    if QueueType::of(queue) == QueueType::Fifo {
        attributes["SequenceNumber"] = json!(format!("{:020}", message.sequence));
    }
    for (name, value) in [
        ("MessageGroupId", &sent.group),
        ("MessageDeduplicationId", &sent.deduplication),
        ("AWSTraceHeader", &sent.trace),
        ("DeadLetterQueueSourceArn", &sent.dead_letter_source),
    ] {
        if let Some(value) = value {
            attributes[name] = json!(value);
        }
    }
    json!({
        "MessageId": message.id,
        "ReceiptHandle": message.handle(),
        "Body": sent.body,
        "Attributes": attributes,
        "MessageAttributes": sent.attributes,
    })
}

fn send(name: &str, entry: &Value, queues: &mut Queues) -> Answer {
    let owned = |field: &str| text(entry, field).map(str::to_owned);
    let attributes = entry["MessageAttributes"].as_object().cloned().unwrap_or_default();
    let trace = entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"].as_str();
    let message = NewMessage {
        body: owned("MessageBody").unwrap_or_default(),
        attributes: attributes.into_iter().collect::<BTreeMap<_, _>>(),
        group: owned("MessageGroupId"),
        deduplication: owned("MessageDeduplicationId"),
        trace: trace.map(str::to_owned),
        dead_letter_source: None,
        sender: None,
    };
    Ok(json!({ "MessageId": queues.send(name, message)? }))
}

fn hide(name: &str, entry: &Value, queues: &mut Queues) -> Answer {
    let time = Duration::from_secs(entry["VisibilityTimeout"].as_u64().unwrap_or(0));
    queues.hide(name, text(entry, "ReceiptHandle").unwrap_or_default(), time).map(|()| json!({}))
}

/// Applies an action to each entry of a batch.
fn batch(body: &Value, refused: Option<(&[usize], &str)>, mut act: impl FnMut(&Value) -> Answer) -> Answer {
    let entries = body["Entries"].as_array().map_or(&[][..], Vec::as_slice);
    let ids: Vec<&str> = entries.iter().map(|entry| text(entry, "Id").unwrap_or_default()).collect();
    batch_refusal(&ids).map_or(Ok(()), Err)?;
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for (place, (entry, id)) in entries.iter().zip(ids).enumerate() {
        let outcome = match refused {
            Some((places, code)) if places.contains(&place) => Err(code),
            _ => act(entry),
        };
        match outcome {
            Ok(mut answer) => {
                answer["Id"] = json!(id);
                successful.push(answer);
            }
            Err("QueueDoesNotExist") => return Err("QueueDoesNotExist"),
            Err(code) => failed.push(json!({ "Id": id, "Code": code, "SenderFault": true })),
        }
    }
    Ok(json!({ "Successful": successful, "Failed": failed }))
}

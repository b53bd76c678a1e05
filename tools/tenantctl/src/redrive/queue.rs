//! Sends the messages of a dead-letter queue back to their source queue.

use base64_simd::STANDARD;
use serde_json::{Map, Value, json};
use tenancy::Rules;

use super::report::RedriveReport;
use super::{RedriveArgs, discarded};
use crate::error::CommandError;
use crate::report::{CommandOutput, OutputFormat};
use crate::session::AwsSession;
use crate::transfer::{
    AttributeValue, ExpectedResponse, FunctionIdentity, HeldMessage, MessageReader, OutgoingMessage,
    QueueClient, QueueContext, QueueKind, QueueScan, RouterFunction, SendPosition, SqsRecord,
    TransferCandidate, TransferCommand, TransferEngine, TransferItem, TransferOptions, TransferOutcome,
    TransferPlan, TransferTarget, function, load_rules,
};

pub(super) async fn run(
    args: RedriveArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let rules = args.config.as_deref().map(load_rules).transpose()?;
    let queue = QueueContext::open(&args.from, session, format).await?;
    let to = match &args.to {
        Some(to) => Some(QueueClient::open(&queue.clients, to).await?.url().to_owned()),
        None => find_only_source(&queue.queue).await,
    };
    queue.check_to(to.as_deref(), "dead-letter queue")?;
    let router =
        args.router.clone().map(|function| RouterFunction::new(&queue.clients, function)).transpose()?;
    let reader = DeadLetterReader { selected: args.tenant.clone().zip(rules) };
    // Messages that arrive during the redrive are redriven too.
    let scan = QueueScan::new(&queue, &reader, args.hold_seconds, u64::MAX);
    let options = TransferOptions { execute: args.execute, limit: args.limit, router, backup: None };
    let command = QueueRedrive { args, to, report: RedriveReport::default() };
    let ended = TransferEngine::new(scan, command, options).run().await?;
    let mut report = ended.command.report;
    report.summary = ended.summary;
    if let Some(failure) = ended.failure {
        report.add_left("and more", failure);
    }
    report.into_output(ended.is_complete)
}

/// Finds the URL of the source queue, if this dead-letter queue has only one. A message that names its source queue
/// goes there instead.
async fn find_only_source(queue: &QueueClient) -> Option<String> {
    // The permission to list them may be missing; then only messages that name their source queue are redriven.
    let sources = queue.list_source_queues().await.ok()?;
    match sources.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// Reads the messages of a dead-letter queue.
struct DeadLetterReader {
    /// The only tenant whose messages are selected, and the rules that find it.
    selected: Option<(String, Rules)>,
}

impl MessageReader for DeadLetterReader {
    type Found = HeldMessage;

    async fn read(&self, message: HeldMessage) -> Result<Option<HeldMessage>, String> {
        let is_selected = self.selected.as_ref().is_none_or(|(tenant, rules)| {
            let source = message.system_attribute("DeadLetterQueueSourceArn").unwrap_or_default();
            let admitted = rules.admit(&to_record(&message, source));
            admitted.is_ok_and(|admitted| admitted.tenant().as_str() == tenant)
        });
        Ok(is_selected.then_some(message))
    }

    fn record_bytes(found: &HeldMessage) -> usize {
        found.body.len()
    }
}

struct QueueRedrive {
    args: RedriveArgs,
    to: Option<String>,
    report: RedriveReport,
}

impl TransferCommand for QueueRedrive {
    type Reader = DeadLetterReader;
    type Note = ();
    const BATCH: Option<usize> = Some(200);

    async fn plan(
        &mut self,
        scan: &QueueScan<'_, DeadLetterReader>,
        message: HeldMessage,
    ) -> TransferCandidate<()> {
        let (position, planned) = match self.plan_message(scan.queue, &message).await {
            Ok((position, target)) => {
                (position, Ok(TransferPlan { target, stored: None, saved: None, note: () }))
            }
            Err(why) => (SendPosition::default(), Err(why)),
        };
        TransferCandidate { message, position, planned }
    }

    fn add_ready(&mut self, item: &TransferItem<()>, is_dry_run: bool) {
        if is_dry_run {
            self.report.add_planned(&item.message.id, describe_target(&item.plan.target));
        }
    }

    fn add_result(&mut self, message: HeldMessage, _: Option<()>, result: TransferOutcome) {
        if let TransferOutcome::Left(left) = result {
            self.report.add_left(&message.id, left.describe());
        }
    }
}

impl QueueRedrive {
    async fn plan_message(
        &self,
        queue: &QueueContext,
        message: &HeldMessage,
    ) -> Result<(SendPosition, TransferTarget), String> {
        if discarded::is_batch_notice(&message.body) {
            return Err(
                "it describes a stream's discarded batch and contains none of its records: configure an S3 \
                        destination, and redrive from there"
                    .to_owned(),
            );
        }
        let own = message.system_attribute("DeadLetterQueueSourceArn").map(str::to_owned);
        // A message that names its source queue goes back there, even if its body is an event.
        if let (Some(event), None, None) = (discarded::find_bus_event(&message.body), &own, &self.args.to) {
            let Some(router) = &self.args.router else {
                return Err(
                    "it is an event that EventBridge could not deliver: name its router with --router, or the queue \
                            in front of the router with --to"
                        .to_owned(),
                );
            };
            if !self.args.any_source {
                check_target(message, router)?;
            }
            let position = SendPosition { destination: "router".to_owned(), ..SendPosition::default() };
            return Ok((position, TransferTarget::Router(event.to_owned(), ExpectedResponse::Null)));
        }
        let destination = self.args.to.as_ref().and(self.to.clone()).or(own).or_else(|| self.to.clone());
        let destination = destination.ok_or("its source queue is unknown: name it with --to".to_owned())?;
        let message_group_id = message.system_attribute("MessageGroupId").map(str::to_owned);
        let record = SqsRecord {
            message_id: message.id.clone(),
            queue_arn: destination.clone(),
            body: message.body.clone(),
            attributes: message.attributes.clone(),
            message_group_id: message_group_id.clone(),
            trace_header: message.system_attribute("AWSTraceHeader").map(str::to_owned),
            sequence_number: None,
        };
        let kind = QueueKind::from_name(&destination);
        let outgoing = OutgoingMessage::new(record, kind, &message.id, Vec::new())?;
        // The dead-letter queue of a FIFO queue is a FIFO queue, and returns the messages of a group in order.
        let ordering_group = if kind == QueueKind::Fifo { message_group_id } else { None };
        let target = TransferTarget::Queue(queue.open_target(&destination).await?, outgoing);
        Ok((SendPosition { ordering_group, rank: None, destination }, target))
    }
}

/// Checks that the event was for this router. EventBridge names its target in an attribute; a failed function is named
/// in the body.
// [EventBridge user guide "Using dead-letter queues to process undelivered events in EventBridge"]
fn check_target(message: &HeldMessage, router: &str) -> Result<(), String> {
    let failed = discarded::function_arn(&message.body);
    let target = message.text_attribute("TARGET_ARN").or(failed.as_deref());
    function::check_function("meant for", target.and_then(FunctionIdentity::parse_arn), router)
}

fn describe_target(target: &TransferTarget) -> String {
    match target {
        TransferTarget::Queue(queue, _) => format!("send it to {}", queue.url()),
        TransferTarget::Router(..) => "invoke the router with it".to_owned(),
        TransferTarget::Discard => "delete it".to_owned(),
    }
}

/// Makes the record that an event source mapping would make of the message, for the router's selectors.
fn to_record(message: &HeldMessage, source: &str) -> String {
    let mut attributes = Map::new();
    for (name, attribute) in &message.attributes {
        let (field, value) = match &attribute.value {
            AttributeValue::Text(text) => ("stringValue", text.clone()),
            AttributeValue::Binary(bytes) => ("binaryValue", STANDARD.encode_to_string(bytes)),
        };
        let value = json!({ field: value, "dataType": attribute.data_type });
        attributes.insert(name.clone(), value);
    }
    let attributes = Value::Object(attributes);
    json!({
        "messageId": message.id, "body": message.body, "attributes": message.system_attributes,
        "messageAttributes": attributes,
        "eventSource": "aws:sqs", "eventSourceARN": source,
    })
    .to_string()
}

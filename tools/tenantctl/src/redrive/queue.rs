//! Sends the messages of a dead-letter queue back to their source queue.

use std::collections::HashMap;

use base64_simd::STANDARD;
use serde_json::{Map, Value, json};
use tenancy::Rules;

use super::report::RedriveReport;
use super::{RedriveArgs, discarded};
use crate::error::CommandError;
use crate::quarantine::clients::AwsClients;
use crate::quarantine::context::load_rules;
use crate::quarantine::function::{self, FunctionIdentity};
use crate::quarantine::holds::{MessageHolds, ReceivedPage};
use crate::quarantine::invoke::{ExpectedResponse, RouterFunction};
use crate::quarantine::message::{AttributeValue, HeldMessage};
use crate::quarantine::ordering::{SendPosition, into_work_units};
use crate::quarantine::outgoing::{OutgoingMessage, QueueKind};
use crate::quarantine::progress::ProgressLine;
use crate::quarantine::queue::{QueueAttributes, QueueClient};
use crate::quarantine::record::SqsRecord;
use crate::quarantine::scan::{self, ScanEnd, ScanStats};
use crate::quarantine::stop::StopSignal;
use crate::quarantine::transfer::TransferOutcome;
use crate::quarantine::workers::{TransferItem, TransferTarget, TransferWorkers};
use crate::report::{CommandOutcome, CommandOutput, OutputFormat};
use crate::session::AwsSession;

/// How many messages are planned at a time.
const WINDOW: usize = 200;

pub(super) async fn run(
    args: RedriveArgs,
    session: &AwsSession,
    format: OutputFormat,
) -> Result<CommandOutput, CommandError> {
    let rules = args.config.as_deref().map(load_rules).transpose()?;
    let clients = AwsClients::load(session).await;
    let queue = QueueClient::open(&clients, &args.from).await?;
    let attributes = queue.fetch_attributes().await?;
    let to = match &args.to {
        Some(to) => Some(QueueClient::open(&clients, to).await?.url().to_owned()),
        None => find_only_source(&queue).await,
    };
    if to.as_deref() == Some(queue.url()) {
        return Err(CommandError::usage(
            "--to",
            "it is the dead-letter queue itself",
            "name the source's queue",
        ));
    }
    let router = match args.router.clone() {
        Some(function) => Some(RouterFunction { client: clients.lambda(&function)?, function }),
        None => None,
    };
    let holds = MessageHolds::new(&queue, args.hold_seconds);
    let report = RedriveReport { executed: args.execute, ..RedriveReport::default() };
    let (stop, progress, s3) = (StopSignal::listen(), ProgressLine::new(format), clients.s3(queue.region())?);
    let workers =
        TransferWorkers { holds: &holds, router: router.as_ref(), s3: &s3, stop: &stop, progress: &progress };
    let (queues, stats) = (HashMap::new(), ScanStats::default());
    let mut redrive = QueueRedrive {
        args: &args,
        clients: &clients,
        rules,
        to,
        workers,
        queues,
        attributes: &attributes,
        stats,
        report,
    };
    let ended = redrive.run().await;
    let QueueRedrive { mut report, stats, .. } = redrive;
    let not_released = holds.release_all().await;
    progress.clear();
    if let Err(failure) = ended {
        // The report has to show what was redriven before the failure.
        if report.redriven == 0 {
            return Err(failure);
        }
        report.add_left("and more", format!("stopped by an error: {failure}"));
    }
    report.seen = stats.seen;
    report.caveats.extend(scan::list_caveats(&attributes, queue.kind(), &stats, not_released));
    let is_complete = stats.is_complete(queue.kind(), args.execute);
    let outcome = if report.left.is_empty() && is_complete {
        CommandOutcome::Success
    } else {
        CommandOutcome::Findings
    };
    CommandOutput::new(&report, outcome)
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

struct QueueRedrive<'a> {
    args: &'a RedriveArgs,
    clients: &'a AwsClients,
    rules: Option<Rules>,
    to: Option<String>,
    workers: TransferWorkers<'a>,
    queues: HashMap<String, Result<QueueClient, String>>,
    /// The queue's attributes before the first message was received.
    attributes: &'a QueueAttributes,
    stats: ScanStats,
    report: RedriveReport,
}

impl QueueRedrive<'_> {
    async fn run(&mut self) -> Result<(), CommandError> {
        let mut remaining = self.args.limit.unwrap_or(usize::MAX);
        loop {
            let window = self.next_window(&mut remaining).await?;
            if window.is_empty() {
                return Ok(());
            }
            let mut items = Vec::with_capacity(window.len());
            for message in window {
                self.report.selected += 1;
                match self.plan_message(&message).await {
                    Ok((_, target)) if !self.args.execute => {
                        self.report.add_planned(&message.id, describe_target(&target));
                    }
                    Ok((position, target)) => {
                        items.push((position, TransferItem { message, target, stored: None }));
                    }
                    Err(why) => self.report.add_left(&message.id, why),
                }
            }
            let (before, tried) = (self.report.redriven, !items.is_empty());
            for finished in self.workers.run(into_work_units(items)).await {
                let message = &finished.item.message;
                match finished.result {
                    TransferOutcome::Done => self.report.redriven += 1,
                    TransferOutcome::Left(left) => self.report.add_left(&message.id, left.describe()),
                }
            }
            if tried && self.report.redriven == before {
                self.report
                    .caveats
                    .push("no record of this batch could be sent, so the rest was not tried".to_owned());
                return Ok(());
            }
        }
    }

    async fn next_window(&mut self, remaining: &mut usize) -> Result<Vec<HeldMessage>, CommandError> {
        let mut window = Vec::new();
        while window.len() < WINDOW {
            if *remaining == 0 || self.workers.stop.is_requested() {
                self.stats.end = if *remaining == 0 { ScanEnd::LimitReached } else { ScanEnd::Interrupted };
                break;
            }
            self.workers.holds.extend().await;
            let page = match self.workers.holds.receive().await? {
                ReceivedPage::New(page) => page,
                ReceivedPage::Empty => {
                    self.stats.finish_empty(self.workers.holds.queue(), self.attributes).await;
                    break;
                }
                ReceivedPage::OnlyKnown => {
                    self.stats.end = ScanEnd::OnlyKnown;
                    break;
                }
            };
            self.stats.seen += page.len();
            for message in page {
                // The other messages become visible again at the end.
                if *remaining > 0 && self.is_selected(&message) {
                    *remaining -= 1;
                    window.push(message);
                }
            }
        }
        Ok(window)
    }

    fn is_selected(&self, message: &HeldMessage) -> bool {
        let (Some(tenant), Some(rules)) = (&self.args.tenant, &self.rules) else { return true };
        let source = message.system_attribute("DeadLetterQueueSourceArn").unwrap_or_default();
        rules.admit(&to_record(message, source)).is_ok_and(|admitted| admitted.tenant().as_str() == tenant)
    }

    async fn plan_message(
        &mut self,
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
            let Some(router) = self.workers.router else {
                return Err(
                    "it is an event that EventBridge could not deliver: name its router with --router, or the queue \
                            in front of the router with --to"
                        .to_owned(),
                );
            };
            if !self.args.any_source {
                check_target(message, &router.function)?;
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
        let target = TransferTarget::Queue(self.open_queue(&destination).await?, outgoing);
        Ok((SendPosition { ordering_group, rank: None, destination }, target))
    }

    /// Returns the queue with this URL or ARN, and opens it once.
    async fn open_queue(&mut self, queue: &str) -> Result<QueueClient, String> {
        if let Some(known) = self.queues.get(queue) {
            return known.clone();
        }
        let opened = QueueClient::open(self.clients, queue).await.map_err(|failure| failure.to_string());
        self.queues.insert(queue.to_owned(), opened.clone());
        opened
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

//! What one message of a quarantine gives back, by the same steps as `quarantine replay`. Pure; for whoever holds what a
//! router writes against what is read here.

use std::collections::BTreeMap;

use super::message::{MessageAttribute, HeldMessage, RejectionDetails};
use super::outgoing::{QueueKind, OutgoingMessage};
use super::record::ReplayableRecord;

/// A rejected record, read back.
#[derive(Debug)]
pub struct RestoredRecord {
    /// The code of the reason.
    pub reason: String,
    /// The ARN of the queue or stream that it came from.
    pub source_arn: Option<String>,
    /// What the record is called.
    pub record_id: Option<String>,
    /// The path of the selector that found the fault.
    pub selector: Option<String>,
    /// The value that gave offence.
    pub offending_value: Option<String>,
    /// What goes back.
    pub route: ReturnRoute,
}

/// The way back of a record.
#[derive(Debug, PartialEq, Eq)]
pub enum ReturnRoute {
    /// Into a queue, as this message.
    Queue {
        /// The ARN of the queue.
        queue_arn: String,
        /// The message.
        body: String,
        /// Its message group.
        message_group_id: Option<String>,
    },
    /// To its router, as it stands.
    RouterFunction,
    /// There is none; why.
    Unavailable(String),
}

/// Reads a message of this body and these attributes.
///
/// # Errors
/// Why no router wrote it.
pub fn restore(body: &str, attributes: &[(&str, &str)]) -> Result<RestoredRecord, String> {
    let attributes = attributes.iter().map(|(name, text)| ((*name).to_owned(), MessageAttribute::text(*text)));
    let held = HeldMessage {
        id: String::new(),
        receipt_handle: String::new(),
        body: body.to_owned(),
        attributes: attributes.collect(),
        system: BTreeMap::new(),
    };
    let RejectionDetails { reason, source_arn, record_id, selector, offending_value, .. } = RejectionDetails::parse(&held)?;
    let route = find_route(&held.body).unwrap_or_else(ReturnRoute::Unavailable);
    Ok(RestoredRecord { reason, source_arn, record_id, selector, offending_value, route })
}

fn find_route(record: &str) -> Result<ReturnRoute, String> {
    let ReplayableRecord::Sqs(record) = ReplayableRecord::parse(record)? else { return Ok(ReturnRoute::Router) };
    let queue_arn = record.queue_arn.clone();
    let OutgoingMessage { body, message_group_id, .. } = OutgoingMessage::new(record, QueueKind::from_name(&queue_arn), "", Vec::new())?;
    Ok(ReturnRoute::Queue { queue_arn, body, message_group_id })
}

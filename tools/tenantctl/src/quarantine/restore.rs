//! Reads one message of a quarantine in the same steps as `quarantine replay`. No I/O. Tests use it to compare what a
//! router writes with what tenantctl reads.

use std::collections::BTreeMap;

use super::record::ReplayableRecord;
use super::rejection::RejectionDetails;
use crate::transfer::{HeldMessage, MessageAttribute, OutgoingMessage, QueueKind};

/// A rejected record that was read from a quarantine message.
#[derive(Debug)]
pub struct RestoredRecord {
    /// The reason code.
    pub reason: String,
    /// The ARN of the record's source.
    pub source_arn: Option<String>,
    /// The id of the record in its source.
    pub record_id: Option<String>,
    /// The path of the selector that caused the rejection.
    pub selector: Option<String>,
    /// The value that caused the rejection.
    pub offending_value: Option<String>,
    /// How the record can be sent back.
    pub route: ReturnRoute,
}

/// How a record can be sent back to its router.
#[derive(Debug, PartialEq, Eq)]
pub enum ReturnRoute {
    /// Through its source queue, as this message.
    Queue {
        /// The ARN of the queue.
        queue_arn: String,
        /// The body of the message.
        body: String,
        /// The message group id of the message.
        message_group_id: Option<String>,
    },
    /// Through an invocation of its router, with the unchanged record.
    Router,
    /// Not possible; why.
    Unavailable(String),
}

/// Reads a quarantine message with this body and these attributes.
///
/// # Errors
/// Why the message was not written by a router, or cannot be read by this version.
pub fn restore(body: &str, attributes: &[(&str, &str)]) -> Result<RestoredRecord, String> {
    let attributes =
        attributes.iter().map(|(name, text)| ((*name).to_owned(), MessageAttribute::text(*text)));
    let message = HeldMessage {
        id: String::new(),
        receipt_handle: String::new(),
        body: body.to_owned(),
        attributes: attributes.collect(),
        system_attributes: BTreeMap::new(),
    };
    let RejectionDetails { reason, source_arn, record_id, selector, offending_value, .. } =
        RejectionDetails::parse(&message)?;
    let route = find_route(&message.body).unwrap_or_else(ReturnRoute::Unavailable);
    Ok(RestoredRecord { reason, source_arn, record_id, selector, offending_value, route })
}

fn find_route(record: &str) -> Result<ReturnRoute, String> {
    let ReplayableRecord::Sqs(record) = ReplayableRecord::parse(record)? else {
        return Ok(ReturnRoute::Router);
    };
    let queue_arn = record.queue_arn.clone();
    let OutgoingMessage { body, message_group_id, .. } =
        OutgoingMessage::new(record, QueueKind::from_name(&queue_arn), "", Vec::new())?;
    Ok(ReturnRoute::Queue { queue_arn, body, message_group_id })
}

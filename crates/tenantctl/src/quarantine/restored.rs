//! What one message of a quarantine gives back, by the same steps as `quarantine replay`. Pure; for whoever holds what a
//! router writes against what is read here.

use std::collections::BTreeMap;

use super::message::{Attribute, Held, Rejected};
use super::outgoing::{Kind, Outgoing};
use super::record::Record;

/// A rejected record, read back.
#[derive(Debug)]
pub struct Restored {
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
    pub back: Back,
}

/// The way back of a record.
#[derive(Debug, PartialEq, Eq)]
pub enum Back {
    /// Into a queue, as this message.
    Queue {
        /// The ARN of the queue.
        queue_arn: String,
        /// The message.
        body: String,
        /// Its message group.
        group: Option<String>,
    },
    /// To its router, as it stands.
    Router,
    /// There is none; why.
    Nowhere(String),
}

/// Reads a message of this body and these attributes.
///
/// # Errors
/// Why no router wrote it.
pub fn restored(body: &str, attributes: &[(&str, &str)]) -> Result<Restored, String> {
    let attributes = attributes.iter().map(|(name, text)| ((*name).to_owned(), Attribute::text(*text)));
    let held = Held {
        id: String::new(),
        handle: String::new(),
        body: body.to_owned(),
        attributes: attributes.collect(),
        system: BTreeMap::new(),
    };
    let Rejected { reason, source_arn, record_id, selector, offending_value, .. } = Rejected::read(&held)?;
    let back = back(&held.body).unwrap_or_else(Back::Nowhere);
    Ok(Restored { reason, source_arn, record_id, selector, offending_value, back })
}

fn back(record: &str) -> Result<Back, String> {
    let Record::Sqs(record) = Record::of(record)? else { return Ok(Back::Router) };
    let queue_arn = record.queue_arn.clone();
    let Outgoing { body, group, .. } = Outgoing::new(record, Kind::of(&queue_arn), "", Vec::new())?;
    Ok(Back::Queue { queue_arn, body, group })
}

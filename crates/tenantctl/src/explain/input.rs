//! What is read: a file or standard input, and the event in it.

use std::io::Read;

use router::Config;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use sources::Kind;

use crate::error::CommandError;

/// The name that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// The text of a file, or of standard input where its name is `-`.
pub(crate) fn read(file: &str, what: &str) -> Result<String, CommandError> {
    let text = if file == STDIN {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| {
        CommandError::unusable(
            named(file),
            format!("{what} cannot be read ({error})"),
            "give the path of a file, or - for standard input",
        )
    })
}

/// How a file is named in what the operator is told.
pub(crate) fn named(file: &str) -> String {
    if file == STDIN { "standard input".to_owned() } else { file.to_owned() }
}

/// An event as the router's function gets it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExplainEvent {
    pub(super) text: String,
    /// What had to be done to the text to make an event of it.
    pub(super) wrapped: Option<&'static str>,
}

/// Takes the text as an event of the configuration's source. One record alone, such as the body of a quarantine
/// message, is put into an event of its own.
pub(super) fn event(text: String, file: &str, config: &Config) -> Result<ExplainEvent, CommandError> {
    // The error's own words could quote the event.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| {
        CommandError::unusable(
            named(file),
            format!("the event is not JSON (line {} column {})", error.line(), error.column()),
            "give the event as the router's function gets it, or one record of it",
        )
    })?;
    let shape: EventShape = serde_json::from_str(&text).unwrap_or_default();
    let (text, wrapped) = match (config.source, config.bridged_from) {
        (Kind::Sqs, Some(stream)) if shape.is_record_of(stream) => {
            (in_a_bridges_message(&text), Some("one record of a stream, read as a message of the bridge"))
        }
        (Kind::Sqs | Kind::Kinesis | Kind::DynamoDb, _) if shape.is_record_of(config.source) => {
            (format!("{{\"Records\":[{text}]}}"), Some("one record alone, read as an event of one"))
        }
        (Kind::Pipes, _) if text.trim_ascii_start().starts_with('{') && shape.records.is_none() => {
            (format!("[{text}]"), Some("one record alone, read as an array of one"))
        }
        _ => (text, None),
    };
    Ok(ExplainEvent { text, wrapped })
}

/// The message that a bridge would have sent. Its own name and group are not known any more.
fn in_a_bridges_message(record: &str) -> String {
    let message = json!({
        "messageId": "unknown",
        "body": record,
        "attributes": { "MessageGroupId": "unknown" },
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:::bridge.fifo",
    });
    json!({ "Records": [message] }).to_string()
}

/// As much of an event as tells it from one of its records.
#[derive(Default, Deserialize)]
struct EventShape {
    #[serde(rename = "Records")]
    records: Option<IgnoredAny>,
    #[serde(rename = "eventSource")]
    event_source: Option<String>,
}

impl EventShape {
    fn is_record_of(&self, source: Kind) -> bool {
        let expected = match source {
            Kind::Sqs => "aws:sqs",
            Kind::Kinesis => "aws:kinesis",
            Kind::DynamoDb => "aws:dynamodb",
            Kind::EventBridge | Kind::Pipes | Kind::Task => return false,
        };
        self.records.is_none() && self.event_source.as_deref() == Some(expected)
    }
}

//! Reads files and standard input, and the event in them.

use std::io::Read;

use router::Config;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::json;
use sources::Kind;

use crate::error::CommandError;

/// The name that stands for standard input.
pub(crate) const STDIN: &str = "-";

/// Reads a file, or standard input if its name is `-`.
pub(crate) fn read(file: &str, what: &str) -> Result<String, CommandError> {
    let text = if file == STDIN {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        std::fs::read_to_string(file)
    };
    text.map_err(|error| {
        CommandError::unusable(
            display_name(file),
            format!("{what} cannot be read ({error})"),
            "give the path of a file, or - for standard input",
        )
    })
}

/// The name of a file in messages.
pub(crate) fn display_name(file: &str) -> String {
    if file == STDIN { "standard input".to_owned() } else { file.to_owned() }
}

/// An event of the router's function.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ExplainEvent {
    pub(super) text: String,
    /// How a single record was made into an event.
    pub(super) wrapped: Option<&'static str>,
}

/// Reads the text as an event of the configuration's source. A single record, such as the body of a quarantine message,
/// becomes an event with one record.
pub(super) fn read_event(text: String, file: &str, config: &Config) -> Result<ExplainEvent, CommandError> {
    // The parser's own message could quote the event.
    serde_json::from_str::<IgnoredAny>(&text).map_err(|error| {
        CommandError::unusable(
            display_name(file),
            format!("the event is not JSON (line {} column {})", error.line(), error.column()),
            "give the event of the router's function, or one record of it",
        )
    })?;
    let shape: InputShape = serde_json::from_str(&text).unwrap_or_default();
    let (text, wrapped) = match (config.source, config.bridged_from) {
        (Kind::Sqs, Some(stream)) if shape.is_record_of(stream) => (
            wrap_in_bridge_message(&text),
            Some("a single record of a stream, read as a message of the bridge"),
        ),
        (Kind::Sqs | Kind::Kinesis | Kind::DynamoDb, _) if shape.is_record_of(config.source) => {
            (format!("{{\"Records\":[{text}]}}"), Some("a single record, read as an event with one record"))
        }
        (Kind::Pipes, _) if text.trim_ascii_start().starts_with('{') && shape.records.is_none() => {
            (format!("[{text}]"), Some("a single record, read as an array with one record"))
        }
        _ => (text, None),
    };
    Ok(ExplainEvent { text, wrapped })
}

/// Makes the message that a bridge would send. Its message id and group are unknown.
fn wrap_in_bridge_message(record: &str) -> String {
    let message = json!({
        "messageId": "unknown",
        "body": record,
        "attributes": { "MessageGroupId": "unknown" },
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:::bridge.fifo",
    });
    json!({ "Records": [message] }).to_string()
}

/// The fields that distinguish an event from a single record.
#[derive(Default, Deserialize)]
struct InputShape {
    #[serde(rename = "Records")]
    records: Option<IgnoredAny>,
    #[serde(rename = "eventSource")]
    event_source: Option<String>,
}

impl InputShape {
    fn is_record_of(&self, source: Kind) -> bool {
        let found = self.event_source.as_deref().and_then(Kind::of_event_source);
        self.records.is_none() && found == Some(source)
    }
}

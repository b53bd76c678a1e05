//! The envelope that the events of all event source mappings share: `{"Records":[…]}`, where each record has an
//! `eventSource`.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::kind::Kind;
use crate::object;
use crate::source::{EventError, ODD_EVENT, shape_remedy};

/// The envelope that a source expects.
pub(crate) struct Expected {
    /// The source.
    pub(crate) kind: Kind,
    /// The `eventSource` of its records.
    pub(crate) event_source: &'static str,
    /// The shape of its events, for error messages.
    pub(crate) shape: &'static str,
}

impl Expected {
    /// Reads the event's records. Each item is a record's position, its bytes and its fields.
    pub(crate) fn read<'e, T: Deserialize<'e>>(
        &self,
        event: &'e str,
    ) -> Result<impl ExactSizeIterator<Item = Result<(usize, &'e str, T), EventError>>, EventError> {
        let records = self.records(event)?.into_iter().map(RawValue::get).enumerate();
        Ok(records.map(|(index, raw)| Ok((index, raw, self.fields(index, raw)?))))
    }

    fn records<'e>(&self, event: &'e str) -> Result<Vec<&'e RawValue>, EventError> {
        let envelope: Envelope<'e> = object::read(event)
            .map_err(|error| self.shape_error(describe(&error), shape_remedy(self.kind, recognise(event))))?;
        // Only an event of a tumbling window has this field [Lambda developer guide, "Using Lambda with Kinesis"].
        if envelope.window.is_some() {
            return Err(EventError::TumblingWindow);
        }
        Ok(envelope.records)
    }

    fn fields<'e, T: Deserialize<'e>>(&self, index: usize, raw: &'e str) -> Result<T, EventError> {
        object::read(raw).map_err(|error| {
            // A record of another source lacks fields of this one. Naming that source helps more than naming a field.
            let Ok(source) = object::read::<EventSource<'_>>(raw) else {
                return self.record_error(index, &describe(&error), shape_remedy(self.kind, None));
            };
            let wrong = self.check_event_source(index, &source.event_source).err();
            wrong.unwrap_or_else(|| self.odd_record(index, &describe(&error)))
        })
    }

    pub(crate) fn check_event_source(&self, index: usize, found: &str) -> Result<(), EventError> {
        if found == self.event_source {
            return Ok(());
        }
        let found = found.chars().take(64).collect();
        Err(EventError::WrongSource { index, expected: self.event_source, found })
    }

    /// Returns the error for a record of the source that the source itself does not send.
    pub(crate) fn odd_record(&self, index: usize, problem: &str) -> EventError {
        self.record_error(index, problem, ODD_EVENT)
    }

    /// Returns the error for a record without the shape of the source's records.
    pub(crate) fn record_error(&self, index: usize, problem: &str, remedy: impl Into<String>) -> EventError {
        self.shape_error(format!("record {index}: {problem}"), remedy.into())
    }

    fn shape_error(&self, problem: String, remedy: String) -> EventError {
        EventError::Shape { expected: self.shape, problem, remedy }
    }
}

/// The ARN of the one queue or stream that a batch comes from.
#[derive(Default)]
pub(crate) struct SourceArn<'e>(Option<Cow<'e, str>>);

impl<'e> SourceArn<'e> {
    /// Checks that a record has the ARN of the records before it, and returns the ARN.
    pub(crate) fn check(&mut self, index: usize, arn: Cow<'e, str>) -> Result<&str, EventError> {
        match &self.0 {
            Some(first) if *first != arn => Err(EventError::SeveralSources { index }),
            _ => Ok(self.0.get_or_insert(arn)),
        }
    }

    pub(crate) fn into_inner(self) -> Cow<'e, str> {
        self.0.unwrap_or(Cow::Borrowed(""))
    }
}

/// Returns the source whose events have this shape.
pub(crate) fn recognise(event: &str) -> Option<Kind> {
    if event.trim_ascii_start().starts_with('[') {
        return Some(Kind::Pipes);
    }
    let shape: EventShape<'_> = object::read(event).ok()?;
    match shape {
        EventShape { records: Some(records), .. } => {
            let first: EventSource<'_> = object::read(records.first()?.get()).ok()?;
            Kind::of_event_source(&first.event_source)
        }
        EventShape { detail_type: Some(_), .. } => Some(Kind::EventBridge),
        EventShape { tenant_id: Some(_), payload: Some(_), .. } => Some(Kind::Task),
        _ => None,
    }
}

/// Describes an error of serde by its kind and position. Serde's own message could quote the event.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Data => "found another shape",
        _ => "found invalid JSON",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
}

/// Converts seconds since the Unix epoch to milliseconds.
pub(crate) fn millis(seconds: Option<f64>) -> Option<u64> {
    let since_epoch = std::time::Duration::try_from_secs_f64(seconds?).ok()?;
    // Rounded, because most fractions of a second are not exact in binary.
    u64::try_from((since_epoch.as_micros() + 500) / 1000).ok()
}

#[derive(Deserialize)]
struct Envelope<'e> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'e RawValue>,
    window: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct EventSource<'e> {
    #[serde(borrow, rename = "eventSource")]
    event_source: Cow<'e, str>,
}

/// The fields by which the events of the sources differ.
#[derive(Deserialize)]
struct EventShape<'e> {
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<&'e RawValue>>,
    #[serde(rename = "detail-type")]
    detail_type: Option<IgnoredAny>,
    tenant_id: Option<IgnoredAny>,
    payload: Option<IgnoredAny>,
}

//! The envelope that event source mappings share: `{"Records":[…]}`, each record with its `eventSource`.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::kind::Kind;
use crate::object;
use crate::source::EventError;

/// What a source's events look like.
pub(crate) struct Expected {
    pub(crate) event_source: &'static str,
    pub(crate) shape: &'static str,
}

impl Expected {
    /// The event's records, each with its position, its bytes, and the fields that are read of it.
    pub(crate) fn read<'e, T: Deserialize<'e>>(
        &self,
        event: &'e str,
    ) -> Result<impl ExactSizeIterator<Item = Result<(usize, &'e str, T), EventError>>, EventError> {
        let records = self.records(event)?.into_iter().map(RawValue::get).enumerate();
        Ok(records.map(|(index, raw)| Ok((index, raw, self.fields(index, raw)?))))
    }

    fn records<'e>(&self, event: &'e str) -> Result<Vec<&'e RawValue>, EventError> {
        let envelope: Envelope<'e> =
            object::read(event).map_err(|error| self.unlike(describe(&error), recognise(event)))?;
        // Only an event of a tumbling window has it [Lambda developer guide, "Using Lambda with Kinesis"].
        if envelope.window.is_some() {
            return Err(EventError::TumblingWindow);
        }
        Ok(envelope.records)
    }

    fn fields<'e, T: Deserialize<'e>>(&self, index: usize, raw: &'e str) -> Result<T, EventError> {
        object::read(raw).map_err(|error| {
            // Another source's record lacks this source's fields, and is better told by its name.
            let origin = object::read::<Origin<'_>>(raw).ok();
            let wrong = origin.and_then(|origin| self.check_event_source(index, &origin.event_source).err());
            wrong.unwrap_or_else(|| self.shape(index, &describe(&error)))
        })
    }

    pub(crate) fn check_event_source(&self, index: usize, found: &str) -> Result<(), EventError> {
        if found == self.event_source {
            return Ok(());
        }
        let found = found.chars().take(64).collect();
        Err(EventError::WrongSource { index, expected: self.event_source, found })
    }

    /// A record that does not have the source's shape.
    pub(crate) fn shape(&self, index: usize, problem: &str) -> EventError {
        self.unlike(format!("record {index}: {problem}"), None)
    }

    pub(crate) fn unlike(&self, problem: String, looks_like: Option<Kind>) -> EventError {
        EventError::Shape { expected: self.shape, problem, looks_like }
    }
}

/// The one queue or stream that a batch comes from.
#[derive(Default)]
pub(crate) struct Arn<'e>(Option<Cow<'e, str>>);

impl<'e> Arn<'e> {
    pub(crate) fn meet(&mut self, index: usize, arn: Cow<'e, str>) -> Result<&str, EventError> {
        match &self.0 {
            Some(first) if *first != arn => Err(EventError::SeveralSources { index }),
            _ => Ok(self.0.get_or_insert(arn)),
        }
    }

    pub(crate) fn into_inner(self) -> Cow<'e, str> {
        self.0.unwrap_or(Cow::Borrowed(""))
    }
}

/// Whose event this is, by its outline.
pub(crate) fn recognise(event: &str) -> Option<Kind> {
    if event.trim_ascii_start().starts_with('[') {
        return Some(Kind::Pipes);
    }
    let outline: Outline<'_> = object::read(event).ok()?;
    match outline {
        Outline { records: Some(records), .. } => {
            let first: Origin<'_> = object::read(records.first()?.get()).ok()?;
            Kind::of_event_source(&first.event_source)
        }
        Outline { detail_type: Some(_), .. } => Some(Kind::EventBridge),
        Outline { tenant_id: Some(_), payload: Some(_), .. } => Some(Kind::Task),
        _ => None,
    }
}

/// What serde found wrong, by kind and place: its own message could quote the event.
pub(crate) fn describe(error: &serde_json::Error) -> String {
    let kind = match error.classify() {
        serde_json::error::Category::Data => "found another shape",
        _ => "found invalid JSON",
    };
    format!("{kind} at line {} column {}", error.line(), error.column())
}

/// Milliseconds since 1970 of a time in seconds.
pub(crate) fn millis(seconds: Option<f64>) -> Option<u64> {
    let since_epoch = std::time::Duration::try_from_secs_f64(seconds?).ok()?;
    // The nearest one: a fraction of a second is rarely exact in binary.
    u64::try_from((since_epoch.as_micros() + 500) / 1000).ok()
}

#[derive(Deserialize)]
struct Envelope<'e> {
    #[serde(borrow, rename = "Records")]
    records: Vec<&'e RawValue>,
    window: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Origin<'e> {
    #[serde(borrow, rename = "eventSource")]
    event_source: Cow<'e, str>,
}

#[derive(Deserialize)]
struct Outline<'e> {
    #[serde(borrow, rename = "Records")]
    records: Option<Vec<&'e RawValue>>,
    #[serde(rename = "detail-type")]
    detail_type: Option<IgnoredAny>,
    tenant_id: Option<IgnoredAny>,
    payload: Option<IgnoredAny>,
}

//! The envelope that event source mappings share: `{"Records":[…]}`, each record with its `eventSource`.

use std::borrow::Cow;
use std::marker::PhantomData;
use std::vec;

use json::{Json, Malformed, Outlines};
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
    /// The event's records one after the other, each with its fields.
    pub(crate) fn read<'e, T: Fields<'e>>(&'static self, event: &'e str) -> Records<'e, T> {
        let left = match event.strip_prefix("{\"Records\":") {
            Some(array) => Left::Plain(array),
            None => Left::Unread,
        };
        Records { expected: self, event, index: 0, left, fields: PhantomData, outlines: Outlines::default() }
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

    /// Reads one record's fields.
    pub(crate) fn fields<'e, T: Deserialize<'e>>(&self, index: usize, raw: &'e str) -> Result<T, EventError> {
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

/// What a source reads of a record.
pub(crate) trait Fields<'e>: Deserialize<'e> {
    /// Reads the record that a text begins with: its bytes and its fields; `None` where [`Deserialize`] may still do,
    /// or say what is wrong. Its outline is kept for admission.
    ///
    /// Queues and streams hand out the largest batches: their records are read without serde's detours.
    fn at_start_of(text: &'e str, outlines: &mut Outlines<'e>) -> Option<(&'e str, Self)>;
}

/// A field that occurs twice is an error, as it is to serde.
pub(crate) fn once<T>(field: &mut Option<T>, value: T) -> Result<(), Malformed> {
    if field.replace(value).is_some() { Err(Malformed) } else { Ok(()) }
}

/// A value that serde reads, where it comes next.
pub(crate) fn value<'e, T: Deserialize<'e>>(json: &mut Json<'e>) -> Result<T, Malformed> {
    serde_json::from_str(json.written()?).map_err(|_| Malformed)
}

/// An event's records, read in one pass as long as the event is written as Lambda writes it. Where it is not, or a
/// record is not what it should be, the event is read as JSON from its beginning, which also finds what is wrong.
pub(crate) struct Records<'e, T> {
    expected: &'static Expected,
    event: &'e str,
    /// Of the next record.
    index: usize,
    left: Left<'e>,
    fields: PhantomData<T>,
    /// Of the records that were read in one pass.
    pub(crate) outlines: Outlines<'e>,
}

impl<T> Records<'_, T> {
    /// How many records the event has, if all of them are as long as this one: memory is got once for them.
    pub(crate) const fn if_all_were(&self, raw: &str) -> usize {
        self.event.len() / if raw.is_empty() { 1 } else { raw.len() }
    }
}

/// What is left of an event.
enum Left<'e> {
    /// All behind the last record, or from the array's bracket on.
    Plain(&'e str),
    /// All of it, of which some records are known.
    Unread,
    /// Records that were found in it.
    Found(vec::IntoIter<&'e RawValue>),
}

/// A record's position, its bytes, and its fields.
pub(crate) type Read<'e, T> = (usize, &'e str, T);

impl<'e, T: Fields<'e>> Records<'e, T> {
    fn plain(&mut self, left: &'e str) -> Option<(&'e str, T, &'e str)> {
        let record = left.strip_prefix(if self.index == 0 { '[' } else { ',' })?;
        // Serde by itself also takes an array where a struct is expected.
        record.strip_prefix('{')?;
        let (raw, fields) = T::at_start_of(record, &mut self.outlines)?;
        Some((raw, fields, &record[raw.len()..]))
    }

    fn make_room(&mut self, raw: &str) {
        if self.index == 0 {
            self.outlines.reserve(self.if_all_were(raw));
        }
    }

    fn next_of(&mut self, left: &'e str) -> Option<Result<Read<'e, T>, EventError>> {
        if self.index > 0 && left == "]}" {
            return None;
        }
        match self.plain(left) {
            None => self.left = Left::Unread,
            Some((raw, fields, left)) => {
                self.left = Left::Plain(left);
                self.make_room(raw);
                self.index += 1;
                return Some(Ok((self.index - 1, raw, fields)));
            }
        }
        self.next()
    }
}

impl<'e, T: Fields<'e>> Iterator for Records<'e, T> {
    type Item = Result<Read<'e, T>, EventError>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = match &mut self.left {
            &mut Left::Plain(left) => return self.next_of(left),
            Left::Found(found) => found,
            Left::Unread => match self.expected.records(self.event) {
                Err(error) => return Some(Err(error)),
                Ok(records) => {
                    self.left = Left::Found(records.into_iter());
                    let Left::Found(found) = &mut self.left else { return None };
                    found.by_ref().take(self.index).for_each(drop);
                    found
                }
            },
        };
        let raw = found.next()?.get();
        self.index += 1;
        let fields = self.expected.fields(self.index - 1, raw);
        Some(fields.map(|fields| (self.index - 1, raw, fields)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Any {}

    impl<'e> Fields<'e> for Any {
        fn at_start_of(text: &'e str, outlines: &mut Outlines<'e>) -> Option<(&'e str, Self)> {
            Some((outlines.read(text, |_, json| json.pass()).ok()?, Self {}))
        }
    }

    #[test]
    fn an_event_is_read_again_only_where_it_is_not_written_as_lambda_writes_it() {
        const EXPECTED: Expected = Expected { event_source: "aws:any", shape: "any" };
        for (event, expected, in_one_pass) in [
            (r#"{"Records":[{"a":1},{"b":2},{"c":3}]}"#, Some(3), true),
            (r#"{"Records":[{"a":1},{"b":2} ,{"c":3}]}"#, Some(3), false),
            (r#"{"Records":[{"a":1},{"b":2}]} "#, Some(2), false),
            (r#"{"Records":[]}"#, Some(0), false),
            (r#"{"Records":]}"#, None, false),
        ] {
            let mut reading = EXPECTED.read::<Any>(event);
            let indexes: Result<Vec<usize>, _> =
                reading.by_ref().map(|read| read.map(|(index, ..)| index)).collect();
            assert_eq!(indexes.ok(), expected.map(|count| (0..count).collect()), "{event}");
            assert_eq!(matches!(reading.left, Left::Plain("]}")), in_one_pass, "{event}");
        }
    }
}

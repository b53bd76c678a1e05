//! EventBridge rules: one event in each invocation [EventBridge user guide, "AWS service event metadata"].

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::envelope::{describe, recognise};
use crate::kind::Kind;
use crate::object;
use crate::record::{Batch, FailureSemantics, Order, Record, ResponseMode};
use crate::source::{EventError, Source, Undecodable, shape_remedy};

/// The EventBridge event source.
#[derive(Clone, Copy, Debug)]
pub struct EventBridge;

const EXPECTED: &str = "an EventBridge event {\"id\",\"detail-type\",\"source\",\"detail\",…}";

impl Source for EventBridge {
    const KIND: Kind = Kind::EventBridge;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let shape = |problem| {
            let remedy = shape_remedy(Self::KIND, recognise(event));
            EventError::Shape { expected: EXPECTED, problem, remedy }
        };
        let fields: EventBridgeFields<'e> = object::read(event).map_err(|error| shape(describe(&error)))?;
        if fields.id.is_empty() {
            return Err(shape("its id is empty".to_owned()));
        }
        Ok(Batch {
            // The event carries the ARN neither of its bus nor of its rule.
            source_arn: Cow::Borrowed(""),
            order: Order::Unordered,
            response_mode: ResponseMode::Invocation,
            failure_semantics: FailureSemantics::Each,
            records: vec![Record::new(event.trim_ascii(), fields.id)],
        })
    }

    /// Returns the event itself.
    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        Ok(Cow::Borrowed(record.raw()))
    }
}

#[derive(Deserialize)]
struct EventBridgeFields<'e> {
    #[serde(borrow)]
    id: Cow<'e, str>,
    #[serde(rename = "detail-type")]
    _detail_type: IgnoredAny,
    #[serde(rename = "source")]
    _source: IgnoredAny,
    #[serde(rename = "detail")]
    _detail: IgnoredAny,
}

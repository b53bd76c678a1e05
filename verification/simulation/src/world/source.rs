//! The decoding of all sources behind one type, so that one type of router works with all of them.

use std::borrow::Cow;

use sources::kind::Kind as SourceKind;
use sources::{Batch, DynamoDb, EventBridge, EventError, Kinesis, Record, Source, Sqs, Undecodable};

use crate::broken_variant::BrokenVariant;
use crate::plan::Kind;

#[derive(Clone, Copy)]
pub(crate) struct AnySource {
    pub(crate) kind: Kind,
    /// The kind of source whose record format reaches the backend.
    pub(crate) form: Kind,
    pub(crate) variant: Option<BrokenVariant>,
}

impl Source for AnySource {
    /// Routing does not use this value.
    const KIND: SourceKind = SourceKind::Sqs;

    fn decode<'e>(&self, event: &'e str) -> Result<Batch<'e>, EventError> {
        let batch = match self.kind {
            Kind::Standard | Kind::Fifo | Kind::Buffered => Sqs::default().decode(event),
            Kind::Kinesis => Kinesis.decode(event),
            Kind::DynamoDb => DynamoDb.decode(event),
            Kind::Bridge => self.drain().decode(event),
            Kind::EventBridge => EventBridge.decode(event),
        };
        match self.variant {
            Some(variant) => batch.map(|batch| variant.batch(batch)),
            None => batch,
        }
    }

    fn content<'r>(&self, record: &'r Record<'_>) -> Result<Cow<'r, str>, Undecodable> {
        match self.kind {
            Kind::Standard | Kind::Fifo | Kind::Buffered => Sqs::default().content(record),
            Kind::Kinesis => Kinesis.content(record),
            Kind::DynamoDb => DynamoDb.content(record),
            Kind::Bridge => self.drain().content(record),
            Kind::EventBridge => EventBridge.content(record),
        }
    }
}

impl AnySource {
    fn drain(self) -> Sqs {
        let stream = if self.form == Kind::Kinesis { SourceKind::Kinesis } else { SourceKind::DynamoDb };
        Sqs::default().draining(stream).expect("both are streams")
    }
}

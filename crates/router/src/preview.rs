//! Previews one event with a configuration: what its router would do. Invokes nothing.

use std::error::Error;

use routing::{OnReject, Preview, RegistryLookup, preview, preview_task};
use sources::{DynamoDb, EventBridge, Kind, Kinesis, Pipes, Source, Sqs, task};

use crate::config::{Config, ConfigError};

impl Config {
    /// Previews one event of the router's function; without `registry` each tenant id that the rules accept is admitted.
    ///
    /// # Errors
    /// Why the router would refuse the event as a whole.
    pub fn preview<'e>(
        &self,
        event: &'e str,
        registry: Option<RegistryLookup<'_>>,
    ) -> Result<Preview<'e>, Box<dyn Error>> {
        match self.source {
            Kind::Sqs => self.preview_batch(Sqs::default(), event, registry),
            Kind::Kinesis => self.preview_batch(Kinesis, event, registry),
            Kind::DynamoDb => self.preview_batch(DynamoDb, event, registry),
            Kind::EventBridge => self.preview_batch(EventBridge, event, registry),
            Kind::Pipes => self.preview_batch(Pipes, event, registry),
            Kind::Task => {
                let payload = task::payload(event, self.task_payload.names())?;
                Ok(preview_task(event, payload, &self.rules, &self.policy, registry))
            }
        }
    }

    fn preview_batch<'e, S: Source>(
        &self,
        source: S,
        event: &'e str,
        registry: Option<RegistryLookup<'_>>,
    ) -> Result<Preview<'e>, Box<dyn Error>> {
        let source = self.drained(source)?;
        Ok(preview(source, event, &self.rules, &self.policy, self.on_reject(), registry)?)
    }

    /// Returns what happens to rejected records.
    #[must_use]
    pub fn on_reject(&self) -> OnReject {
        OnReject::with(self.quarantine.as_ref())
    }

    /// Returns the source, as the queue of a bridge where the configuration says so.
    pub(crate) fn drained<S: Source>(&self, source: S) -> Result<S, ConfigError> {
        match self.bridged_from {
            None => Ok(source),
            Some(stream) => source.draining(stream).ok_or_else(|| {
                ConfigError::new("bridged_from", "this source cannot drain a bridge", "leave it out")
            }),
        }
    }
}

//! Answers that the Runtime API refused. `lambda_runtime` goes on as if they had been taken, and says so in an event of
//! `tracing` only.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// Where `lambda_runtime` posts answers, and the field that holds the status of one that was refused.
const TARGET: &str = "lambda_runtime::layers::api_client";
const STATUS: &str = "status";

/// The status of the answer that was refused last, until it is taken.
#[derive(Clone, Debug, Default)]
pub(crate) struct Refusals(Arc<Mutex<Option<String>>>);

impl Refusals {
    /// Takes the status of an answer that was refused since this was last asked.
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// The layer that notes them.
    pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(&self) -> impl Layer<S> + use<S> {
        self.clone().with_filter(Targets::new().with_target(TARGET, LevelFilter::ERROR))
    }
}

impl<S: Subscriber> Layer<S> for Refusals {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut Noting(self));
    }
}

struct Noting<'a>(&'a Refusals);

impl Visit for Noting<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == STATUS {
            *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{value:?}"));
        }
    }
}

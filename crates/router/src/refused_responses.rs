//! Notes responses that the Runtime API refused. `lambda_runtime` continues as if they were accepted, and reports them only
//! in a `tracing` event.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

/// The `tracing` target of `lambda_runtime`'s API client.
const TARGET: &str = "lambda_runtime::layers::api_client";

/// The field with the status of a refused response.
const STATUS: &str = "status";

/// The status of the last refused response, until [`RefusedResponses::take`] returns it.
#[derive(Clone, Debug, Default)]
pub(crate) struct RefusedResponses(Arc<Mutex<Option<String>>>);

impl RefusedResponses {
    /// Takes the status of a response that was refused since the last call.
    pub(crate) fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Returns the layer that notes refused responses.
    pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>(&self) -> impl Layer<S> + use<S> {
        self.clone().with_filter(Targets::new().with_target(TARGET, LevelFilter::ERROR))
    }
}

impl<S: Subscriber> Layer<S> for RefusedResponses {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut StatusVisitor(self));
    }
}

struct StatusVisitor<'a>(&'a RefusedResponses);

impl Visit for StatusVisitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == STATUS {
            *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(format!("{value:?}"));
        }
    }
}

//! Writes log lines to stdout as JSON, one object a line, with the fields `timestamp` and `level` that Lambda reads [Lambda
//! developer guide, "Using JSON log format with Lambda"].
//!
//! Only the router's own lines are written, at any level: at TRACE, libraries log what they send and receive.

use std::fmt;
use std::io::Write;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::value::RawValue;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer};

/// The `tracing` target of the router's own lines.
pub(crate) const TARGET: &str = "tenant_router";

/// The variable with the lowest level that is logged. Lambda sets it from the function's `application_log_level`.
const LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

/// Returns the layer that writes the router's own lines, and no others.
pub(crate) fn layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'s> tracing_subscriber::registry::LookupSpan<'s>,
{
    let level = std::env::var(LEVEL).map_or(LevelFilter::INFO, |name| level(&name));
    JsonLines.with_filter(Targets::new().with_target(TARGET, level))
}

/// Parses a level. FATAL becomes ERROR, because the router has no FATAL lines.
fn level(name: &str) -> LevelFilter {
    if name.eq_ignore_ascii_case("FATAL") {
        LevelFilter::ERROR
    } else {
        name.parse().unwrap_or(LevelFilter::INFO)
    }
}

/// Writes a line in one call. A failure is ignored, because there is nowhere to report it.
pub(crate) fn write(mut line: Vec<u8>) {
    line.push(b'\n');
    let _ = std::io::stdout().lock().write_all(&line);
}

/// A field whose value is an object. `tracing` has no such values, so its JSON is recorded as text.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> fmt::Debug for Json<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(&self.0).map_err(|_| fmt::Error)?)
    }
}

struct JsonLines;

impl<S: Subscriber> Layer<S> for JsonLines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if let Ok(line) = line(event) {
            write(line);
        }
    }
}

fn line(event: &Event<'_>) -> serde_json::Result<Vec<u8>> {
    let mut line = Vec::with_capacity(512);
    let mut json = serde_json::Serializer::new(&mut line);
    let mut fields = LineWriter { map: json.serialize_map(None)?, written: Ok(()) };
    fields.write("timestamp", &DateTime::from(SystemTime::now()).fmt(Format::DateTime).unwrap_or_default());
    fields.write("level", event.metadata().level().as_str());
    event.record(&mut fields);
    fields.written?;
    fields.map.end()?;
    Ok(line)
}

/// Writes the fields of an event into the line's JSON object.
struct LineWriter<M: SerializeMap> {
    map: M,
    written: Result<(), M::Error>,
}

impl<M: SerializeMap> LineWriter<M> {
    fn write(&mut self, name: &str, value: &(impl Serialize + ?Sized)) {
        if self.written.is_ok() {
            self.written = self.map.serialize_entry(name, value);
        }
    }
}

impl<M: SerializeMap> Visit for LineWriter<M> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field.name(), value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field.name(), &value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.write(field.name(), &value);
    }

    /// Writes [`Json`] as JSON, and anything else as text.
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match serde_json::from_str::<&RawValue>(&text) {
            Ok(json) => self.write(field.name(), json),
            Err(_) => self.write(field.name(), &text),
        }
    }
}

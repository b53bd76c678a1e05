//! Configuration and wiring: one Lambda handler for any source. What a router binary does is
//! `router::run(source)`.
//!
//! - [`Config`]: the one environment variable, checked
//! - [`run()`]: from process start to the first batch; `handler`: one batch
//! - `telemetry`: every log line; `metrics`: every metric

mod clock;
mod config;
mod handler;
mod metrics;
mod run;
mod telemetry;

pub use config::{Config, ConfigError, FIELDS, Field, TenantLines, VARIABLE};
pub use run::run;

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

pub use config::{Bridge, Config, ConfigError, FIELDS, Field, Group, PayloadPath, TenantLines, VARIABLE};
pub use run::run;

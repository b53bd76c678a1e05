//! Configuration and wiring: one Lambda handler for any source. What a router binary does is
//! `router::run(source)`.
//!
//! - [`Config`]: the one environment variable, checked
//! - [`run()`]: from process start to the first batch; `environment`: what Lambda has to set for that
//! - `runtime`: a handler on `lambda_runtime`; `refusals`: answers that Lambda did not take
//! - `handler`: one batch
//! - [`run_tasks`]: the same for Step Functions tasks; [`run_enricher`]: for the enrichment of pipes
//! - [`ErrorName`]: by which an invocation fails
//! - `telemetry`: every log line; `remedy`: what to do about some; `log`: how they are written; `metrics`: every metric

mod clock;
mod config;
mod enrich;
mod environment;
mod errors;
mod handler;
mod log;
mod metrics;
mod refusals;
mod remedy;
mod run;
mod runtime;
mod task;
mod telemetry;

pub use config::{
    Backend, Bridge, Config, ConfigError, Credentials, FIELDS, Field, Group, PayloadPath, QuarantineQueue,
    Registry, TenantLines, VARIABLE,
};
pub use enrich::run_enricher;
pub use errors::ErrorName;
pub use run::run;
pub use task::run_tasks;

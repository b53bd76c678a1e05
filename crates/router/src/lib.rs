//! Runs a router as a Lambda function: configuration, wiring, log lines and metrics. A router's `main` calls
//! `router::run(source)`.
//!
//! The crate must not decide about records (`routing` does) and must not call AWS itself (`aws` does).
//!
//! Modules, in reading order:
//! - [`run()`]: starts a router and serves it until the process ends; `environment`: checks Lambda's variables
//! - [`Config`]: the configuration, from one environment variable
//! - `preview`: what a router with a configuration would do with an event
//! - `runtime`: runs a handler on `lambda_runtime`; `refused_responses`: notes responses that Lambda refused
//! - `handler`: handles one batch; `clock`: the time of one invocation
//! - [`run_tasks`]: the same for Step Functions tasks; [`run_enricher`]: for the enrichment of pipes
//! - [`ErrorName`]: the names of an invocation's errors
//! - `telemetry`: all log lines, whose names are an interface; `remedy`: what to do about a cause; `log`: writes log lines
//! - `metrics`: all metrics, whose names are an interface too

mod clock;
mod config;
mod enrich;
mod environment;
mod errors;
mod handler;
mod log;
mod metrics;
mod preview;
mod refused_responses;
mod remedy;
mod run;
mod runtime;
mod task;
mod telemetry;

pub use config::{
    BackendConfig, BridgeConfig, BridgeGroup, Config, ConfigError, ConfigField, CredentialsConfig, FIELDS,
    PayloadPath, QuarantineQueue, RegistryConfig, TenantLines, VARIABLE,
};
pub use enrich::run_enricher;
pub use errors::ErrorName;
pub use run::run;
pub use task::run_tasks;

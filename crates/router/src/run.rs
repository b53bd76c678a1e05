//! From process start to the first batch: configuration, clients, runtime. Whatever is wrong fails the init.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use aws::{Clients, LambdaBackend, SqsQuarantine};
use lambda_runtime::{Error, Runtime, service_fn};
use routing::Router;
use sources::Source;

use crate::config::{Config, ConfigError, VARIABLE};
use crate::handler::Handler;
use crate::telemetry::{self, Failed, Level, Started, log};

/// Runs the router of `source` for as long as Lambda wants it. Comes back only with a failure, which it has logged:
/// of the init, or of the runtime.
pub async fn run<S: Source>(source: S) -> ExitCode {
    let began = Instant::now();
    telemetry::log_panics();
    telemetry::log_libraries();
    let handler = match init(source) {
        Ok(handler) => Arc::new(handler),
        Err(error) => {
            log(Level::Error, "init_failed", None, &Failed { problem: error.to_string() });
            return ExitCode::FAILURE;
        }
    };
    let runtime = Runtime::new(service_fn(move |event| {
        let handler = Arc::clone(&handler);
        async move { handler.handle(event).await }
    }));
    let version = env!("CARGO_PKG_VERSION");
    let init_ms = telemetry::millis(began.elapsed());
    log(Level::Info, "started", None, &Started { source: S::NAME, version, init_ms });
    if let Err(error) = runtime.run().await {
        log(Level::Error, "runtime_failed", None, &Failed { problem: error.to_string() });
    }
    ExitCode::FAILURE
}

fn init<S: Source>(source: S) -> Result<Handler<S>, Error> {
    let text = std::env::var(VARIABLE).map_err(|_| {
        ConfigError::new(".", "the variable is not set, or not UTF-8", "set it; the Terraform modules do")
    })?;
    let config = Config::parse(&text, S::NAME)?;
    let clients = Clients::load()?;
    Ok(Handler {
        router: Router {
            source,
            rules: config.rules,
            backend: LambdaBackend::new(&clients, config.function, config.policy.call_timeout),
            quarantine: config.quarantine.map(|url| SqsQuarantine::new(&clients, url)),
            policy: config.policy,
        },
        tenant_lines: config.tenant_lines,
    })
}

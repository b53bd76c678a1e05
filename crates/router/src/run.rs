//! From process start to the first batch: configuration, clients, runtime. Whatever is wrong fails the init.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use aws::{Clients, Destination, LambdaBackend, SqsBridge, SqsQuarantine};
use lambda_runtime::{Error, Runtime, service_fn};
use routing::{Checkpoints, Router};
use sources::Source;

use crate::config::{Config, ConfigError, Group, VARIABLE};
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
    log(Level::Info, "started", None, &Started { source: S::KIND.name(), version, init_ms });
    if let Err(error) = runtime.run().await {
        log(Level::Error, "runtime_failed", None, &Failed { problem: error.to_string() });
    }
    ExitCode::FAILURE
}

fn init<S: Source>(source: S) -> Result<Handler<S>, Error> {
    let text = std::env::var(VARIABLE).map_err(|_| {
        ConfigError::new(".", "the variable is not set, or not UTF-8", "set it; the Terraform modules do")
    })?;
    let config = Config::parse(&text, S::KIND)?;
    let clients = Clients::load()?;
    let source = match config.bridged_from {
        None => source,
        Some(stream) => source.draining(stream).ok_or_else(|| {
            ConfigError::new("bridged_from", "this source drains no bridge", "leave it out")
        })?,
    };
    let backend = match config.bridge {
        None => {
            Destination::Function(LambdaBackend::new(&clients, config.function, config.policy.call_timeout))
        }
        Some(bridge) => {
            let group = match bridge.group {
                Group::Tenant => aws::Group::Tenant,
                Group::TenantAndKey => aws::Group::TenantAndKey,
            };
            Destination::Bridge(SqsBridge::new(&clients, bridge.fifo_queue, group, S::KIND.name()))
        }
    };
    Ok(Handler {
        router: Router {
            source,
            rules: config.rules,
            backend,
            quarantine: config.quarantine.map(|url| SqsQuarantine::new(&clients, url)),
            policy: config.policy,
            checkpoints: Checkpoints::default(),
        },
        tenant_lines: config.tenant_lines,
    })
}

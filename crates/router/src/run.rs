//! From process start to the first invocation: configuration, clients, runtime. Whatever is wrong fails the init.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use aws::{Clients, Destination, LambdaBackend, SqsBridge, SqsQuarantine, TenantRole};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use routing::{Checkpoints, Policy, Router};
use serde::Serialize;
use serde_json::value::RawValue;
use sources::partial_batch::Response;
use sources::{Kind, Source};

use crate::config::{Backend, Config, ConfigError, Credentials, VARIABLE};
use crate::handler::Handler;
use crate::telemetry::{self, Failed, Level, Started, log};

/// What handles invocations.
pub(crate) trait Handle {
    /// Handles one.
    async fn handle(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Reply, Diagnostic>;
}

/// What an invocation answers.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Reply {
    /// Which records the source has to hand out again.
    Items(Response),
    /// JSON that was made elsewhere.
    Json(Box<RawValue>),
    /// That all is well.
    Null,
}

/// The error of an invocation; its type is an interface, since whoever invoked may act on it.
pub(crate) fn failure(error_type: &str, error_message: impl Into<String>) -> Diagnostic {
    Diagnostic { error_type: error_type.to_owned(), error_message: error_message.into() }
}

/// Runs the router of `source` for as long as Lambda wants it. Comes back only with a failure, which it has logged:
/// of the init, or of the runtime.
pub async fn run<S: Source>(source: S) -> ExitCode {
    serve(S::KIND, |config, clients| batches(source, config, clients)).await
}

/// Serves the invocations of the function for `kind`, as [`run`] does.
pub(crate) async fn serve<H: Handle>(
    kind: Kind,
    make: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>,
) -> ExitCode {
    let began = Instant::now();
    telemetry::log_panics();
    telemetry::log_libraries();
    let handler = match init(kind, make) {
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
    log(Level::Info, "started", None, &Started { source: kind.name(), version, init_ms });
    if let Err(error) = runtime.run().await {
        log(Level::Error, "runtime_failed", None, &Failed { problem: error.to_string() });
    }
    ExitCode::FAILURE
}

fn init<H>(kind: Kind, make: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>) -> Result<H, Error> {
    let text = std::env::var(VARIABLE).map_err(|_| {
        ConfigError::new(".", "the variable is not set, or not UTF-8", "set it; the Terraform modules do")
    })?;
    let config = Config::parse(&text, kind)?;
    let clients = Clients::load()?;
    Ok(make(config, &clients)?)
}

/// The functions of a configuration.
pub(crate) fn invoking(
    clients: &Clients,
    backends: Vec<Backend>,
    credentials: Option<Credentials>,
    policy: &Policy,
) -> LambdaBackend {
    let role = credentials.map(|credentials| {
        TenantRole::new(clients, credentials.role_arn, credentials.session, policy.call_timeout)
    });
    let timed = |backend: Backend| {
        let timeout = backend.call_timeout(policy.invocation);
        (backend.function, timeout)
    };
    LambdaBackend::new(clients, backends.into_iter().map(timed)).with_role(role)
}

fn batches<S: Source>(
    source: S,
    config: Config,
    clients: &Clients,
) -> Result<Handler<S, Destination>, ConfigError> {
    let source = match config.bridged_from {
        None => source,
        Some(stream) => source.draining(stream).ok_or_else(|| {
            ConfigError::new("bridged_from", "this source drains no bridge", "leave it out")
        })?,
    };
    let backend = match config.bridge {
        None => Destination::Function(invoking(clients, config.backends, config.credentials, &config.policy)),
        Some(bridge) => {
            Destination::Bridge(SqsBridge::new(clients, bridge.fifo_queue, bridge.group, S::KIND.name()))
        }
    };
    Ok(Handler {
        router: Router {
            source,
            rules: config.rules,
            registry: config.registry.map(|registry| registry.open(clients)),
            backend,
            quarantine: config.quarantine.map(|queue| SqsQuarantine::new(clients, queue)),
            policy: config.policy,
            checkpoints: Checkpoints::default(),
        },
        tenant_lines: config.tenant_lines,
    })
}

//! From process start to the first invocation: configuration, clients, runtime. Whatever is wrong fails the init.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use aws::{Clients, LambdaBackend, SqsBridge, SqsQuarantine, TenantRole};
use routing::ports::DeliveryTarget;
use routing::{Checkpoints, DeliveryPolicy, Router};
use sources::{Kind, Source};
use tracing_subscriber::layer::SubscriberExt;

use crate::config::{Backend, Config, ConfigError, Credentials, VARIABLE};
use crate::environment;
use crate::errors::{ErrorName, failure};
use crate::handler::Handler;
use crate::log;
use crate::refusals::Refusals;
use crate::runtime::{self, Handle};
use crate::telemetry::{self, Failed, Started};

/// Runs the router of `source` for as long as Lambda wants it. Returns only with a failure, which it has logged: of the
/// init, or of the runtime.
pub async fn run<S: Source>(source: S) -> ExitCode {
    serve(S::KIND, |config, clients| batches(source, config, clients)).await
}

/// Serves the invocations of the function for `kind`, as [`run`] does.
pub(crate) async fn serve<H: Handle>(
    kind: Kind,
    make: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>,
) -> ExitCode {
    handle_all(kind, || init(kind, make)).await
}

/// Handles invocations with what `init` makes.
pub(crate) async fn handle_all<H: Handle>(
    kind: Kind,
    init: impl FnOnce() -> Result<H, Box<dyn Error>>,
) -> ExitCode {
    let began = Instant::now();
    let refusals = Refusals::default();
    let lines = tracing_subscriber::registry().with(log::layer()).with(refusals.layer());
    // It fails where a test has set one already.
    let _ = tracing::subscriber::set_global_default(lines);
    telemetry::log_panics();
    let served = match environment::check().map_err(Into::into).and_then(|()| init()) {
        Ok(handler) => {
            Started { source: kind.name(), init: began.elapsed() }.log();
            runtime::run(&handler, &refusals).await
        }
        Err(error) => {
            let problem = error.to_string();
            Failed::Init.log(None, &problem);
            runtime::fail_init(&failure(ErrorName::InitFailed, problem)).await
        }
    };
    if let Err(problem) = served {
        Failed::Runtime.log(None, &problem);
    }
    ExitCode::FAILURE
}

fn init<H>(
    kind: Kind,
    make: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>,
) -> Result<H, Box<dyn Error>> {
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
    policy: &DeliveryPolicy,
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
) -> Result<Handler<S, LambdaBackend, SqsBridge>, ConfigError> {
    let source = match config.bridged_from {
        None => source,
        Some(stream) => source.draining(stream).ok_or_else(|| {
            ConfigError::new("bridged_from", "this source drains no bridge", "leave it out")
        })?,
    };
    let target = match config.bridge {
        None => DeliveryTarget::Backend(invoking(clients, config.backends, config.credentials, &config.policy)),
        Some(bridge) => {
            DeliveryTarget::Bridge(SqsBridge::new(clients, bridge.fifo_queue, bridge.group, S::KIND.name()))
        }
    };
    Ok(Handler {
        router: Router {
            source,
            rules: config.rules,
            registry: config.registry.map(|registry| registry.open(clients)),
            target,
            quarantine: config.quarantine.map(|queue| SqsQuarantine::new(clients, queue)),
            policy: config.policy,
            checkpoints: Checkpoints::default(),
        },
        tenant_lines: config.tenant_lines,
    })
}

//! Starts a router: configuration, clients, runtime. Any error fails the init.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use aws::{Clients, LambdaBackend, SqsBridge, SqsQuarantine, TenantRole};
use routing::ports::DeliveryTarget;
use routing::{Checkpoints, DeliveryPolicy, Router};
use sources::{Kind, Source};
use tracing_subscriber::layer::SubscriberExt;

use crate::config::{BackendConfig, Config, ConfigError, CredentialsConfig, VARIABLE};
use crate::environment;
use crate::errors::{ErrorName, failure};
use crate::handler::BatchHandler;
use crate::log;
use crate::refused_responses::RefusedResponses;
use crate::runtime::{self, InvocationHandler};
use crate::telemetry::{self, FailureLine, StartedLine};

/// Runs the router of `source` until Lambda ends the process. Returns only if the init or the runtime fails, and logs the
/// failure first.
pub async fn run<S: Source>(source: S) -> ExitCode {
    run_handler(S::KIND, |config, clients| batch_handler(source, config, clients)).await
}

/// Like [`run`], but with the handler that `make_handler` creates from the configuration.
pub(crate) async fn run_handler<H: InvocationHandler>(
    kind: Kind,
    make_handler: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>,
) -> ExitCode {
    serve(kind, || create_handler(kind, make_handler)).await
}

/// Runs `init`, and serves invocations with the handler that it creates.
pub(crate) async fn serve<H: InvocationHandler>(
    kind: Kind,
    init: impl FnOnce() -> Result<H, Box<dyn Error>>,
) -> ExitCode {
    let began = Instant::now();
    let refused = RefusedResponses::default();
    let lines = tracing_subscriber::registry().with(log::layer()).with(refused.layer());
    // It fails if a test has set a subscriber already.
    let _ = tracing::subscriber::set_global_default(lines);
    telemetry::log_panics();
    let ended = match environment::check().map_err(Into::into).and_then(|()| init()) {
        Ok(handler) => {
            StartedLine { source: kind.name(), init: began.elapsed() }.log();
            runtime::run(&handler, &refused).await
        }
        Err(error) => {
            let problem = error.to_string();
            FailureLine::Init.log(None, &problem);
            runtime::fail_init(&failure(ErrorName::InitFailed, problem)).await
        }
    };
    if let Err(problem) = ended {
        FailureLine::Runtime.log(None, &problem);
    }
    ExitCode::FAILURE
}

/// Reads the configuration and creates the clients and the handler.
fn create_handler<H>(
    kind: Kind,
    make_handler: impl FnOnce(Config, &Clients) -> Result<H, ConfigError>,
) -> Result<H, Box<dyn Error>> {
    let text = std::env::var(VARIABLE).map_err(|_| {
        ConfigError::new(".", "the variable is not set, or not UTF-8", "set it; the Terraform modules do")
    })?;
    let config = Config::parse(&text, kind)?;
    let clients = Clients::load()?;
    Ok(make_handler(config, &clients)?)
}

/// Creates the backend of a configuration.
pub(crate) fn lambda_backend(
    clients: &Clients,
    backends: Vec<BackendConfig>,
    credentials: Option<CredentialsConfig>,
    policy: &DeliveryPolicy,
) -> LambdaBackend {
    let role = credentials.map(|credentials| {
        TenantRole::new(clients, credentials.role_arn, credentials.session, policy.longest_call)
    });
    let with_timeout = |backend: BackendConfig| {
        let timeout = backend.call_timeout(policy.invocation);
        (backend.function, timeout)
    };
    LambdaBackend::new(clients, backends.into_iter().map(with_timeout)).with_role(role)
}

fn batch_handler<S: Source>(
    source: S,
    config: Config,
    clients: &Clients,
) -> Result<BatchHandler<S, LambdaBackend, SqsBridge>, ConfigError> {
    let source = config.drained(source)?;
    let target = match config.bridge {
        None => DeliveryTarget::Backend(lambda_backend(
            clients,
            config.backends,
            config.credentials,
            &config.policy,
        )),
        Some(bridge) => {
            DeliveryTarget::Bridge(SqsBridge::new(clients, bridge.fifo_queue, bridge.group, S::KIND.name()))
        }
    };
    Ok(BatchHandler {
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

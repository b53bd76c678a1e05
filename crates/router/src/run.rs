//! From process start to the first invocation: configuration, clients, runtime. Whatever is wrong fails the init.

use std::error::Error;
use std::process::ExitCode;
use std::time::Instant;

use aws::{
    Clients, Destination, Failure, Invocation, LambdaBackend, RuntimeApi, RuntimeError, SqsBridge,
    SqsQuarantine, TenantRole,
};
use routing::{Checkpoints, Policy, Router};
use sources::partial_batch::Response;
use sources::{Kind, Source};

use crate::config::{Backend, Config, ConfigError, Credentials, VARIABLE};
use crate::errors::ErrorName;
use crate::handler::Handler;
use crate::telemetry::{self, Failed, Level, Started, log};

/// What handles invocations.
pub(crate) trait Handle {
    /// Handles one.
    async fn handle(&self, invocation: &Invocation) -> Result<Reply, Failure>;
}

/// What an invocation answers.
pub(crate) enum Reply {
    /// Which records the source has to hand out again.
    Items(Response),
    /// JSON that was made elsewhere.
    Json(Vec<u8>),
    /// That all is well.
    Null,
}

impl Reply {
    fn into_json(self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::Items(response) => {
                serde_json::to_vec(&response).map_err(|error| failure(ErrorName::NotJson, error.to_string()))
            }
            Self::Json(json) => Ok(json),
            Self::Null => Ok(b"null".to_vec()),
        }
    }
}

/// The error of an invocation; its name is an interface, since whoever invoked may act on it.
pub(crate) fn failure(error: ErrorName, error_message: impl Into<String>) -> Failure {
    Failure { error_type: error.text().to_owned(), error_message: error_message.into() }
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
    let served = match init(kind, make) {
        Ok(handler) => {
            let version = env!("CARGO_PKG_VERSION");
            let init_ms = telemetry::millis(began.elapsed());
            log(Level::Info, "started", None, &Started { source: kind.name(), version, init_ms });
            forever(&handler).await
        }
        Err(error) => {
            let problem = error.to_string();
            log(Level::Error, "init_failed", None, &Failed { problem: problem.clone() });
            not_started(&failure(ErrorName::InitFailed, problem)).await
        }
    };
    if let Err(error) = served {
        log(Level::Error, "runtime_failed", None, &Failed { problem: error.to_string() });
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
    Ok(make(config, &Clients::load()?)?)
}

/// One invocation after the other: Lambda gives an execution environment the next one when it has the answer to the last
/// [AWS Lambda developer guide, "Understanding the Lambda execution environment lifecycle"].
async fn forever(handler: &impl Handle) -> Result<(), RuntimeError> {
    let lambda = RuntimeApi::load()?;
    loop {
        let invocation = match lambda.next().await {
            Err(ref error @ RuntimeError::NotText { ref request_id, .. }) => {
                log(Level::Error, "batch_refused", Some(request_id), &Failed { problem: error.to_string() });
                continue;
            }
            next => next?,
        };
        let reply = handler.handle(&invocation).await.and_then(Reply::into_json);
        let told = match reply {
            Ok(json) => lambda.answer(&invocation, json).await,
            Err(failure) => lambda.fail(&invocation, &failure).await,
        };
        // Lambda takes an invocation whose answer it has not for failed, and so does the source: all is handed out again.
        if let Err(error) = told {
            let request_id = Some(invocation.request_id.as_str());
            log(Level::Error, "not_answered", request_id, &Failed { problem: error.to_string() });
        }
    }
}

/// Tells Lambda why there will be no invocation.
async fn not_started(failure: &Failure) -> Result<(), RuntimeError> {
    RuntimeApi::load()?.fail_init(failure).await
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

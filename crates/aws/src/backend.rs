//! The backend port: one Invoke of the tenant-isolated function.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{Builder, StalledStreamProtectionConfig};
use aws_sdk_lambda::error::SdkError;
use aws_sdk_lambda::operation::invoke::{InvokeError, InvokeOutput};
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use hyper_util::client::legacy::Error as TransportError;
use routing::ports::{Attempt, Backend, Call, Invocation};

use crate::classify::{self, Refusal};
use crate::clients::Clients;
use crate::credentials::{Session, TenantRole};

/// The header that carries a trace from one service to the next [AWS X-Ray developer guide, "Tracing header"].
const TRACE_HEADER: &str = "X-Amzn-Trace-Id";

/// The tenant-isolated functions on AWS Lambda: the common one, and others that a registry may name.
#[derive(Clone, Debug)]
pub struct LambdaBackend {
    functions: Vec<Function>,
    role: Option<Arc<TenantRole>>,
}

#[derive(Clone, Debug)]
struct Function {
    client: Client,
    name: String,
}

impl LambdaBackend {
    /// Each function's name or ARN, with a version or alias kept, and how long one Invoke of it may take, the start of an
    /// environment included; in the order of [`Admitted::backend`](tenancy::Admitted::backend).
    #[must_use]
    pub fn new(clients: &Clients, functions: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let function = |(name, timeout)| Function { client: client(clients, timeout), name };
        Self { functions: functions.into_iter().map(function).collect(), role: None }
    }

    /// Gives the backend credentials of the tenant's own, by this role; with synchronous Invokes only.
    #[must_use]
    pub fn with_role(mut self, role: Option<TenantRole>) -> Self {
        self.role = role.map(Arc::new);
        self
    }

    /// What an Invoke for this tenant carries beside its payload.
    async fn client_context(&self, call: &Call<'_>) -> Result<Option<Arc<Session>>, Attempt> {
        match (&self.role, call.invocation) {
            (None, _) => Ok(None),
            (Some(role), Invocation::Sync) => role.session_of(call.admitted.tenant()).await.map(Some),
            // Lambda would store them with the event.
            (Some(_), Invocation::Async | Invocation::Bridged) => {
                Err(Attempt::NoCredentials("not for asynchronous invocations".to_owned()))
            }
        }
    }
}

fn client(clients: &Clients, timeout: Duration) -> Client {
    let config = Builder::from(clients.lambda())
        // After a time-out or a 5xx the function may have run: a repeat by the SDK could run it twice.
        .retry_config(RetryConfig::disabled())
        .timeout_config(TimeoutConfig::builder().operation_attempt_timeout(timeout).build())
        // It would take a function that works for more than a few seconds for a stalled connection.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .build();
    Client::from_conf(config)
}

impl Backend for LambdaBackend {
    async fn invoke(&self, call: Call<'_>) -> Attempt {
        let session = match self.client_context(&call).await {
            Ok(session) => session,
            Err(attempt) => return attempt,
        };
        let Call { admitted, payload, invocation, trace_header, .. } = call;
        let Some(function) = self.functions.get(admitted.backend()) else {
            return Attempt::Misconfigured("NoSuchBackend".to_owned());
        };
        let request = function
            .client
            .invoke()
            .function_name(&function.name)
            .invocation_type(invocation_type(invocation))
            .tenant_id(admitted.tenant().as_str())
            .set_client_context(session.map(|session| session.client_context().to_owned()))
            .payload(Blob::new(payload));
        let trace_header = trace_header.map(str::to_owned);
        let sent = request.customize().mutate_request(move |http| {
            if let Some(trace) = &trace_header {
                // In place of what the SDK may have read from the environment. A value that is no header is left out:
                // tracing must not stop a record.
                drop(http.headers_mut().try_insert(TRACE_HEADER, trace.clone()));
            }
        });
        match sent.send().await {
            Ok(output) => answered(invocation, output),
            Err(error) => failed(&error),
        }
    }
}

fn invocation_type(invocation: Invocation) -> InvocationType {
    match invocation {
        // A bridge's record never comes here; if it did, the answer to this would be no receipt for it.
        Invocation::Sync | Invocation::Bridged => InvocationType::RequestResponse,
        Invocation::Async => InvocationType::Event,
    }
}

fn answered(invocation: Invocation, output: InvokeOutput) -> Attempt {
    let body = output.payload.map(Blob::into_inner).unwrap_or_default();
    classify::answer(invocation, output.status_code, output.function_error.as_deref(), body)
}

fn failed(error: &SdkError<InvokeError, HttpResponse>) -> Attempt {
    match error {
        SdkError::ServiceError(service) => {
            let (raw, meta) = (service.raw(), service.err().meta());
            let retry_after = classify::retry_after(raw.headers().get("Retry-After"));
            let status = raw.status().as_u16();
            Refusal { status, code: meta.code(), message: meta.message(), retry_after }.attempt()
        }
        SdkError::ResponseError(response) => {
            Attempt::Uncertain(format!("unreadable answer, HTTP {}", response.raw().status().as_u16()))
        }
        SdkError::TimeoutError(_) => Attempt::TimedOut,
        unsent => not_sent(unsent).unwrap_or_else(|| Attempt::Uncertain("connection lost".to_owned())),
    }
}

/// What is known never to have left this machine.
fn not_sent(error: &SdkError<InvokeError, HttpResponse>) -> Option<Attempt> {
    match cause::<CredentialsError>(error) {
        Some(CredentialsError::ProviderTimedOut(_)) => {
            return Some(Attempt::NotStarted("CredentialsTimedOut".to_owned()));
        }
        Some(_) => return Some(Attempt::Misconfigured("CredentialsNotLoaded".to_owned())),
        None => {}
    }
    if matches!(error, SdkError::ConstructionFailure(_)) {
        return Some(Attempt::Misconfigured("RequestNotBuilt".to_owned()));
    }
    // Name resolution, TCP and TLS are "connect" to the transport; the request is written after them.
    cause::<TransportError>(error)
        .filter(|transport| transport.is_connect())
        .map(|_| Attempt::NotStarted("no connection".to_owned()))
}

/// The first error of this type on the way down to the root of `error`.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref::<E>())
}

//! Implements the backend port: one Invoke of the tenant-isolated function.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use http::HeaderValue;
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};

use crate::call::{CallFailure, NoResponse, ServiceError, with_timeout};
use crate::classify::{self, ErrorResponse};
use crate::clients::Clients;
use crate::credentials::{TenantRole, TenantSession};
use crate::http_client::TransportError;

/// The X-Ray trace header [AWS X-Ray developer guide, "Tracing header"].
const TRACE_HEADER: &str = "x-amzn-trace-id";

/// Invokes tenant-isolated Lambda functions: the common backend, and those that a registry item may name.
#[derive(Clone, Debug)]
pub struct LambdaBackend {
    lambda: Client,
    functions: Vec<BackendFunction>,
    role: Option<Arc<TenantRole>>,
}

#[derive(Clone, Debug)]
struct BackendFunction {
    name: String,
    timeout: Duration,
}

impl LambdaBackend {
    /// Creates a backend from functions in the order of [`Admitted::backend`](tenancy::Admitted::backend).
    ///
    /// Each function is a name or an ARN, with its version or alias, and the longest duration of one Invoke, cold start
    /// included.
    #[must_use]
    pub fn new(clients: &Clients, functions: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let function = |(name, timeout)| BackendFunction { name, timeout };
        let functions = functions.into_iter().map(function).collect();
        Self { lambda: clients.lambda(), functions, role: None }
    }

    /// Sends tenant credentials from this role with each Invoke. Asynchronous Invokes then fail with
    /// [`Attempt::NoCredentials`].
    #[must_use]
    pub fn with_role(mut self, role: Option<TenantRole>) -> Self {
        self.role = role.map(Arc::new);
        self
    }

    /// Returns the tenant credentials that the request carries in its `ClientContext`, if a role is set.
    async fn tenant_session(
        &self,
        request: &InvokeRequest<'_>,
    ) -> Result<Option<Arc<TenantSession>>, Attempt> {
        match (&self.role, request.invocation) {
            (None, _) => Ok(None),
            (Some(role), Invocation::Sync) => role.session_of(request.admitted.tenant()).await.map(Some),
            // Lambda stores an asynchronous event, and would store the credentials with it.
            (Some(_), Invocation::Async | Invocation::Bridged) => {
                Err(Attempt::NoCredentials("not for asynchronous invocations".to_owned()))
            }
        }
    }
}

impl Backend for LambdaBackend {
    async fn invoke(&self, request: InvokeRequest<'_>) -> Attempt {
        let session = match self.tenant_session(&request).await {
            Ok(session) => session,
            Err(attempt) => return attempt,
        };
        let InvokeRequest { admitted, payload, invocation, trace_header, .. } = request;
        let Some(function) = self.functions.get(admitted.backend()) else {
            return Attempt::Misconfigured("NoSuchBackend".to_owned());
        };
        let sdk_call = self
            .lambda
            .invoke()
            .function_name(&function.name)
            .invocation_type(invocation_type(invocation))
            .tenant_id(admitted.tenant().as_str())
            .set_client_context(session.map(|session| session.client_context().to_owned()))
            .payload(Blob::new(payload))
            .customize();
        // An invalid header value is left out: tracing must not stop a record.
        let sdk_call = match trace_header.and_then(|trace| HeaderValue::from_str(trace).ok()) {
            // This replaces the trace that the SDK reads from the environment.
            Some(trace) => sdk_call.mutate_request(move |http| {
                http.headers_mut().insert(TRACE_HEADER, trace.clone());
            }),
            None => sdk_call,
        };
        // Sent once: after a timeout or a 5xx the function may have run, and a retry could run it twice.
        match with_timeout(function.timeout, sdk_call.send()).await {
            Ok(output) => attempt_of_output(invocation, output),
            Err(failure) => attempt_of_failure(&failure),
        }
    }
}

fn invocation_type(invocation: Invocation) -> InvocationType {
    match invocation {
        // A bridged record never gets here. If it did, `classify::response` would not acknowledge it.
        Invocation::Sync | Invocation::Bridged => InvocationType::RequestResponse,
        Invocation::Async => InvocationType::Event,
    }
}

fn attempt_of_output(invocation: Invocation, output: InvokeOutput) -> Attempt {
    let status = u16::try_from(output.status_code).unwrap_or_default();
    let body = output.payload.map(Blob::into_inner).unwrap_or_default();
    classify::response(invocation, status, output.function_error.is_some(), body)
}

fn attempt_of_failure(failure: &CallFailure) -> Attempt {
    match failure {
        CallFailure::Service(ServiceError { status, code, message, retry_after }) => {
            let retry_after = classify::retry_after(retry_after.as_deref());
            let (code, message) = (code.as_deref(), message.as_deref());
            ErrorResponse { status: *status, code, message, retry_after }.attempt()
        }
        CallFailure::Unusable(status) => Attempt::Uncertain(TransportError::Unreadable(*status).to_string()),
        CallFailure::NoResponse(cause) => attempt_without_response(*cause),
    }
}

fn attempt_without_response(cause: NoResponse) -> Attempt {
    match cause {
        NoResponse::TimedOut => Attempt::TimedOut,
        // The request was not sent.
        NoResponse::Transport(TransportError::NotConnected) | NoResponse::CredentialsTimedOut => {
            Attempt::NotStarted(cause.code())
        }
        NoResponse::NoCredentials | NoResponse::NotBuilt => Attempt::Misconfigured(cause.code()),
        NoResponse::Transport(TransportError::ConnectionLost | TransportError::Unreadable(_)) => {
            Attempt::Uncertain(cause.code())
        }
    }
}

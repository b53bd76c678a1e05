//! The backend port: one Invoke of the tenant-isolated function.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::operation::invoke::InvokeOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::InvocationType;
use http::HeaderValue;
use routing::ports::{Attempt, Backend, InvokeRequest, Invocation};

use crate::call::{CallFailure, NoAnswer, Refused, within};
use crate::classify::{self, Refusal};
use crate::clients::Clients;
use crate::credentials::{Session, TenantRole};
use crate::http_client::TransportError;

/// The header that carries a trace from one service to the next [AWS X-Ray developer guide, "Tracing header"].
const TRACE_HEADER: &str = "x-amzn-trace-id";

/// The tenant-isolated functions on AWS Lambda: the common one, and others that a registry may name.
#[derive(Clone, Debug)]
pub struct LambdaBackend {
    lambda: Client,
    functions: Vec<Function>,
    role: Option<Arc<TenantRole>>,
}

#[derive(Clone, Debug)]
struct Function {
    name: String,
    timeout: Duration,
}

impl LambdaBackend {
    /// Each function's name or ARN, with a version or alias kept, and how long one Invoke of it may take, the start of an
    /// environment included; in the order of [`Admitted::backend`](tenancy::Admitted::backend).
    #[must_use]
    pub fn new(clients: &Clients, functions: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let function = |(name, timeout)| Function { name, timeout };
        let functions = functions.into_iter().map(function).collect();
        Self { lambda: clients.lambda(), functions, role: None }
    }

    /// Gives the backend credentials of the tenant's own, by this role; with synchronous Invokes only.
    #[must_use]
    pub fn with_role(mut self, role: Option<TenantRole>) -> Self {
        self.role = role.map(Arc::new);
        self
    }

    /// What an Invoke for this tenant carries beside its payload.
    async fn client_context(&self, call: &InvokeRequest<'_>) -> Result<Option<Arc<Session>>, Attempt> {
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

impl Backend for LambdaBackend {
    async fn invoke(&self, call: InvokeRequest<'_>) -> Attempt {
        let session = match self.client_context(&call).await {
            Ok(session) => session,
            Err(attempt) => return attempt,
        };
        let InvokeRequest { admitted, payload, invocation, trace_header, .. } = call;
        let Some(function) = self.functions.get(admitted.backend()) else {
            return Attempt::Misconfigured("NoSuchBackend".to_owned());
        };
        let request = self
            .lambda
            .invoke()
            .function_name(&function.name)
            .invocation_type(invocation_type(invocation))
            .tenant_id(admitted.tenant().as_str())
            .set_client_context(session.map(|session| session.client_context().to_owned()))
            .payload(Blob::new(payload))
            .customize();
        // A value that is no header is left out: tracing must not stop a record.
        let request = match trace_header.and_then(|trace| HeaderValue::from_str(trace).ok()) {
            // In place of what the SDK reads from the environment.
            Some(trace) => request.mutate_request(move |http| {
                http.headers_mut().insert(TRACE_HEADER, trace.clone());
            }),
            None => request,
        };
        // Sent once: after a time-out or a 5xx the function may have run, and a repeat could run it twice.
        match within(function.timeout, request.send()).await {
            Ok(output) => answered(invocation, output),
            Err(failure) => failed(&failure),
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
    let status = u16::try_from(output.status_code).unwrap_or_default();
    let body = output.payload.map(Blob::into_inner).unwrap_or_default();
    classify::answer(invocation, status, output.function_error.is_some(), body)
}

fn failed(failure: &CallFailure) -> Attempt {
    match failure {
        CallFailure::Refused(Refused { status, code, message, retry_after }) => {
            let retry_after = classify::retry_after(retry_after.as_deref());
            let (code, message) = (code.as_deref(), message.as_deref());
            Refusal { status: *status, code, message, retry_after }.attempt()
        }
        CallFailure::Unusable(status) => Attempt::Uncertain(TransportError::Unreadable(*status).to_string()),
        CallFailure::NoAnswer(none) => not_answered(*none),
    }
}

fn not_answered(none: NoAnswer) -> Attempt {
    match none {
        NoAnswer::TimedOut => Attempt::TimedOut,
        // It never left this machine.
        NoAnswer::Transport(TransportError::NotConnected) | NoAnswer::CredentialsTimedOut => {
            Attempt::NotStarted(none.code())
        }
        NoAnswer::NoCredentials | NoAnswer::NotBuilt => Attempt::Misconfigured(none.code()),
        NoAnswer::Transport(TransportError::ConnectionLost | TransportError::Unreadable(_)) => {
            Attempt::Uncertain(none.code())
        }
    }
}

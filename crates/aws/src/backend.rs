//! The backend port: one Invoke of the tenant-isolated function.

use std::sync::Arc;
use std::time::Duration;

use routing::ports::{Attempt, Backend, Call, Invocation};

use crate::classify::{self, Refusal};
use crate::clients::Clients;
use crate::credentials::{Session, TenantRole};
use crate::endpoint::Service;
use crate::fault::Fault;
use crate::percent;
use crate::signed::{Request, Signed, TRACE_HEADER};
use crate::wire::{Answer, NoAnswer};

/// The tenant-isolated functions on AWS Lambda: the common one, and others that a registry may name.
#[derive(Clone, Debug)]
pub struct LambdaBackend {
    lambda: Signed,
    functions: Vec<Function>,
    role: Option<Arc<TenantRole>>,
}

#[derive(Clone, Debug)]
struct Function {
    path: String,
    timeout: Duration,
}

impl LambdaBackend {
    /// Each function's name or ARN, with a version or alias kept, and how long one Invoke of it may take, the start of an
    /// environment included; in the order of [`Admitted::backend`](tenancy::Admitted::backend).
    #[must_use]
    pub fn new(clients: &Clients, functions: impl IntoIterator<Item = (String, Duration)>) -> Self {
        let function = |(name, timeout): (String, Duration)| {
            let path = format!("/2015-03-31/functions/{}/invocations", percent::encoded(&name));
            Function { path, timeout }
        };
        let functions = functions.into_iter().map(function).collect();
        Self { lambda: clients.signed(Service::Lambda), functions, role: None }
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
        let mut headers = vec![
            ("content-type", "application/octet-stream"),
            ("x-amz-invocation-type", invocation_type(invocation)),
            ("x-amz-tenant-id", admitted.tenant().as_str()),
        ];
        headers.extend(session.as_ref().map(|session| ("x-amz-client-context", session.client_context())));
        // A value that is no header is left out: tracing must not stop a record.
        let trace_header = trace_header.filter(|trace| http::HeaderValue::from_str(trace).is_ok());
        headers.extend(trace_header.map(|trace| (TRACE_HEADER, trace)));
        let request =
            Request { method: "POST", path: &function.path, headers: &headers, body: payload.into() };
        // Sent once: after a time-out or a 5xx the function may have run, and a repeat could run it twice.
        match self.lambda.send(request, function.timeout).await {
            Ok(answer) => answered(invocation, answer),
            Err(none) => not_answered(none),
        }
    }
}

fn invocation_type(invocation: Invocation) -> &'static str {
    match invocation {
        // A bridge's record never comes here; if it did, the answer to this would be no receipt for it.
        Invocation::Sync | Invocation::Bridged => "RequestResponse",
        Invocation::Async => "Event",
    }
}

fn answered(invocation: Invocation, answer: Answer) -> Attempt {
    if (200..300).contains(&answer.status) {
        let function_error = answer.headers.contains_key("x-amz-function-error");
        return classify::answer(invocation, answer.status, function_error, answer.body);
    }
    let Fault { code, message } = Fault::of_json(&answer);
    let retry_after = classify::retry_after(answer.header("retry-after"));
    let (code, message) = (code.as_deref(), message.as_deref());
    Refusal { status: answer.status, code, message, retry_after }.attempt()
}

fn not_answered(none: NoAnswer) -> Attempt {
    match none {
        NoAnswer::TimedOut => Attempt::TimedOut,
        // It never left this machine.
        NoAnswer::NotConnected | NoAnswer::CredentialsTimedOut => Attempt::NotStarted(none.code()),
        NoAnswer::NoCredentials | NoAnswer::NotBuilt => Attempt::Misconfigured(none.code()),
        NoAnswer::ConnectionLost | NoAnswer::Unreadable(_) => Attempt::Uncertain(none.code()),
    }
}

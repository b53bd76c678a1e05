//! Tests the backend over HTTP: the request, the number of attempts, and the attempt that each response gives.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::time::Duration;

use aws::LambdaBackend;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use common::{Reply, Server, admitted, answer, clients, clients_with, error};
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live";
const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const TIMEOUT: Duration = Duration::from_secs(30);

fn call(tenant: &str, invocation: Invocation) -> InvokeRequest<'static> {
    InvokeRequest {
        admitted: admitted(tenant),
        payload: b"{\"Records\": [1.0]}".to_vec(),
        invocation,
        trace_header: Some(TRACE),
    }
}

async fn invoke_at(endpoint: &str) -> Attempt {
    LambdaBackend::new(&clients(endpoint), [(FUNCTION.to_owned(), TIMEOUT)])
        .invoke(call("blue", Invocation::Sync))
        .await
}

/// Invokes against this reply, and checks that one request was sent.
async fn attempt(reply: Reply) -> Attempt {
    let server = Server::start([reply]).await;
    let attempt = invoke_at(&server.url()).await;
    server.only_request();
    attempt
}

fn not_started(code: &str) -> Attempt {
    Attempt::NotStarted(code.to_owned())
}

fn uncertain(code: &str) -> Attempt {
    Attempt::Uncertain(code.to_owned())
}

#[tokio::test]
async fn invoke_carries_tenant_trace_and_payload() {
    let server = Server::start([answer(200, "{\"batchItemFailures\":[]}")]).await;
    let attempt = invoke_at(&server.url()).await;
    assert_eq!(attempt, Attempt::Answered(b"{\"batchItemFailures\":[]}".to_vec()));
    let request = server.only_request();
    let function = FUNCTION.replace(':', "%3A");
    assert_eq!(request.path, format!("/2015-03-31/functions/{function}/invocations"));
    assert_eq!(request.header("X-Amz-Tenant-Id"), ["blue"]);
    assert_eq!(request.header("X-Amzn-Trace-Id"), [TRACE]);
    assert_eq!(request.header("X-Amz-Invocation-Type"), ["RequestResponse"]);
    assert_eq!(request.header("X-Amz-Log-Type"), [""; 0]);
    assert_eq!(request.body, b"{\"Records\": [1.0]}");
}

#[tokio::test]
async fn asynchronous_invoke_is_accepted_with_202() {
    let server = Server::start([answer(202, "")]).await;
    let backend = LambdaBackend::new(&clients(&server.url()), [(FUNCTION.to_owned(), TIMEOUT)]);
    assert_eq!(backend.invoke(call("blue", Invocation::Async)).await, Attempt::Accepted);
    assert_eq!(server.only_request().header("X-Amz-Invocation-Type"), ["Event"]);
}

#[tokio::test]
async fn status_of_another_invocation_type_is_uncertain() {
    assert_eq!(attempt(answer(202, "")).await, uncertain("HTTP 202"));
}

#[tokio::test]
async fn invalid_trace_header_is_left_out() {
    let server = Server::start([answer(200, "null")]).await;
    let backend = LambdaBackend::new(&clients(&server.url()), [(FUNCTION.to_owned(), TIMEOUT)]);
    let broken = InvokeRequest { trace_header: Some("a\nb"), ..call("blue", Invocation::Sync) };
    assert_eq!(backend.invoke(broken).await, Attempt::Answered(b"null".to_vec()));
    assert_eq!(server.only_request().header("X-Amzn-Trace-Id"), [""; 0]);
}

#[tokio::test]
async fn any_valid_tenant_id_is_sent_unchanged() {
    for tenant in ["a", "blue  sky@a/b:c=d+e-f_g.h", &"x".repeat(256)] {
        let server = Server::start([answer(200, "null")]).await;
        let backend = LambdaBackend::new(&clients(&server.url()), [(FUNCTION.to_owned(), TIMEOUT)]);
        backend.invoke(call(tenant, Invocation::Sync)).await;
        assert_eq!(server.only_request().header("X-Amz-Tenant-Id"), [tenant]);
    }
}

#[tokio::test]
async fn function_error_is_found_by_its_header() {
    for kind in ["Unhandled", "Handled"] {
        let headers = vec![("X-Amz-Function-Error", kind)];
        for (error_type, expected) in
            [("ValueError", Attempt::FunctionError), ("Sandbox.Timedout", Attempt::TimedOut)]
        {
            let (headers, body) = (headers.clone(), format!("{{\"errorType\":\"{error_type}\"}}"));
            assert_eq!(attempt(Reply::Answer { status: 200, headers, body }).await, expected);
        }
    }
}

#[tokio::test]
async fn throttle_is_returned_with_retry_after() {
    let body = "{\"Reason\":\"ConcurrentInvocationLimitExceeded\",\"message\":\"Rate Exceeded.\"}";
    let code = ("X-Amzn-ErrorType", "TooManyRequestsException");
    let with = Reply::Answer { status: 429, headers: vec![code, ("Retry-After", "7")], body: body.into() };
    let throttled = |retry_after, code: &str| Attempt::Throttled { retry_after, code: code.to_owned() };
    let seven = Some(Duration::from_secs(7));
    assert_eq!(attempt(with).await, throttled(seven, "TooManyRequestsException"));
    let without = Reply::Answer { status: 429, headers: vec![code], body: body.into() };
    assert_eq!(attempt(without).await, throttled(None, "TooManyRequestsException"));
    assert_eq!(attempt(answer(429, "")).await, throttled(None, "HTTP 429"));
}

#[tokio::test]
async fn invoke_that_may_have_run_is_not_retried() {
    assert_eq!(attempt(error(500, "ServiceException", "")).await, uncertain("ServiceException"));
    assert_eq!(
        attempt(error(503, "ServiceUnavailableException", "")).await,
        uncertain("ServiceUnavailableException")
    );
    assert_eq!(attempt(answer(502, "<html>Bad Gateway</html>")).await, uncertain("HTTP 502"));
    assert_eq!(attempt(answer(504, "")).await, uncertain("HTTP 504"));
    assert_eq!(attempt(Reply::Cut).await, uncertain("connection lost"));
    assert_eq!(attempt(Reply::CutInBody).await, uncertain("unreadable answer, HTTP 200"));
}

#[tokio::test]
async fn error_is_classified_by_code_and_message() {
    let tenancy = "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.";
    let invalid = "InvalidParameterValueException";
    assert_eq!(attempt(error(400, invalid, tenancy)).await, Attempt::Misconfigured(invalid.to_owned()));
    assert_eq!(attempt(error(400, invalid, "no")).await, Attempt::Refused(invalid.to_owned()));
    let missing = "ResourceNotFoundException";
    assert_eq!(attempt(error(404, missing, "")).await, Attempt::Misconfigured(missing.to_owned()));
    let too_large = "RequestTooLargeException";
    assert_eq!(attempt(error(413, too_large, "")).await, Attempt::Refused(too_large.to_owned()));
    for (status, code) in [(409, "ResourceConflictException"), (502, "ResourceNotReadyException")] {
        assert_eq!(attempt(error(status, code, "")).await, not_started(code));
    }
}

#[tokio::test]
async fn no_connection_means_not_started() {
    // Nothing listens on port 1. A port that was free a moment ago may belong to another test by now.
    assert_eq!(invoke_at("http://127.0.0.1:1").await, not_started("no connection"));
    assert_eq!(invoke_at("http://no-such-host.invalid").await, not_started("no connection"));
}

#[tokio::test]
async fn unanswered_tls_greeting_means_not_started() {
    let mut server = Server::start([]).await;
    let endpoint = server.https_url();
    let invoking = tokio::spawn(async move { invoke_at(&endpoint).await });
    server.arrival().await;
    tokio::time::pause();
    assert_eq!(invoking.await.unwrap(), not_started("no connection"));
}

/// Checks that an Invoke with this reply times out, and not before its timeout.
async fn assert_times_out(reply: Reply) {
    let mut server = Server::start([reply]).await;
    let endpoint = server.url();
    let invoking = tokio::spawn(async move { invoke_at(&endpoint).await });
    server.arrival().await;
    tokio::time::pause();
    for _ in 1..TIMEOUT.as_secs() {
        tokio::time::advance(Duration::from_secs(1)).await;
        tokio::task::yield_now().await;
    }
    assert!(!invoking.is_finished());
    assert_eq!(invoking.await.unwrap(), Attempt::TimedOut);
    server.only_request();
}

#[tokio::test]
async fn silent_function_times_out() {
    assert_times_out(Reply::Silence).await;
}

#[tokio::test]
async fn stalled_response_times_out() {
    assert_times_out(Reply::SilenceInBody).await;
}

#[tokio::test]
async fn invoke_without_credentials_is_not_sent() {
    for (error, expected) in [
        (FailingProvider::NotLoaded, Attempt::Misconfigured("CredentialsNotLoaded".to_owned())),
        (FailingProvider::TimedOut, not_started("CredentialsTimedOut")),
    ] {
        let server = Server::start([]).await;
        let backend =
            LambdaBackend::new(&clients_with(&server.url(), error), [(FUNCTION.to_owned(), TIMEOUT)]);
        assert_eq!(backend.invoke(call("blue", Invocation::Sync)).await, expected);
        assert!(server.requests().is_empty());
    }
}

/// A credentials provider that fails.
#[derive(Debug)]
enum FailingProvider {
    NotLoaded,
    TimedOut,
}

impl ProvideCredentials for FailingProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::ready(Err(match self {
            Self::NotLoaded => CredentialsError::not_loaded("none"),
            Self::TimedOut => CredentialsError::provider_timed_out(Duration::ZERO),
        }))
    }
}

#[tokio::test]
async fn connection_is_reused_by_the_next_invoke() {
    let server =
        Server::start([answer(200, "1"), answer(200, "2"), error(429, "TooManyRequestsException", "")]).await;
    let clients = clients(&server.url());
    for _ in 0..3 {
        // Backends created from the same clients share connections.
        LambdaBackend::new(&clients, [(FUNCTION.to_owned(), TIMEOUT)])
            .invoke(call("blue", Invocation::Sync))
            .await;
    }
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 0]);
}

#[tokio::test]
async fn large_payload_and_response_arrive_whole() {
    let large = "x".repeat(Invocation::Sync.max_payload_bytes() - 2);
    let json = format!("\"{large}\"");
    let server = Server::start([answer(200, json.clone())]).await;
    let backend = LambdaBackend::new(&clients(&server.url()), [(FUNCTION.to_owned(), TIMEOUT)]);
    let whole = InvokeRequest { payload: json.clone().into_bytes(), ..call("blue", Invocation::Sync) };
    assert!(backend.invoke(whole).await == Attempt::Answered(json.clone().into_bytes()));
    assert!(server.only_request().body == json.into_bytes());
}

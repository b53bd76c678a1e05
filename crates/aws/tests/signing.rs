//! Tests how an Invoke is signed: with the current credentials and the machine's own clock.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use aws::{Clients, LambdaBackend};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, future};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use common::{Reply, Request, Server, admitted, answer, clients, clients_with};
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};

fn backend(clients: &Clients) -> LambdaBackend {
    LambdaBackend::new(clients, [("orders".to_owned(), Duration::from_secs(30))])
}

async fn invoke(backend: &LambdaBackend) -> Attempt {
    let call = InvokeRequest {
        admitted: admitted("blue"),
        payload: b"{}".to_vec(),
        invocation: Invocation::Sync,
        trace_header: None,
    };
    backend.invoke(call).await
}

/// Whether a request is signed with the current time.
fn is_signed_now(request: &Request) -> bool {
    let digits: Vec<u8> = request.header("X-Amz-Date")[0].bytes().filter(u8::is_ascii_digit).collect();
    let digits = String::from_utf8(digits).unwrap();
    let [date, time] = [&digits[..8], &digits[8..]];
    let text = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    let signed = SystemTime::try_from(DateTime::from_str(&text, Format::DateTime).unwrap()).unwrap();
    let apart = |one: SystemTime, other: SystemTime| one.duration_since(other).unwrap_or_default();
    let now = SystemTime::now();
    apart(now, signed).max(apart(signed, now)) < Duration::from_mins(1)
}

#[tokio::test]
async fn wrong_clock_is_a_misconfiguration_and_stays_as_it_is() {
    let codes =
        ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired", "RequestTimeTooSkewed"];
    for code in codes {
        // The service's clock says the year 2100.
        let headers = vec![("X-Amzn-ErrorType", code), ("Date", "Fri, 01 Jan 2100 00:00:00 GMT")];
        let refusal = Reply::Answer { status: 403, headers, body: "{\"message\":\"no\"}".to_owned() };
        let server = Server::start([refusal, answer(200, "null")]).await;
        let backend = backend(&clients(&server.url()));
        assert_eq!(invoke(&backend).await, Attempt::Misconfigured(code.to_owned()));
        invoke(&backend).await;
        assert!(server.requests().iter().all(is_signed_now), "{code}");
    }
}

#[tokio::test]
async fn long_invoke_does_not_move_the_clock() {
    // The SDK may take this time for the time in the middle of the call.
    let headers = vec![("Date", "Fri, 01 Jan 2100 00:00:00 GMT")];
    let reply = Reply::Answer { status: 200, headers, body: "null".to_owned() };
    let server = Server::start([reply.clone(), reply]).await;
    let backend = backend(&clients(&server.url()));
    for _ in 0..2 {
        assert_eq!(invoke(&backend).await, Attempt::Answered(b"null".to_vec()));
    }
    assert!(server.requests().iter().all(is_signed_now));
}

/// A credentials provider that returns new credentials for each request.
#[derive(Debug, Default)]
struct RenewingProvider(AtomicU32);

impl ProvideCredentials for RenewingProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let key = format!("AKID{}", self.0.fetch_add(1, Ordering::SeqCst));
        future::ProvideCredentials::ready(Ok(Credentials::new(key, "secret", None, None, "test")))
    }
}

#[tokio::test]
async fn renewed_credentials_sign_the_next_invoke() {
    let server = Server::start([answer(200, "null"), answer(200, "null")]).await;
    let backend = backend(&clients_with(&server.url(), RenewingProvider::default()));
    for _ in 0..2 {
        invoke(&backend).await;
    }
    for (index, request) in server.requests().iter().enumerate() {
        let authorization = request.header("Authorization").concat();
        assert!(authorization.contains(&format!("Credential=AKID{index}/")), "{authorization}");
    }
}

//! Tests tenant credentials over HTTP: requests to STS, the cache, and what the backend gets.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::time::Duration;

use aws::{LambdaBackend, TenantRole};
use common::{Reply, Server, admitted, answer, clients};
use futures_util::future::join_all;
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};

const ROLE: &str = "arn:aws:iam::111122223333:role/orders-tenant";
const TIMEOUT: Duration = Duration::from_secs(5);

/// STS's response with a session that expires then.
fn session(until: &str) -> Reply {
    answer(
        200,
        format!(
            "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAHUSH</AccessKeyId>\
             <SecretAccessKey>hush</SecretAccessKey><SessionToken>hush-hush</SessionToken>\
             <Expiration>{until}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
        ),
    )
}

const FAR: &str = "2099-01-01T00:00:00Z";

fn refusal(status: u16, code: &str) -> Reply {
    answer(status, format!("<ErrorResponse><Error><Code>{code}</Code></Error></ErrorResponse>"))
}

fn done() -> Reply {
    answer(200, "{}")
}

async fn invoke(backend: &LambdaBackend, tenant: &str, invocation: Invocation) -> Attempt {
    let payload = b"{}".to_vec();
    backend
        .invoke(InvokeRequest { admitted: admitted(tenant), payload, invocation, trace_header: None })
        .await
}

/// A backend whose STS and Lambda are two servers.
fn backend(sts: &Server, lambda: &Server) -> LambdaBackend {
    let role = TenantRole::new(&clients(&sts.url()), ROLE, Duration::from_hours(1), TIMEOUT);
    LambdaBackend::new(&clients(&lambda.url()), [("orders".to_owned(), TIMEOUT)]).with_role(Some(role))
}

#[tokio::test]
async fn invoke_carries_its_tenants_cached_session() {
    let sts = Server::start([session(FAR), session(FAR)]).await;
    let lambda = Server::start([done(), done(), done()]).await;
    let backend = backend(&sts, &lambda);
    for tenant in ["blue", "blue", "green"] {
        assert!(matches!(invoke(&backend, tenant, Invocation::Sync).await, Attempt::Answered(_)));
    }
    let bodies: Vec<String> =
        sts.requests().iter().map(|request| String::from_utf8(request.body.clone()).unwrap()).collect();
    assert_eq!(bodies.len(), 2);
    assert!(bodies[0].contains("Tags.member.1.Key=tenant_id&Tags.member.1.Value=blue"), "{}", bodies[0]);
    assert!(bodies[1].ends_with("Tags.member.1.Value=green"), "{}", bodies[1]);
    for request in lambda.requests() {
        assert_eq!(request.header("x-amz-client-context").len(), 1);
    }
}

#[tokio::test]
async fn tenant_id_becomes_a_session_tag_unchanged() {
    let (sts, lambda) = (Server::start([session(FAR)]).await, Server::start([done()]).await);
    let invoked = invoke(&backend(&sts, &lambda), "a b+c=@:", Invocation::Sync).await;
    assert!(matches!(invoked, Attempt::Answered(_)));
    let body = String::from_utf8(sts.requests()[0].body.clone()).unwrap();
    assert!(body.contains("&DurationSeconds=3600"), "{body}");
    let tag = "&Tags.member.1.Key=tenant_id&Tags.member.1.Value=a%20b%2Bc%3D%40%3A";
    assert!(body.ends_with(tag), "{body}");
}

#[tokio::test]
async fn concurrent_invokes_share_one_session_request() {
    let sts = Server::start([session(FAR)]).await;
    let lambda = Server::start((0..20).map(|_| done())).await;
    let backend = backend(&sts, &lambda);
    let attempts = join_all((0..20).map(|_| invoke(&backend, "blue", Invocation::Sync))).await;
    assert!(attempts.iter().all(|attempt| matches!(attempt, Attempt::Answered(_))), "{attempts:?}");
    assert_eq!(sts.requests().len(), 1);
}

#[tokio::test]
async fn expiring_session_is_not_reused() {
    // The first session has expired already, so the next Invoke needs a new one.
    let sts = Server::start([session("2020-01-01T00:00:00Z"), session(FAR)]).await;
    let lambda = Server::start([done(), done(), done()]).await;
    let backend = backend(&sts, &lambda);
    for _ in 0..3 {
        invoke(&backend, "blue", Invocation::Sync).await;
    }
    assert_eq!(sts.requests().len(), 2);
}

#[tokio::test]
async fn failed_session_sends_no_invoke() {
    for (reply, expected) in [
        (refusal(403, "AccessDenied"), Attempt::NoCredentials("sts: AccessDenied".to_owned())),
        (
            refusal(403, "SignatureDoesNotMatch"),
            Attempt::NoCredentials("sts: SignatureDoesNotMatch".to_owned()),
        ),
        (refusal(400, "Throttling"), Attempt::NotStarted("sts: Throttling".to_owned())),
        (refusal(500, "InternalFailure"), Attempt::NotStarted("sts: InternalFailure".to_owned())),
        (Reply::Cut, Attempt::NotStarted("sts: connection lost".to_owned())),
        (answer(200, "<a/>"), Attempt::NoCredentials("sts: UnusableAnswer".to_owned())),
        (session("soon"), Attempt::NoCredentials("sts: UnusableAnswer".to_owned())),
    ] {
        let sts = Server::start([reply]).await;
        let lambda = Server::start([]).await;
        assert_eq!(invoke(&backend(&sts, &lambda), "blue", Invocation::Sync).await, expected);
        assert!(lambda.requests().is_empty());
    }
}

#[tokio::test]
async fn tenant_id_with_a_slash_gets_no_credentials() {
    let (sts, lambda) = (Server::start([session(FAR)]).await, Server::start([done()]).await);
    let attempt = invoke(&backend(&sts, &lambda), "blue/1", Invocation::Sync).await;
    assert_eq!(attempt, Attempt::NoCredentials("TenantIdHasSlash".to_owned()));
    assert!(sts.requests().is_empty() && lambda.requests().is_empty());
}

#[tokio::test]
async fn asynchronous_invoke_carries_no_credentials() {
    let (sts, lambda) = (Server::start([session(FAR)]).await, Server::start([done()]).await);
    let attempt = invoke(&backend(&sts, &lambda), "blue", Invocation::Async).await;
    assert!(matches!(attempt, Attempt::NoCredentials(_)), "{attempt:?}");
    assert!(sts.requests().is_empty() && lambda.requests().is_empty());
}

#[tokio::test]
async fn backend_debug_output_shows_no_credentials() {
    let (sts, lambda) = (Server::start([session(FAR)]).await, Server::start([done()]).await);
    let backend = backend(&sts, &lambda);
    invoke(&backend, "blue", Invocation::Sync).await;
    let printed = format!("{backend:?}").to_lowercase();
    assert!(!printed.contains("hush"), "{printed}");
}

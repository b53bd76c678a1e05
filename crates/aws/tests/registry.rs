//! Tests the registry's table over HTTP: requests, responses and retries.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::time::Duration;

use aws::TableRegistry;
use common::{Reply, Request, Server, answer, clients};
use routing::ports::{RegistryRead, RegistryReader};
use serde_json::{Value, json};
use tenancy::{Grammar, Status, TenantId, TenantRecord};

const PATIENCE: Duration = Duration::from_secs(2);

fn tenants(ids: &[&str]) -> Vec<TenantId> {
    ids.iter().map(|id| TenantId::parse(id, &Grammar::Lambda).unwrap()).collect()
}

fn item(id: &str, status: &str) -> Value {
    json!({ "tenant_id": { "S": id }, "status": { "S": status } })
}

fn items(items: &[Value]) -> Reply {
    answer(200, json!({ "Responses": { "tenants": items }, "UnprocessedKeys": {} }).to_string())
}

/// An error as DynamoDB writes it.
fn error(status: u16, code: &str) -> Reply {
    let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
    answer(status, json!({ "__type": kind, "message": "no" }).to_string())
}

fn active() -> RegistryRead {
    RegistryRead::Listed(Some(TenantRecord { status: Status::Active, principals: None, backend: None }))
}

async fn read(server: &Server, table: &str, ids: &[&str]) -> Vec<RegistryRead> {
    TableRegistry::new(&clients(&server.url()), table).read(&tenants(ids), PATIENCE).await
}

fn keys(request: &Request) -> Vec<String> {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let (_, table) = body["RequestItems"].as_object().unwrap().iter().next().unwrap();
    let keys = table["Keys"].as_array().unwrap().iter();
    keys.map(|key| key["tenant_id"]["S"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn one_request_reads_all_tenants() {
    let odd = json!({ "tenant_id": { "S": "odd" }, "status": { "S": "on" } });
    let server = Server::start([items(&[odd, item("a", "active")])]).await;
    let reads = read(&server, "tenants", &["a", "none", "odd"]).await;
    assert_eq!(reads[..2], [active(), RegistryRead::Listed(None)]);
    assert!(matches!(&reads[2], RegistryRead::Malformed(fault) if fault.starts_with("status")), "{reads:?}");
    let request = server.only_request();
    assert_eq!(request.header("x-amz-target"), ["DynamoDB_20120810.BatchGetItem"]);
    assert!(request.header("authorization")[0].contains("/dynamodb/aws4_request"));
    assert_eq!(keys(&request), ["a", "none", "odd"]);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["RequestItems"]["tenants"]["ExpressionAttributeNames"]["#s"], "status");
}

#[tokio::test]
async fn table_arn_may_come_back_as_a_name() {
    let server = Server::start([items(&[item("a", "active")])]).await;
    let arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/tenants";
    assert_eq!(read(&server, arn, &["a"]).await, [active()]);
}

#[tokio::test]
async fn request_reads_a_hundred_tenants() {
    fn all(request: &Request) -> Reply {
        items(&keys(request).iter().map(|id| item(id, "active")).collect::<Vec<_>>())
    }
    let server = Server::start([(); 3].map(|()| Reply::By(all))).await;
    let ids: Vec<String> = (0..201).map(|number| format!("t{number}")).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(read(&server, "tenants", &ids).await, vec![active(); 201]);
    let mut sizes: Vec<usize> = server.requests().iter().map(|request| keys(request).len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 100, 100]);
}

#[tokio::test]
async fn unprocessed_key_is_retried_and_never_absent() {
    let unprocessed = json!({ "tenants": { "Keys": [{ "tenant_id": { "S": "b" } }] } });
    let partial =
        json!({ "Responses": { "tenants": [item("a", "active")] }, "UnprocessedKeys": unprocessed });
    let server = Server::start([answer(200, partial.to_string()), items(&[item("b", "suspended")])]).await;
    let reads = read(&server, "tenants", &["a", "b"]).await;
    let suspended = TenantRecord { status: Status::Suspended, principals: None, backend: None };
    assert_eq!(reads, [active(), RegistryRead::Listed(Some(suspended))]);
    assert_eq!(keys(&server.requests()[1]), ["b"]);
}

#[tokio::test]
async fn throttled_table_is_retried_within_patience() {
    let busy = ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"];
    let replies = busy.map(|code| error(400, code)).into_iter().chain([items(&[item("a", "active")])]);
    let server = Server::start(replies).await;
    assert_eq!(read(&server, "tenants", &["a"]).await, [active()]);

    let server = Server::start((0..99).map(|_| error(400, busy[0]))).await;
    let registry = TableRegistry::new(&clients(&server.url()), "tenants");
    // The waits are 50, 100, 200 and 400 ms, so the last attempt has half of the patience for its response.
    let reads = registry.read(&tenants(&["a"]), Duration::from_millis(1500)).await;
    assert_eq!(reads, [RegistryRead::Failed(busy[0].to_owned())]);
}

#[tokio::test]
async fn permanent_table_error_fails_without_a_retry() {
    for (reply, code) in [
        (error(400, "ResourceNotFoundException"), "ResourceNotFoundException"),
        (error(400, "AccessDeniedException"), "AccessDeniedException"),
        (error(400, "ValidationException"), "ValidationException"),
        (answer(403, "no"), "HTTP 403"),
        (answer(200, "[]"), "UnusableAnswer"),
        (answer(200, "{}"), "UnusableAnswer"),
        (answer(200, "{\"Responses\":{}}"), "UnusableAnswer"),
        (answer(200, "{\"Responses\":{\"tenants\":{}}}"), "UnusableAnswer"),
        (answer(200, "{\"Responses\":{\"tenants\":"), "UnusableAnswer"),
    ] {
        let server = Server::start([reply]).await;
        assert_eq!(
            read(&server, "tenants", &["a", "b"]).await,
            vec![RegistryRead::Failed(code.to_owned()); 2]
        );
        assert_eq!(server.requests().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn silent_table_times_out() {
    let server = Server::start([Reply::Silence, Reply::Silence, Reply::Silence]).await;
    let registry = TableRegistry::new(&clients(&server.url()), "tenants");
    let reads = registry.read(&tenants(&["a"]), Duration::from_millis(120)).await;
    assert_eq!(reads, [RegistryRead::Failed("timed out".to_owned())]);
}

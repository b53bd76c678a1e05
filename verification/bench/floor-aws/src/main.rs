//! The floor with the crates of AWS: the minimum cost of a router that uses `lambda_runtime` and `aws-sdk-lambda`.
//!
//! It does the same as `verification/bench/floor`. It checks nothing and stops at any error, so it is not a router. It must not depend on the
//! crates of the product.
//!
//! - `FLOOR_PAYLOAD`: `event` sends one Invoke for each tenant with its records; `record` one for each record with its body
//! - `FLOOR_AT_ONCE`: the largest number of concurrent Invokes
#![allow(clippy::unwrap_used, reason = "it stops at any error")]

use std::cell::Cell;
use std::env::var;
use std::mem::replace;
use std::rc::Rc;

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::{
    BehaviorVersion, Config, Credentials, Region, SharedHttpClient, StalledStreamProtectionConfig,
};
use aws_sdk_lambda::{Client, primitives::Blob};
use aws_smithy_http_client::{Builder, tls};
use bytes::Bytes;
use floor::{Payload, invokes};
use lambda_runtime::tower::util::MapRequestLayer;
use lambda_runtime::{Error, LambdaEvent, LambdaInvocation, Runtime, service_fn};
use serde_json::{Value, json};
use tokio::task::{JoinSet, yield_now};

fn http_client() -> SharedHttpClient {
    Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring)).build_https()
}

fn client() -> Client {
    let [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| var(name).unwrap());
    let credentials = Credentials::new(id, secret, var("AWS_SESSION_TOKEN").ok(), None, "environment");
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(var("AWS_REGION").unwrap()))
        .credentials_provider(credentials)
        .endpoint_url(var("AWS_ENDPOINT_URL_LAMBDA").unwrap())
        .http_client(http_client())
        // A router needs the same settings: a retry could run a function twice, and a function may be slow.
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Client::from_conf(config.build())
}

async fn invoke(client: Client, tenant: String, payload: Vec<u8>) {
    let request = client.invoke().function_name("orders:live").tenant_id(tenant).payload(Blob::new(payload));
    let answer = request.send().await.unwrap();
    assert!(answer.function_error.is_none(), "{answer:?}");
}

/// Sends the records of an event to the backend.
async fn deliver(event: Bytes, payload: Payload, concurrency: usize, client: Client) -> Value {
    let event = std::str::from_utf8(&event).unwrap();
    let mut in_progress = JoinSet::new();
    for (tenant, payload) in invokes(event, payload) {
        if in_progress.len() == concurrency {
            in_progress.join_next().await.unwrap().unwrap();
        }
        // The future is boxed, because it has several kilobytes that would be moved.
        in_progress.spawn(Box::pin(invoke(client.clone(), tenant.to_owned(), payload)));
        // This request is sent before the next one is signed.
        yield_now().await;
    }
    in_progress.join_all().await;
    json!({ "batchItemFailures": [] })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let payload = Payload::named(&var("FLOOR_PAYLOAD").unwrap());
    let concurrency: usize = var("FLOOR_AT_ONCE").unwrap().parse().unwrap();
    let client = client();
    // The runtime parses each event for its handler. Here the handler takes the bytes, and the runtime parses `null`.
    let event = Rc::new(Cell::new(Bytes::new()));
    let taken = MapRequestLayer::new({
        let event = event.clone();
        move |mut invocation: LambdaInvocation| {
            event.set(replace(&mut invocation.body, Bytes::from_static(b"null")));
            invocation
        }
    });
    let handler = service_fn(|_: LambdaEvent<()>| {
        let delivered = deliver(event.take(), payload, concurrency, client.clone());
        async { Ok::<_, Error>(delivered.await) }
    });
    Runtime::new(handler).layer(taken).run().await
}

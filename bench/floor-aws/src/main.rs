//! The floor under a router that is made of AWS's crates: what `bench/floor` does, with `lambda_runtime` to poll and answer,
//! and `aws-sdk-lambda` to send Invokes. It checks nothing and survives nothing: it shows what the protocol costs with these
//! crates, and is no router.
//!
//! - `FLOOR_PAYLOAD`: `event`, one Invoke for each tenant with its records; `record`, one for each record with its body
//! - `FLOOR_AT_ONCE`: the most Invokes that are under way at a time
#![allow(clippy::unwrap_used, reason = "it survives nothing")]

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
        // As a router must have them: a repeat could run a function twice, and a function may take its time.
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    Client::from_conf(config.build())
}

async fn invoke(client: Client, tenant: String, payload: Vec<u8>) {
    let request = client.invoke().function_name("orders:live").tenant_id(tenant).payload(Blob::new(payload));
    let answer = request.send().await.unwrap();
    assert!(answer.function_error.is_none(), "{answer:?}");
}

/// Sends an event's records on.
async fn deliver(event: Bytes, payload: Payload, at_once: usize, client: Client) -> Value {
    let event = std::str::from_utf8(&event).unwrap();
    let mut under_way = JoinSet::new();
    for (tenant, payload) in invokes(event, payload) {
        if under_way.len() == at_once {
            under_way.join_next().await.unwrap().unwrap();
        }
        // Boxed: it has some kilobytes, which would be moved.
        under_way.spawn(Box::pin(invoke(client.clone(), tenant.to_owned(), payload)));
        // On its way, before the next one is signed.
        yield_now().await;
    }
    under_way.join_all().await;
    json!({ "batchItemFailures": [] })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let payload = Payload::named(&var("FLOOR_PAYLOAD").unwrap());
    let at_once: usize = var("FLOOR_AT_ONCE").unwrap().parse().unwrap();
    let client = client();
    // The runtime would parse an event for its handler; the handler takes the bytes instead, and is given nothing to parse.
    let event = Rc::new(Cell::new(Bytes::new()));
    let taken = MapRequestLayer::new({
        let event = event.clone();
        move |mut invocation: LambdaInvocation| {
            event.set(replace(&mut invocation.body, Bytes::from_static(b"null")));
            invocation
        }
    });
    let handler = service_fn(|_: LambdaEvent<()>| {
        let delivered = deliver(event.take(), payload, at_once, client.clone());
        async { Ok::<_, Error>(delivered.await) }
    });
    Runtime::new(handler).layer(taken).run().await
}

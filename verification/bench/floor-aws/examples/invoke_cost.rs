//! Measures how the public configuration of `aws-sdk-lambda` changes the time of one Invoke. There is no network: the HTTP
//! client responds at once, so the SDK never waits, and all of the time is its own processor time.
//!
//! ```sh
//! cargo run --release --locked -p floor-aws --example invoke_cost
//! ```
//!
//! The configurations take turns. On a busy machine the rounds differ more than the configurations; then use the fastest
//! tenth.
#![allow(clippy::unwrap_used, reason = "a benchmark may stop at any error")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_sdk_lambda::config::endpoint::{Endpoint, EndpointFuture, Params, ResolveEndpoint};
use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::timeout::TimeoutConfig;
use aws_sdk_lambda::config::{
    BehaviorVersion, Builder, Config, Credentials, IdentityCache, Region, StalledStreamProtectionConfig,
};
use aws_sdk_lambda::operation::invoke::builders::InvokeFluentBuilder;
use aws_sdk_lambda::{Client, primitives::Blob};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;

/// The number of Invokes in one round.
const INVOKES: u32 = 500;
/// The number of rounds of each configuration.
const ROUNDS: usize = 41;

const ENDPOINT: &str = "http://127.0.0.1:9";
const PAYLOAD: &[u8] = br#"{"tenantId":"tenant-00001","orderId":"order-00000001","total":3998}"#;

/// An HTTP client that responds without a network.
#[derive(Debug)]
struct InstantResponse;

impl HttpConnector for InstantResponse {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        black_box(request);
        let answer = HttpResponse::new(200.try_into().unwrap(), SdkBody::from("null"));
        HttpConnectorFuture::ready(Ok(answer))
    }
}

/// A resolver with one fixed endpoint.
#[derive(Debug)]
struct Fixed(Endpoint);

impl ResolveEndpoint for Fixed {
    fn resolve_endpoint<'a>(&'a self, _: &'a Params) -> EndpointFuture<'a> {
        EndpointFuture::ready(Ok(self.0.clone()))
    }
}

/// Returns the default configuration of the SDK.
fn default_config() -> Builder {
    let credentials =
        Credentials::new("AKIDEXAMPLE", "secret", Some("token".to_owned()), None, "environment");
    Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(credentials)
        .endpoint_url(ENDPOINT)
        .http_client(http_client_fn(|_, _| SharedHttpConnector::new(InstantResponse)))
}

fn no_retries(config: Builder) -> Builder {
    config.retry_config(RetryConfig::disabled())
}

fn no_stalled_stream_protection(config: Builder) -> Builder {
    config.stalled_stream_protection(StalledStreamProtectionConfig::disabled())
}

fn attempt_timeout(config: Builder) -> Builder {
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_mins(1));
    config.timeout_config(timeouts.build())
}

fn fixed_endpoint(config: Builder) -> Builder {
    config.endpoint_resolver(Fixed(Endpoint::builder().url(ENDPOINT).build()))
}

fn no_identity_cache(config: Builder) -> Builder {
    config.identity_cache(IdentityCache::no_cache())
}

fn no_clock_skew_correction(config: Builder) -> Builder {
    config.disable_clock_skew_correction(true)
}

/// How the future of an Invoke runs.
#[derive(Clone, Copy)]
enum Run {
    Awaited,
    Spawned,
    SpawnedBoxed,
}

type Case = (&'static str, fn(Builder) -> Builder, Run);

const CASES: [Case; 10] = [
    ("SDK defaults", |config| config, Run::Awaited),
    ("retries off", no_retries, Run::Awaited),
    ("stalled-stream protection off", no_stalled_stream_protection, Run::Awaited),
    ("with an attempt timeout", attempt_timeout, Run::Awaited),
    ("fixed endpoint instead of the rules", fixed_endpoint, Run::Awaited),
    ("no identity cache", no_identity_cache, Run::Awaited),
    ("no clock skew correction", no_clock_skew_correction, Run::Awaited),
    (
        "all of these off, and the fixed endpoint",
        |config| {
            let config = fixed_endpoint(no_stalled_stream_protection(no_retries(config)));
            no_clock_skew_correction(no_identity_cache(config))
        },
        Run::Awaited,
    ),
    ("SDK defaults, spawned", |config| config, Run::Spawned),
    ("SDK defaults, boxed and spawned", |config| config, Run::SpawnedBoxed),
];

fn request(client: &Client) -> InvokeFluentBuilder {
    client.invoke().function_name("orders:live").tenant_id("tenant-00001").payload(Blob::new(PAYLOAD))
}

async fn invoke(client: &Client, run: Run) {
    let request = request(client);
    let answer = match run {
        Run::Awaited => request.send().await,
        Run::Spawned => tokio::spawn(request.send()).await.unwrap(),
        Run::SpawnedBoxed => tokio::spawn(Box::pin(request.send())).await.unwrap(),
    };
    black_box(answer.unwrap());
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let clients = CASES.map(|(_, configure, _)| Client::from_conf(configure(default_config()).build()));
    let mut took = CASES.map(|_| Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        for ((client, (.., run)), took) in clients.iter().zip(CASES).zip(&mut took) {
            let before = Instant::now();
            for _ in 0..INVOKES {
                invoke(client, run).await;
            }
            took.push(before.elapsed() / INVOKES);
        }
    }
    println!("| configuration | µs/Invoke | the fastest tenth |\n| --- | --: | --: |");
    for ((name, ..), mut took) in CASES.into_iter().zip(took) {
        took.sort_unstable();
        let micros = |at: usize| took[at].as_secs_f64() * 1e6;
        println!("| {name} | {:.1} | {:.1} |", micros(ROUNDS / 2), micros(ROUNDS / 10));
    }
}

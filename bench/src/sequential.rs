//! The loop that the router is compared with: for each record, take the tenant id, invoke the backend, wait. It is what
//! a first version looks like, with the AWS SDK and a synchronous Invoke, whose answer is a receipt as well. It keeps no order on failure, checks nothing, and fails the whole batch with its first error.

use std::error::Error;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_lambda::primitives::Blob;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, tls};
use lambda_runtime::{LambdaEvent, run as serve, service_fn};
use serde_json::{Value, json};

/// Set in the environment of the process that is to be the loop.
pub(crate) const VARIABLE: &str = "BENCH_SEQUENTIAL_LOOP";

pub(crate) fn is_asked_for() -> bool {
    std::env::var_os(VARIABLE).is_some()
}

/// Serves invocations as a Lambda function.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let client = client()?;
    let handler = service_fn(|event: LambdaEvent<Value>| handle(&client, event.payload));
    runtime.block_on(async { serve(handler).await }).map_err(|error| error.to_string().into())
}

async fn handle(client: &Client, event: Value) -> Result<Value, lambda_runtime::Error> {
    for record in event["Records"].as_array().ok_or("no Records")? {
        let tenant = record["attributes"]["MessageGroupId"].as_str().ok_or("no MessageGroupId")?;
        let body = record["body"].as_str().ok_or("no body")?;
        let invoke = client.invoke().function_name("orders:live").tenant_id(tenant);
        let answer = invoke.payload(Blob::new(body)).send().await?;
        if answer.function_error().is_some() {
            return Err("the backend failed".into());
        }
    }
    Ok(json!({ "batchItemFailures": [] }))
}

fn client() -> Result<Client, Box<dyn Error>> {
    let variable = |name: &str| std::env::var(name).map_err(|error| format!("{name}: {error}"));
    let credentials = Credentials::new(
        variable("AWS_ACCESS_KEY_ID")?,
        variable("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN").ok(),
        None,
        "environment",
    );
    let config = Config::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .http_client(Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https())
        .region(Region::new(variable("AWS_REGION")?))
        .credentials_provider(credentials)
        .endpoint_url(variable("AWS_ENDPOINT_URL_LAMBDA")?)
        .build();
    Ok(Client::from_conf(config))
}

use std::io;
use std::sync::{Arc, Mutex};

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;

use super::*;

/// Captures the URL of a request without sending it.
macro_rules! url_of {
    ($operation:expr) => {{
        let url = Arc::new(Mutex::new(String::new()));
        let asked = Arc::clone(&url);
        let operation = $operation.customize().map_request(move |request: HttpRequest| {
            request.uri().clone_into(&mut asked.lock().unwrap());
            Err::<HttpRequest, _>(io::Error::other("not to be sent"))
        });
        assert!(operation.send().await.is_err());
        url.lock().unwrap().clone()
    }};
}

/// The URLs of requests to Lambda, SQS, DynamoDB, STS and this S3 bucket.
async fn urls(bucket: &str, change: impl FnOnce(Builder) -> Builder) -> [String; 5] {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "test");
    let config = SdkConfig::builder()
        .region(Region::new("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    let clients = Clients::from_config(&change(config).build()).unwrap();
    [
        url_of!(clients.lambda().invoke().function_name("f")),
        url_of!(clients.sqs().send_message().queue_url("q").message_body("b")),
        url_of!(clients.dynamodb().list_tables()),
        url_of!(clients.sts().get_caller_identity()),
        url_of!(clients.s3().put_object().bucket(bucket).key("k")),
    ]
}

#[tokio::test]
async fn each_service_is_called_in_its_region() {
    let expected = [
        "https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/f/invocations",
        "https://sqs.us-east-1.amazonaws.com/",
        "https://dynamodb.us-east-1.amazonaws.com/",
        "https://sts.us-east-1.amazonaws.com/",
        "https://large.s3.us-east-1.amazonaws.com/k?x-id=PutObject",
    ];
    assert_eq!(urls("large", |config| config).await, expected);
}

#[tokio::test]
async fn fips_and_dual_stack_endpoints_are_used_on_request() {
    let expected = [
        "https://lambda-fips.us-east-1.amazonaws.com/2015-03-31/functions/f/invocations",
        "https://sqs-fips.us-east-1.amazonaws.com/",
        "https://dynamodb-fips.us-east-1.amazonaws.com/",
        "https://sts-fips.us-east-1.amazonaws.com/",
        "https://large.s3-fips.us-east-1.amazonaws.com/k?x-id=PutObject",
    ];
    assert_eq!(urls("large", |config| config.use_fips(true)).await, expected);
    let expected = [
        "https://lambda.us-east-1.api.aws/2015-03-31/functions/f/invocations",
        "https://sqs.us-east-1.api.aws/",
        "https://dynamodb.us-east-1.api.aws/",
        "https://sts.us-east-1.api.aws/",
        "https://large.s3.dualstack.us-east-1.amazonaws.com/k?x-id=PutObject",
    ];
    assert_eq!(urls("large", |config| config.use_dual_stack(true)).await, expected);
}

#[tokio::test]
async fn configured_endpoint_comes_first() {
    let vpc = "https://bucket.vpce-1a2b3c4d-5e6f.s3.us-east-1.vpce.amazonaws.com";
    for endpoint in ["http://localhost:1", vpc] {
        let [lambda, sqs, dynamodb, sts, s3] = urls("large", |config| config.endpoint_url(endpoint)).await;
        assert_eq!(lambda, format!("{endpoint}/2015-03-31/functions/f/invocations"));
        for service in [sqs, dynamodb, sts] {
            assert_eq!(service, format!("{endpoint}/"));
        }
        // The endpoint may not resolve the host names of buckets.
        assert_eq!(s3, format!("{endpoint}/large/k?x-id=PutObject"));
    }
}

#[tokio::test]
async fn bucket_with_a_dot_goes_in_the_path() {
    // S3's wildcard certificate covers one label only.
    let [.., s3] = urls("large.records", |config| config).await;
    assert_eq!(s3, "https://s3.us-east-1.amazonaws.com/large.records/k?x-id=PutObject");
}

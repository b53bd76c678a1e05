use std::time::UNIX_EPOCH;

use aws_credential_types::Credentials;
use aws_types::region::Region;

use super::*;

/// 2026-01-02, 03:04:05 UTC.
const NOW: Duration = Duration::from_secs(1_767_323_045);

/// The signature of a request of this service, and the headers that it covers.
async fn signature(service: Service, request: Request<'_>) -> (String, String) {
    let config = SdkConfig::builder()
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
            "AKIDEXAMPLE",
            "secret",
            Some("token".to_owned()),
            None,
            "test",
        )))
        .build();
    let mut signed = Signed::new(Wire::new().unwrap(), &config, service);
    if service == Service::S3 {
        signed = signed.under("https://large.s3.eu-west-1.amazonaws.com".to_owned());
    }
    let http = signed.signed(request, UNIX_EPOCH + NOW).await.unwrap();
    let authorization = http.headers()["authorization"].to_str().unwrap().to_owned();
    let part = |name: &str| {
        let (_, behind) = authorization.split_once(name).unwrap();
        behind.split(',').next().unwrap().to_owned()
    };
    (part("SignedHeaders="), part("Signature="))
}

fn body() -> Bytes {
    Bytes::from_static(b"{\"n\":1}")
}

/// The expected signatures are botocore's, which is another implementation, for the same requests.
#[tokio::test]
async fn an_invoke_of_an_alias_for_a_tenant_with_blanks_is_signed_as_botocore_signs_it() {
    let function = "arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Aorders%3Alive";
    let request = Request {
        method: "POST",
        path: &format!("/2015-03-31/functions/{function}/invocations"),
        headers: &[
            ("content-type", "application/octet-stream"),
            ("x-amz-invocation-type", "RequestResponse"),
            ("x-amz-tenant-id", "blue  sky"),
            (TRACE_HEADER, "Root=1-5759e988-bd862e3fe1be46a994272793"),
        ],
        body: body(),
    };
    let (headers, signature) = signature(Service::Lambda, request).await;
    assert_eq!(
        headers,
        "content-type;host;x-amz-date;x-amz-invocation-type;x-amz-security-token;x-amz-tenant-id"
    );
    assert_eq!(signature, "ab3afcd7a76529c8b0f73d6445ccd1e67c473001b835798bc40a4b8a05ee3154");
}

#[tokio::test]
async fn messages_are_signed_as_botocore_signs_them() {
    let headers =
        &[("content-type", "application/x-amz-json-1.0"), ("x-amz-target", "AmazonSQS.SendMessageBatch")];
    let request = Request { method: "POST", path: "/", headers, body: body() };
    let (headers, signature) = signature(Service::Sqs, request).await;
    assert_eq!(headers, "content-type;host;x-amz-date;x-amz-security-token;x-amz-target");
    assert_eq!(signature, "ceae8dd7501cdc0aeac48fa4f43ce1af47baee73d35303e385b584e2ed8152b8");
}

#[tokio::test]
async fn an_object_whose_key_is_encoded_is_signed_as_botocore_signs_it() {
    let headers = &[("content-type", "application/json")];
    let path = "/q/sqs/2026-01-02/a%2Bb";
    let request = Request { method: "PUT", path, headers, body: body() };
    let (headers, signature) = signature(Service::S3, request).await;
    assert_eq!(headers, "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token");
    assert_eq!(signature, "ba93828aacaf90faa2997e6b1cc6e5e0848948b0e230969885f8408c1d964d04");
}

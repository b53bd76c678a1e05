//! Tests what the clients read from the environment. Variables belong to a process, so each test runs this binary again,
//! with one of the ignored tests.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::process::Command;
use std::time::Duration;

use aws::{Clients, ClientsError, LambdaBackend, SqsQuarantine};
use common::{Server, admitted, answer};
use routing::ports::{
    Attempt, Backend, Invocation, InvokeRequest, Quarantine, QuarantineAck, RejectedRecord,
};
use sources::Record;
use tenancy::{Reason, Rejection};
use testbed::{Answer, InvokeApi};

const FROM_THE_REQUEST: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";
const FROM_THE_ENVIRONMENT: &str = "Root=1-00000000-000000000000000000000000;Sampled=0";

/// Runs one of the ignored tests with only these environment variables. It must succeed.
async fn run(test: &'static str, variables: Vec<(&'static str, String)>) {
    let running = tokio::task::spawn_blocking(move || {
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .env_clear()
            .envs(variables)
            .output()
            .unwrap()
    });
    let output = running.await.unwrap();
    let log =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && log.contains("1 passed"), "{log}");
}

async fn invoke(clients: &Clients) -> Attempt {
    let call = InvokeRequest {
        admitted: admitted("blue"),
        payload: b"{}".to_vec(),
        invocation: Invocation::Sync,
        trace_header: Some(FROM_THE_REQUEST),
    };
    LambdaBackend::new(clients, [("orders".to_owned(), Duration::from_secs(3))]).invoke(call).await
}

fn keys() -> Vec<(&'static str, String)> {
    vec![
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_SESSION_TOKEN", "token".to_owned()),
    ]
}

#[tokio::test]
async fn sdk_variables_set_region_keys_and_endpoints() {
    let lambda = Server::start([answer(200, "null")]).await;
    let sqs = Server::start([answer(
        200,
        "{\"Successful\":[{\"Id\":\"0\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"d\"}],\"Failed\":[]}",
    )])
    .await;
    let mut variables = keys();
    variables.push(("AWS_ENDPOINT_URL_LAMBDA", lambda.url()));
    variables.push(("AWS_ENDPOINT_URL_SQS", sqs.url()));
    run("caller_with_an_environment", variables).await;
    for (server, service) in [(&lambda, "lambda"), (&sqs, "sqs")] {
        let request = server.only_request();
        let authorization = request.header("Authorization").concat();
        assert!(authorization.contains("Credential=AKIDEXAMPLE/"), "{authorization}");
        assert!(authorization.contains(&format!("/eu-west-1/{service}/aws4_request")), "{authorization}");
        assert_eq!(request.header("X-Amz-Security-Token"), ["token"]);
    }
}

#[tokio::test]
async fn one_endpoint_serves_all_services() {
    let server = Server::start([
        answer(200, "null"),
        answer(
            200,
            "{\"Successful\":[{\"Id\":\"0\",\"MessageId\":\"m\",\"MD5OfMessageBody\":\"d\"}],\"Failed\":[]}",
        ),
    ])
    .await;
    let mut variables = keys();
    variables.push(("AWS_ENDPOINT_URL", server.url()));
    run("caller_with_an_environment", variables).await;
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0], "Lambda and SQS share the pool");
}

#[tokio::test]
async fn trace_of_the_request_precedes_the_environments() {
    let server = Server::start([answer(200, "null"), answer(400, "")]).await;
    let mut variables = keys();
    variables.push(("AWS_ENDPOINT_URL", server.url()));
    // Lambda sets the first one, the runtime the second one.
    variables.push(("AWS_LAMBDA_FUNCTION_NAME", "orders-router".to_owned()));
    variables.push(("_X_AMZN_TRACE_ID", FROM_THE_ENVIRONMENT.to_owned()));
    run("caller_on_lambda", variables).await;
    let [invoke, quarantine] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!(invoke.header("X-Amzn-Trace-Id"), [FROM_THE_REQUEST]);
    assert_eq!(quarantine.header("X-Amzn-Trace-Id"), [FROM_THE_ENVIRONMENT]);
}

#[tokio::test]
async fn machine_certificates_are_trusted() {
    let lambda = InvokeApi::start_over_tls(|_: &testbed::Call| Answer::ok("null"));
    let mut variables = keys();
    variables.push(("AWS_ENDPOINT_URL", lambda.endpoint()));
    variables.push(("SSL_CERT_FILE", lambda.certificate().unwrap().display().to_string()));
    run("caller_over_tls", variables).await;
    assert_eq!(lambda.calls().len(), 1);
}

#[tokio::test]
async fn missing_certificates_are_an_error() {
    let mut variables = keys();
    variables.push(("SSL_CERT_FILE", "/dev/null".to_owned()));
    run("caller_without_certificates", variables).await;
}

#[tokio::test]
async fn missing_region_error_names_the_variable() {
    run("caller_without_a_region", vec![]).await;
}

#[tokio::test]
async fn missing_credentials_error_names_the_variable() {
    run("caller_without_credentials", vec![("AWS_REGION", "eu-west-1".to_owned())]).await;
}

async fn quarantine(clients: &Clients) -> Vec<QuarantineAck> {
    let (record, rejection) = (Record::new("{}", "m-1".into()), Rejection::new(Reason::Missing));
    let rejected =
        RejectedRecord { record: &record, rejection: &rejection, source_arn: "arn", request_id: "r" };
    let queue = "https://sqs.eu-west-1.amazonaws.com/111122223333/quarantine";
    SqsQuarantine::new(clients, common::quarantine(queue)).send(&[rejected]).await
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_with_an_environment() {
    let clients = Clients::load().unwrap();
    assert_eq!(invoke(&clients).await, Attempt::Answered(b"null".to_vec()));
    assert_eq!(quarantine(&clients).await, [QuarantineAck::Taken]);
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_on_lambda() {
    let clients = Clients::load().unwrap();
    invoke(&clients).await;
    quarantine(&clients).await;
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_over_tls() {
    assert_eq!(invoke(&Clients::load().unwrap()).await, Attempt::Answered(b"null".to_vec()));
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_without_certificates() {
    assert_eq!(Clients::load().unwrap_err(), ClientsError::NoRootCertificates);
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_without_a_region() {
    assert_eq!(Clients::load().unwrap_err(), ClientsError::NoRegion);
}

#[tokio::test]
#[ignore = "run by other tests, in an environment that they set"]
async fn caller_without_credentials() {
    let error = Clients::load().unwrap_err();
    assert_eq!(error, ClientsError::NoCredentials { variable: "AWS_ACCESS_KEY_ID" });
}

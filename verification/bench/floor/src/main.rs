//! The floor: the minimum cost of the protocol. It polls, splits the event by tenant, sends signed Invokes, and reports success.
//!
//! It checks nothing and stops at any error, so it is not a router. `verification/bench/floor-aws` does the same with the crates of AWS. It
//! must not depend on the crates of the product.
//!
//! - `FLOOR_PAYLOAD`: `event` sends one Invoke for each tenant with its records; `record` one for each record with its body
//! - `FLOOR_AT_ONCE`: the largest number of concurrent Invokes
//! - `FLOOR_UNSIGNED`: if set, requests are not signed, which AWS refuses
#![allow(clippy::unwrap_used, reason = "it stops at any error")]

use std::env::var;
use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use floor::{Payload, invokes};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper::body::Body;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::{JoinSet, yield_now};

/// The endpoint of the backend and the credentials for its Invokes.
struct Backend {
    url: String,
    region: String,
    credentials: Option<Identity>,
}

impl Backend {
    fn load() -> Self {
        let endpoint = var("AWS_ENDPOINT_URL_LAMBDA").unwrap();
        let [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(|name| var(name).unwrap());
        let credentials = Credentials::new(id, secret, var("AWS_SESSION_TOKEN").ok(), None, "environment");
        Self {
            url: format!("{endpoint}/2015-03-31/functions/orders%3Alive/invocations"),
            region: var("AWS_REGION").unwrap(),
            credentials: var("FLOOR_UNSIGNED").is_err().then(|| credentials.into()),
        }
    }

    fn invoke(&self, tenant: &str, payload: Vec<u8>) -> Request<Full<Bytes>> {
        let headers = [("content-type", "application/octet-stream"), ("x-amz-tenant-id", tenant)];
        let mut request = Request::post(&self.url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        if let Some(identity) = &self.credentials {
            let params = SigningParams::builder().identity(identity).region(&self.region).name("lambda");
            let params = params.time(SystemTime::now()).settings(SigningSettings::default()).build().unwrap();
            let body = SignableBody::Bytes(&payload);
            let signable = SignableRequest::new("POST", &*self.url, headers.into_iter(), body).unwrap();
            let (signature, _) = sign(signable, &params.into()).unwrap().into_parts();
            for (name, value) in signature.headers() {
                request = request.header(name, value);
            }
        }
        request.body(payload.into()).unwrap()
    }
}

type Pool = Client<HttpConnector, Full<Bytes>>;

/// Sends a request and returns the head and the whole body of its response.
async fn send(pool: Pool, request: Request<Full<Bytes>>) -> (http::response::Parts, Vec<u8>) {
    let (head, mut body) = pool.request(request).await.unwrap().into_parts();
    assert!(head.status.is_success(), "{head:?}");
    let mut bytes = Vec::with_capacity(usize::try_from(body.size_hint().lower()).unwrap());
    while let Some(frame) = body.frame().await {
        bytes.extend_from_slice(frame.unwrap().data_ref().unwrap());
    }
    (head, bytes)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let runtime = format!("http://{}/2018-06-01/runtime/invocation", var("AWS_LAMBDA_RUNTIME_API").unwrap());
    let payload = Payload::named(&var("FLOOR_PAYLOAD").unwrap());
    let concurrency: usize = var("FLOOR_AT_ONCE").unwrap().parse().unwrap();
    let backend = Backend::load();
    let mut tcp = HttpConnector::new();
    tcp.set_nodelay(true);
    let pool: Pool = Client::builder(TokioExecutor::new()).build(tcp);
    loop {
        let next = Request::get(format!("{runtime}/next")).body(Full::default()).unwrap();
        let (head, event) = send(pool.clone(), next).await;
        let event = String::from_utf8(event).unwrap();
        let mut in_progress = JoinSet::new();
        for (tenant, payload) in invokes(&event, payload) {
            if in_progress.len() == concurrency {
                in_progress.join_next().await.unwrap().unwrap();
            }
            in_progress.spawn(send(pool.clone(), backend.invoke(tenant, payload)));
            // This request is sent before the next one is signed.
            yield_now().await;
        }
        in_progress.join_all().await;
        let id = head.headers["lambda-runtime-aws-request-id"].to_str().unwrap();
        let answer = Full::from(r#"{"batchItemFailures":[]}"#);
        send(pool.clone(), Request::post(format!("{runtime}/{id}/response")).body(answer).unwrap()).await;
    }
}

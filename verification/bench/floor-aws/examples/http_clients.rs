//! Compares the HTTP client of the SDKs with that of `crates/aws`, against a TLS server that offers HTTP/2 with the usual limit
//! of concurrent streams. The backend behind it takes one second for each Invoke.
//!
//! ```sh
//! cargo run --release --locked -p floor-aws --example http_clients
//! ```
//!
//! Each client runs in a process of its own, because the clients read their settings from the environment.
#![allow(clippy::unwrap_used, reason = "a benchmark may stop at any error")]

use std::env::{args, current_exe, temp_dir, var};
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_lambda::config::retry::RetryConfig;
use aws_sdk_lambda::config::{BehaviorVersion, Config, Credentials, Region, StalledStreamProtectionConfig};
use aws_sdk_lambda::{Client, primitives::Blob};
use aws_smithy_http_client::{Builder, tls};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};
use tenancy::{Grammar, Rules, Selector};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// Invokes that are sent at once.
const INVOKES: usize = 300;
/// The streams that a server usually allows on one HTTP/2 connection.
const MAX_STREAMS: u32 = 128;
/// How long the backend takes.
const BACKEND: Duration = Duration::from_secs(1);

const CLIENTS: [&str; 2] = ["the SDK's HTTP client", "the HTTP client of crates/aws"];

async fn respond(request: Request<Incoming>) -> hyper::Result<Response<Full<Bytes>>> {
    drop(request);
    tokio::time::sleep(BACKEND).await;
    Ok(Response::new(Full::new(Bytes::from_static(b"null"))))
}

/// Serves HTTP/1.1 and HTTP/2 over TLS. Returns its port and the count of its connections.
async fn serve(acceptor: TlsAcceptor) -> (u16, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (port, connections) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else { return };
                let mut server = auto::Builder::new(TokioExecutor::new());
                server.http2().max_concurrent_streams(MAX_STREAMS);
                // A client that has all its answers closes the connection.
                let _ = server.serve_connection(TokioIo::new(stream), service_fn(respond)).await;
            });
        }
    });
    (port, connections)
}

/// Sends the Invokes with the client of the SDK.
async fn invoke_with_sdk() {
    let credentials = Credentials::new("AKIDEXAMPLE", "secret", None, None, "environment");
    let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::from_static("eu-west-1"))
        .credentials_provider(credentials)
        .endpoint_url(var("AWS_ENDPOINT_URL_LAMBDA").unwrap())
        .http_client(Builder::new().tls_provider(ring).build_https())
        .retry_config(RetryConfig::disabled())
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
    let client = Client::from_conf(config.build());
    let mut invokes = JoinSet::new();
    for _ in 0..INVOKES {
        let request = client.invoke().function_name("orders").payload(Blob::new("{}"));
        invokes.spawn(Box::pin(request.send()));
    }
    for answer in invokes.join_all().await {
        answer.unwrap();
    }
}

/// Sends the Invokes with the product's own adapter.
async fn invoke_with_crates_aws() {
    let clients = aws::Clients::load().unwrap();
    let backend =
        Arc::new(aws::LambdaBackend::new(&clients, [("orders".to_owned(), Duration::from_mins(1))]));
    let rules = Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Strict).unwrap();
    let invokes = (0..INVOKES).map(|_| async {
        let request = InvokeRequest {
            admitted: rules.admit(r#"{"t":"blue"}"#).unwrap(),
            payload: b"{}".to_vec(),
            invocation: Invocation::Sync,
            trace_header: None,
        };
        assert!(matches!(backend.invoke(request).await, Attempt::Answered(_)));
    });
    futures_util::future::join_all(invokes).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match args().nth(1).as_deref() {
        Some("sdk") => return invoke_with_sdk().await,
        Some(_) => return invoke_with_crates_aws().await,
        None => {}
    }
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())
        .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let file = temp_dir().join(format!("http-clients-{}.pem", std::process::id()));
    std::fs::File::create(&file).unwrap().write_all(made.cert.pem().as_bytes()).unwrap();
    println!(
        "{INVOKES} Invokes at once; the backend takes {} s; HTTP/2 allows {MAX_STREAMS} streams",
        BACKEND.as_secs()
    );
    println!("{:<30}  connections  seconds", "");
    for (client, name) in ["sdk", "aws"].into_iter().zip(CLIENTS) {
        let (port, connections) = serve(TlsAcceptor::from(Arc::new(config.clone()))).await;
        let began = Instant::now();
        let ended = tokio::process::Command::new(current_exe().unwrap())
            .arg(client)
            .env("AWS_ENDPOINT_URL_LAMBDA", format!("https://localhost:{port}"))
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "secret")
            .env("SSL_CERT_FILE", &file)
            .stdin(Stdio::null())
            .status()
            .await
            .unwrap();
        assert!(ended.success(), "{name}: {ended}");
        let seconds = began.elapsed().as_secs_f64();
        println!("{name:<30}  {:>11}  {seconds:>7.1}", connections.load(Ordering::Relaxed));
    }
    std::fs::remove_file(file).unwrap();
}

//! The HTTP client of the SDKs: one connection pool for all services. It reads each response completely.
//!
//! The SDKs' own client offers HTTP/2, which Lambda accepts, and has no public option against it: hundreds of Invokes
//! would share one connection, its stream limit and its failures. It also has no TCP keep-alive. This client uses the same
//! parts, `hyper` and `rustls` (`docs/decisions/`).
//!
//! A Lambda response has up to 6 MB, so a hundred large responses at once could exhaust the router's memory and lose the
//! acknowledgements of all other records. The client therefore reads only a few large responses at a time.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use futures_util::future::join;
use http::{Response, header};
use http_body::Body;
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::crypto::ring;
use tokio::sync::Semaphore;

use crate::environment::ClientsError;

/// The timeout for opening a connection, TLS included. Nothing was sent by then, so a retry is safe.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long an idle connection stays open. A frozen environment does not notice when the other end closes it, and a
/// request on a closed connection has an uncertain outcome: its records wait for their visibility timeout. A new
/// connection takes milliseconds, so this is shorter than the idle timeout of AWS endpoints. The AWS SDK for Java uses
/// the same minute.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// The interval of TCP keep-alive probes. A backend may run for 15 minutes, and NAT gateways and VPC endpoints drop an idle
/// connection after 350 seconds [Amazon VPC user guide, "Troubleshoot NAT gateways"; AWS `PrivateLink` guide].
const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// The most idle connections to one host: the largest `in_flight`.
const MAX_IDLE: usize = 900;

/// The largest response, in bytes, that does not wait for its turn. A partial batch response that names every record of a
/// usual sub-batch is smaller.
const SMALL_BYTES: usize = 128 * 1024;

/// How many larger responses are read at a time.
const LARGE_AT_A_TIME: usize = 4;

/// The largest response of Lambda, in bytes [AWS Lambda developer guide, "Lambda quotas"].
const MAX_RESPONSE_BYTES: usize = 6 * 1024 * 1024 + 1024;

type Pool = Client<TimeoutConnector<HttpsConnector<connect::HttpConnector>>, SdkBody>;

/// An HTTP client with a connection pool. Clones share the pool.
#[derive(Clone, Debug)]
pub(crate) struct PooledClient {
    pool: Pool,
    large_responses: Arc<Semaphore>,
}

/// Why a request has no response. It holds no part of a request or response, which may be a tenant's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    /// Nothing was sent.
    #[error("no connection")]
    NotConnected,
    /// The request may have been sent.
    #[error("connection lost")]
    ConnectionLost,
    /// The response has this status, and the rest of it cannot be read.
    #[error("unreadable answer, HTTP {0}")]
    Unreadable(u16),
}

impl From<TransportError> for ConnectorError {
    fn from(error: TransportError) -> Self {
        Self::io(error.into())
    }
}

impl PooledClient {
    /// Creates a client with an empty pool.
    ///
    /// # Errors
    /// The machine's root certificates are missing.
    pub(crate) fn new() -> Result<Self, ClientsError> {
        let mut tcp = connect::HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        let tls = HttpsConnectorBuilder::new().with_provider_and_native_roots(ring::default_provider());
        let tls = tls.map_err(|_| ClientsError::NoRootCertificates)?;
        let https = tls.https_or_http().enable_http1().wrap_connector(tcp);
        let mut connector = TimeoutConnector::new(https);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let pool = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(MAX_IDLE)
            .build(connector);
        Ok(Self { pool, large_responses: Arc::new(Semaphore::new(LARGE_AT_A_TIME)) })
    }
}

/// All services and timeouts share one connector.
impl HttpClient for PooledClient {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for PooledClient {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into()))),
        };
        let (responding, large_responses) = (self.pool.request(request), Arc::clone(&self.large_responses));
        HttpConnectorFuture::new(async move {
            let (response, ()) = join(responding, yield_once()).await;
            let response = response.map_err(|error| {
                // For the pool, "connect" is name resolution, TCP and TLS. It sends the request after them.
                if error.is_connect() { TransportError::NotConnected } else { TransportError::ConnectionLost }
            })?;
            let status = response.status().as_u16();
            let unreadable = || ConnectorError::from(TransportError::Unreadable(status));
            let response = read_body(response, &large_responses).await.map_err(|_| unreadable())?;
            // The SDKs accept only UTF-8 headers.
            HttpResponse::try_from(response.map(SdkBody::from)).map_err(|_| unreadable())
        })
    }
}

/// Lets the other tasks run once. A connection's own task writes its request: without this, a hundred requests would be
/// signed before the first one is sent. `tokio::task::yield_now` is no replacement: it wakes its caller later, and
/// `FuturesUnordered` polls every other Invoke before that.
async fn yield_once() {
    let mut has_yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Reads a response's body into one buffer. A large response waits for a permit first.
async fn read_body<B>(
    response: Response<B>,
    large_responses: &Semaphore,
) -> Result<Response<Vec<u8>>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let _permit = match length {
        Some(length) if length <= SMALL_BYTES => None,
        // A response without a length may be large. The semaphore is never closed; if it were, the response would be read
        // without a permit and not lost.
        _ => large_responses.acquire().await.ok(),
    };
    let (head, mut body) = response.into_parts();
    // The header alone never allocates more than Lambda's largest response.
    let mut bytes = Vec::with_capacity(length.unwrap_or_default().min(MAX_RESPONSE_BYTES));
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Response::from_parts(head, bytes))
}

#[cfg(test)]
mod tests;

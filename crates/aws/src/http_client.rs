//! The HTTP client that the SDKs send with: one pool of connections for every service, and answers read whole.
//!
//! The SDKs' own client offers HTTP/2, which Lambda accepts, and nothing public keeps it from that: hundreds of Invokes
//! would share one connection, its stream limit and its fate. It has no TCP keep-alive either. So this one is made of
//! the same parts, `hyper` and `rustls` (`docs/decisions/`).
//!
//! Lambda lets a function answer up to 6 MB, so a hundred talkative backends at once would take the router's memory, and
//! with it the receipts of everybody else's records: large answers are read a few at a time.

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

/// How long making a connection may take, TLS included. Nothing was sent by then, so the call can be made again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a connection is kept without use. A frozen environment does not see the far end close it, and a request
/// that is written into a closed connection has an uncertain outcome: its records wait for their visibility time-out.
/// A new connection costs milliseconds, so this is short of what AWS endpoints are known to keep; it is the same
/// minute that the AWS SDK for Java takes.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// How often a connection says that it is there while its answer is waited for. A backend may work for a quarter of an hour,
/// and what lies between forgets a silent connection after 350 seconds [Amazon VPC user guide, "Troubleshoot NAT gateways";
/// AWS `PrivateLink` guide].
const KEEP_ALIVE: Duration = Duration::from_mins(1);

/// Idle connections kept for one host: as many as `in_flight` can be at most.
const MAX_IDLE: usize = 900;

/// Answers up to this many bytes are read at once. A partial batch response that names every record of a usual
/// sub-batch stays below.
const SMALL_BYTES: usize = 128 * 1024;

/// Larger ones are read so many at a time.
const LARGE_AT_A_TIME: usize = 4;

/// The most that Lambda answers [AWS Lambda developer guide, "Lambda quotas"].
const MAX_ANSWER: usize = 6 * 1024 * 1024 + 1024;

type Pool = Client<TimeoutConnector<HttpsConnector<connect::HttpConnector>>, SdkBody>;

/// A pool of connections. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct PooledClient {
    pool: Pool,
    turns: Arc<Semaphore>,
}

/// Why a request has no answer. It holds nothing that was sent or answered, which may be a tenant's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TransportError {
    /// Nothing was sent.
    #[error("no connection")]
    NotConnected,
    /// It may have been sent, or not.
    #[error("connection lost")]
    ConnectionLost,
    /// It was answered with this status, and the rest cannot be read.
    #[error("unreadable answer, HTTP {0}")]
    Unreadable(u16),
}

impl From<TransportError> for ConnectorError {
    fn from(error: TransportError) -> Self {
        Self::io(error.into())
    }
}

impl PooledClient {
    /// # Errors
    /// When the machine has no root certificates to know AWS by.
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
        Ok(Self { pool, turns: Arc::new(Semaphore::new(LARGE_AT_A_TIME)) })
    }
}

/// Every service and every time-out have the same connector.
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
        let (answering, turns) = (self.pool.request(request), Arc::clone(&self.turns));
        HttpConnectorFuture::new(async move {
            let (response, ()) = join(answering, yield_once()).await;
            let response = response.map_err(|error| {
                // Name resolution, TCP and TLS are "connect" to the pool; the request is written after them.
                if error.is_connect() { TransportError::NotConnected } else { TransportError::ConnectionLost }
            })?;
            let status = response.status().as_u16();
            let unreadable = || ConnectorError::from(TransportError::Unreadable(status));
            let answer = in_turn(response, &turns).await.map_err(|_| unreadable())?;
            // The SDKs take no headers that are not UTF-8.
            HttpResponse::try_from(answer.map(SdkBody::from)).map_err(|_| unreadable())
        })
    }
}

/// Lets the other tasks run once. The task of a connection writes its request: without this, a hundred requests would be
/// signed before the first of them is sent. `tokio::task::yield_now` wakes its caller later than this does, and then
/// `FuturesUnordered` polls every other Invoke first.
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

/// Reads an answer into one piece of memory, when it is its turn.
async fn in_turn<B>(response: Response<B>, turns: &Semaphore) -> Result<Response<Vec<u8>>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let length = response.headers().get(header::CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let _turn = match length {
        Some(length) if length <= SMALL_BYTES => None,
        // One that does not say how large it is may be large. The semaphore is never closed; if it were, the answer is
        // better read than lost.
        _ => turns.acquire().await.ok(),
    };
    let (head, mut body) = response.into_parts();
    // No more is taken beforehand than Lambda may answer.
    let mut bytes = Vec::with_capacity(length.unwrap_or_default().min(MAX_ANSWER));
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Response::from_parts(head, bytes))
}

#[cfg(test)]
mod tests;

//! Requests on the wire: one pool of connections for every service, and answers read whole.
//!
//! Lambda lets a function answer up to 6 MB, so a hundred talkative backends at once would take the router's memory, and
//! with it the receipts of everybody else's records: large answers are read a few at a time.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join;
use http::{HeaderMap, Request, Response, header};
use http_body::Body;
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
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

type Pool = Client<TimeoutConnector<HttpsConnector<HttpConnector>>, Full<Bytes>>;

/// A pool of connections. A clone shares it.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    pool: Pool,
    turns: Arc<Semaphore>,
    trace: Arc<Mutex<Option<String>>>,
}

/// An answer, whatever it says.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// A header's value, where it has one that is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// There are none to sign with.
    NoCredentials,
    /// There were none in time.
    CredentialsTimedOut,
    /// What was asked for is no request.
    NotBuilt,
    /// Nothing was sent.
    NotConnected,
    /// It may have been sent, or not.
    TimedOut,
    /// It may have been sent, or not.
    ConnectionLost,
    /// It was answered with this status, and the rest cannot be had.
    Unreadable(u16),
}

impl NoAnswer {
    /// What stands for a code in the logs.
    pub(crate) fn code(self) -> String {
        let code = match self {
            Self::NoCredentials => "CredentialsNotLoaded",
            Self::CredentialsTimedOut => "CredentialsTimedOut",
            Self::NotBuilt => "RequestNotBuilt",
            Self::NotConnected => "no connection",
            Self::TimedOut => "timed out",
            Self::ConnectionLost => "connection lost",
            Self::Unreadable(status) => return format!("unreadable answer, HTTP {status}"),
        };
        code.to_owned()
    }

    /// Whether the same may be answered in a moment.
    pub(crate) const fn may_pass(self) -> bool {
        !matches!(self, Self::NoCredentials | Self::NotBuilt)
    }
}

impl Wire {
    /// # Errors
    /// When the machine has no root certificates to know AWS by.
    pub(crate) fn new() -> Result<Self, ClientsError> {
        let mut tcp = HttpConnector::new();
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
        Ok(Self { pool, turns: Arc::new(Semaphore::new(LARGE_AT_A_TIME)), trace: Arc::default() })
    }

    /// Sends a request once, and reads its answer.
    pub(crate) async fn send(&self, request: Request<Full<Bytes>>) -> Result<Answer, NoAnswer> {
        let (response, ()) = join(self.pool.request(request), step_back()).await;
        let response = response.map_err(|error| {
            // Name resolution, TCP and TLS are "connect" to the pool; the request is written after them.
            if error.is_connect() { NoAnswer::NotConnected } else { NoAnswer::ConnectionLost }
        })?;
        in_turn(response, &self.turns).await
    }

    /// The trace that requests belong to which have none of their own: by it Lambda notices a loop of functions and
    /// queues [AWS Lambda developer guide, "Use Lambda recursive loop detection to prevent infinite loops"].
    pub(crate) fn set_trace(&self, header: Option<&str>) {
        *self.trace.lock().unwrap_or_else(PoisonError::into_inner) = header.map(str::to_owned);
    }

    pub(crate) fn trace(&self) -> Option<String> {
        self.trace.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Lets others go on once. A request is written by its connection's own task: without this a hundred requests would be signed
/// before the first of them leaves, while every backend waits.
async fn step_back() {
    let mut has_stepped_back = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_stepped_back, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

async fn in_turn<B>(response: Response<B>, turns: &Semaphore) -> Result<Answer, NoAnswer>
where
    B: Body<Data = Bytes> + Unpin,
{
    let _turn = match length_of(&response) {
        Some(length) if length <= SMALL_BYTES => None,
        // One that does not say how large it is may be large. The semaphore is never closed; if it were, the answer is
        // better read than lost.
        _ => turns.acquire().await.ok(),
    };
    whole(response).await
}

fn length_of<B>(response: &Response<B>) -> Option<usize> {
    response.headers().get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// Reads an answer into one piece of memory.
pub(crate) async fn whole<B>(response: Response<B>) -> Result<Answer, NoAnswer>
where
    B: Body<Data = Bytes> + Unpin,
{
    let length = length_of(&response).unwrap_or_default();
    let (head, mut body) = response.into_parts();
    let status = head.status.as_u16();
    // No more is taken beforehand than Lambda may hand over or answer.
    let mut bytes = Vec::with_capacity(length.min(6 * 1024 * 1024 + 1024));
    while let Some(frame) = body.frame().await {
        if let Ok(data) = frame.map_err(|_| NoAnswer::Unreadable(status))?.into_data() {
            bytes.extend_from_slice(&data);
        }
    }
    Ok(Answer { status, headers: head.headers, body: bytes })
}

#[cfg(test)]
mod tests;

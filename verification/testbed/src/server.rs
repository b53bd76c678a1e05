//! A small HTTP/1.1 server on loopback. It can end a connection before a response or in the middle of it.

use std::collections::VecDeque;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use http_body_util::BodyExt;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

/// A complete request.
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    /// Returns the first value of a header, if it is text.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    }
}

/// The reply to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    Whole(Head, Vec<u8>),
    /// The connection ends without a response.
    Cut,
    /// There is no response, and the connection stays open.
    Never,
    /// The connection ends in the middle of the body.
    CutMidway(Head, Vec<u8>),
}

/// The status and the headers of a response.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    status: u16,
    headers: Vec<(String, String)>,
}

impl Head {
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

impl Reply {
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::Whole(Head::new(status).with("content-type", "application/json"), body.to_string().into_bytes())
    }
}

/// Locks a mutex, also after a panic of another thread.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server. It and its connections end on drop.
pub(crate) struct Server {
    address: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start<H, F>(handler: H) -> Self
    where
        H: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        Self::start_with(None, handler)
    }

    /// Starts a server whose handler does not wait.
    pub(crate) fn start_immediate(handler: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |request| std::future::ready(handler(&request)))
    }

    /// Starts the server, with TLS if there is an acceptor.
    pub(crate) fn start_with<H, F>(tls: Option<TlsAcceptor>, handler: H) -> Self
    where
        H: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        listener.set_nonblocking(true).expect("a fresh socket can be set up");
        let address = listener.local_addr().expect("a bound socket has an address");
        let accepting = threads().spawn(accept(listener, tls, Arc::new(handler)));
        Self { address, accepting }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the URL of the server.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Returns the runtime whose threads all servers of this process share.
fn threads() -> &'static Runtime {
    static THREADS: OnceLock<Runtime> = OnceLock::new();
    THREADS.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads can be started")
    })
}

async fn accept<H, F>(listener: std::net::TcpListener, tls: Option<TlsAcceptor>, handler: Arc<H>)
where
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let listener = TcpListener::from_std(listener).expect("the socket does not block");
    // The connections end when this set is dropped with the task.
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let (tls, handler) = (tls.clone(), handler.clone());
        connections.spawn(async move {
            let Some(tls) = tls else { return serve(stream, handler).await };
            // A client that does not trust the certificate disconnects. The test checks that.
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, handler).await;
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn serve<S, H, F>(stream: S, handler: Arc<H>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    H: Fn(Request) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let service = service_fn(move |request| answer(request, handler.clone()));
    // This fails if a script ends the connection or if the client disconnects. The test checks both.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer<H, F>(request: hyper::Request<Incoming>, handler: Arc<H>) -> Result<Response<Chunks>, Cut>
where
    H: Fn(Request) -> F,
    F: Future<Output = Reply>,
{
    let (parts, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes();
    let reply = handler(Request {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        headers: parts.headers,
        body,
    })
    .await;
    match reply {
        Reply::Whole(head, body) => Ok(respond(&head, Chunks::whole(body))),
        Reply::CutMidway(head, body) => Ok(respond(&head, Chunks::half_of(body))),
        Reply::Cut => Err(Cut),
        Reply::Never => std::future::pending().await,
    }
}

fn respond(head: &Head, body: Chunks) -> Response<Chunks> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(head.status).expect("a script gives a valid status");
    for (name, value) in &head.headers {
        let name: HeaderName = name.parse().expect("a script gives valid header names");
        let value: HeaderValue = value.parse().expect("a script gives valid header values");
        response.headers_mut().append(name, value);
    }
    response
}

/// The error that ends a connection: hyper closes it if a service or a body fails.
#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut off by the script")
    }
}

impl std::error::Error for Cut {}

/// A body that can end before its length.
struct Chunks {
    length: u64,
    steps: VecDeque<Step>,
}

enum Step {
    Send(Bytes),
    /// Lets hyper write the chunk before it. An immediate failure would discard that chunk.
    Flush,
    Fail,
}

impl Chunks {
    fn whole(body: Vec<u8>) -> Self {
        Self { length: length(&body), steps: VecDeque::from([Step::Send(body.into())]) }
    }

    fn half_of(mut body: Vec<u8>) -> Self {
        let length = length(&body);
        body.truncate(body.len() / 2);
        Self { length, steps: VecDeque::from([Step::Send(body.into()), Step::Flush, Step::Fail]) }
    }
}

fn length(body: &[u8]) -> u64 {
    u64::try_from(body.len()).expect("a body fits into memory")
}

impl Body for Chunks {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        match self.steps.pop_front() {
            Some(Step::Send(chunk)) => Poll::Ready(Some(Ok(Frame::data(chunk)))),
            Some(Step::Flush) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Step::Fail) => Poll::Ready(Some(Err(Cut))),
            None => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

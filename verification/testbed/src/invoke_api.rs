//! Lambda's Invoke [Lambda API reference, "Invoke"] for a function with tenant isolation. A script answers. A request that
//! AWS refuses is refused before the script is called.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_model::events::identifiers;
use aws_model::invoke::{MAX_ASYNC_BYTES, MAX_SYNC_BYTES, is_tenant_id};
use hyper::Method;
use serde_json::json;

use crate::percent;
use crate::server::{Reply, Request, Server};
use crate::tls::{Certificate, HOST};

pub use answer::Answer;

mod answer;

/// One request to invoke the function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The name or ARN of the function in the path, with an alias or version if the path has one.
    pub function: String,
    /// The alias or version in the query, if there is one.
    pub qualifier: Option<String>,
    /// `X-Amz-Tenant-Id`.
    pub tenant_id: Option<String>,
    /// `X-Amz-Invocation-Type`.
    pub invocation_type: Option<String>,
    /// All `X-Amzn-Trace-Id` headers.
    pub trace_headers: Vec<String>,
    /// `X-Amz-Client-Context`, as sent.
    pub client_context: Option<String>,
    /// The body of the request.
    pub payload: Vec<u8>,
}

impl Call {
    /// Returns the tenant id of the call, or an empty text if it has none.
    #[must_use]
    pub fn tenant(&self) -> &str {
        self.tenant_id.as_deref().unwrap_or_default()
    }

    /// Returns the message ids or sequence numbers of the records in the payload, in order. Empty if the payload is not an
    /// event.
    #[must_use]
    pub fn record_ids(&self) -> Vec<String> {
        identifiers(&self.payload)
    }
}

/// A call and when it was in progress. Times are positions in the sequence of all begins and ends of calls.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The request.
    pub call: Arc<Call>,
    /// The position of the begin.
    pub began: usize,
    /// The position of the response. None if there is no response yet, or if the caller disconnected first.
    pub ended: Option<usize>,
}

type Script = Box<dyn Fn(&Call) -> Answer + Send + Sync>;

/// The kind of the invoked function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    /// A function with tenant isolation.
    Isolated,
    /// A function without tenant isolation, such as a router.
    Plain,
}

struct Shared {
    function: Function,
    script: Script,
    history: Mutex<History>,
}

#[derive(Default)]
struct History {
    calls: Vec<Recorded>,
    moments: usize,
}

impl History {
    fn tick(&mut self) -> usize {
        self.moments += 1;
        self.moments
    }
}

impl Shared {
    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A Lambda endpoint whose function is a script.
pub struct InvokeApi {
    server: Server,
    certificate: Option<Certificate>,
    shared: Arc<Shared>,
}

impl InvokeApi {
    /// Starts the endpoint for a function with tenant isolation. The script is called once for each call, on the threads of
    /// the server; calls can overlap.
    #[must_use]
    pub fn start(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::of(Function::Isolated, None, script)
    }

    /// Starts the endpoint with TLS. Clients must trust its [`certificate`](Self::certificate).
    #[must_use]
    pub fn start_over_tls(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::of(Function::Isolated, Some(Certificate::new()), script)
    }

    /// Starts the endpoint for a function without tenant isolation.
    #[must_use]
    pub fn start_plain(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::of(Function::Plain, None, script)
    }

    fn of(
        function: Function,
        certificate: Option<Certificate>,
        script: impl Fn(&Call) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let shared = Arc::new(Shared { function, script: Box::new(script), history: Mutex::default() });
        let server = Server::start_with(certificate.as_ref().map(Certificate::acceptor), {
            let shared = shared.clone();
            move |request| handle(request, shared.clone())
        });
        Self { server, certificate, shared }
    }

    /// Returns the URL for `AWS_ENDPOINT_URL_LAMBDA`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let address = self.server.address();
        if self.certificate.is_some() {
            format!("https://{HOST}:{}", address.port())
        } else {
            endpoint(address)
        }
    }

    /// Returns the path of the certificate as PEM, for `SSL_CERT_FILE`, or none without TLS. The file is deleted on drop.
    #[must_use]
    pub fn certificate(&self) -> Option<&Path> {
        self.certificate.as_ref().map(Certificate::file)
    }

    /// Returns all calls so far, in the order of their arrival.
    #[must_use]
    pub fn calls(&self) -> Vec<Recorded> {
        self.shared.history().calls.clone()
    }

    /// Deletes the recorded calls.
    pub fn forget(&self) {
        self.shared.history().calls.clear();
    }
}

pub(crate) fn endpoint(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Returns the largest number of these calls that were in progress at the same time.
#[must_use]
pub fn max_concurrent<'r>(calls: impl IntoIterator<Item = &'r Recorded>) -> usize {
    let mut changes: Vec<(usize, isize)> = Vec::new();
    for recorded in calls {
        changes.push((recorded.began, 1));
        changes.extend(recorded.ended.map(|ended| (ended, -1)));
    }
    changes.sort_unstable();
    let running = changes.into_iter().scan(0_isize, |running, (_, change)| {
        *running += change;
        Some(*running)
    });
    running.max().and_then(|most| usize::try_from(most).ok()).unwrap_or(0)
}

async fn handle(request: Request, shared: Arc<Shared>) -> Reply {
    let Some(call) = call(request) else {
        return Answer::error(404, "UnknownOperationException", "the testbed supports only Invoke")
            .into_reply();
    };
    let call = Arc::new(call);
    let at = {
        let mut history = shared.history();
        let began = history.tick();
        history.calls.push(Recorded { call: call.clone(), began, ended: None });
        began
    };
    let answer = refusal(&call, shared.function).unwrap_or_else(|| (shared.script)(&call));
    if !answer.delay().is_zero() {
        tokio::time::sleep(answer.delay()).await;
    }
    let mut history = shared.history();
    let ended = history.tick();
    // Found by its begin, because the earlier calls may have been deleted meanwhile.
    if let Ok(index) = history.calls.binary_search_by_key(&at, |recorded| recorded.began) {
        history.calls[index].ended = Some(ended);
    }
    answer.into_reply()
}

fn call(request: Request) -> Option<Call> {
    let function = request.path.strip_prefix("/2015-03-31/functions/")?.strip_suffix("/invocations")?;
    if request.method != Method::POST {
        return None;
    }
    let query = request.query.as_deref().unwrap_or_default();
    let qualifier = query.split('&').find_map(|pair| pair.strip_prefix("Qualifier="));
    let trace_headers = request.headers.get_all("x-amzn-trace-id").iter();
    Some(Call {
        function: percent::decode(function),
        qualifier: qualifier.map(percent::decode),
        tenant_id: request.header("x-amz-tenant-id"),
        invocation_type: request.header("x-amz-invocation-type"),
        trace_headers: trace_headers
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect(),
        client_context: request.header("x-amz-client-context"),
        payload: request.body.into(),
    })
}

/// Returns the error of a request that AWS refuses before it invokes a function.
fn refusal(call: &Call, function: Function) -> Option<Answer> {
    let limit = match call.invocation_type.as_deref() {
        Some("Event") => MAX_ASYNC_BYTES,
        _ => MAX_SYNC_BYTES,
    };
    if call.payload.len() > limit {
        return Some(Answer::error(413, "RequestEntityTooLargeException", &format!("at most {limit} bytes")));
    }
    if serde_json::from_slice::<serde::de::IgnoredAny>(&call.payload).is_err() {
        return Some(Answer::error(
            400,
            "InvalidRequestContentException",
            "Could not parse request body into json",
        ));
    }
    if function == Function::Plain {
        return call.tenant_id.is_some().then(|| {
            Answer::error(
                400,
                "InvalidParameterValueException",
                "The invoked function is not enabled with tenancy configuration.",
            )
        });
    }
    if !call.tenant_id.as_deref().is_some_and(is_tenant_id) {
        return Some(Answer::error(
            400,
            "InvalidParameterValueException",
            "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.",
        ));
    }
    None
}

impl Answer {
    /// Returns a partial batch response with these failed identifiers.
    #[must_use]
    pub fn refusing<'i>(ids: impl IntoIterator<Item = &'i str>) -> Self {
        let failures: Vec<_> = ids.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
        Self::ok(json!({ "batchItemFailures": failures }).to_string())
    }
}

#[cfg(test)]
mod tests;

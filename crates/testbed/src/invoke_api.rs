//! Lambda's Invoke [Lambda API reference, "Invoke"] for a function with tenant isolation. What AWS itself would
//! refuse is refused before the script is asked.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper::Method;
use serde_json::json;

use crate::events::message_ids;
use crate::percent;
use crate::server::{Reply, Request, Server};
use crate::stream::sequence_numbers;
use crate::tls::{Certificate, HOST};

pub use answer::Answer;

mod answer;

/// The largest payload of an invocation that waits, and of one that does not, in bytes [Lambda
/// developer guide, "Lambda quotas"].
const MAX_SYNC_BYTES: usize = 6 * 1024 * 1024;
const MAX_ASYNC_BYTES: usize = 1024 * 1024;

/// One request to invoke the function.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function as it was named: a name or an ARN, with its alias or version where it was part of it.
    pub function: String,
    /// The alias or version, where it was named apart.
    pub qualifier: Option<String>,
    /// `X-Amz-Tenant-Id`.
    pub tenant_id: Option<String>,
    /// `X-Amz-Invocation-Type`.
    pub invocation_type: Option<String>,
    /// Every `X-Amzn-Trace-Id` header.
    pub trace_headers: Vec<String>,
    /// `X-Amz-Client-Context`, as sent.
    pub client_context: Option<String>,
    /// The event.
    pub payload: Vec<u8>,
}

impl Call {
    /// The tenant for whom the call is; empty where it names none.
    #[must_use]
    pub fn tenant(&self) -> &str {
        self.tenant_id.as_deref().unwrap_or_default()
    }

    /// The message ids or sequence numbers of the records that it carries, in order; none where it carries no event.
    #[must_use]
    pub fn record_ids(&self) -> Vec<String> {
        let messages = message_ids(&self.payload);
        if messages.is_empty() { sequence_numbers(&self.payload) } else { messages }
    }
}

/// A call, and when it was under way. Moments are counted, not timed: every beginning and end is one.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What was asked.
    pub call: Arc<Call>,
    /// The moment at which the call came in.
    pub began: usize,
    /// The moment at which it was answered; none where it is not yet, or the caller went away first.
    pub ended: Option<usize>,
}

type Script = Box<dyn Fn(&Call) -> Answer + Send + Sync>;

/// What kind of function is invoked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Function {
    /// One with tenant isolation.
    Isolated,
    /// One that takes no tenant id, such as a router.
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

/// The Invoke API, with a function behind it that is a script.
pub struct InvokeApi {
    server: Server,
    certificate: Option<Certificate>,
    shared: Arc<Shared>,
}

impl InvokeApi {
    /// Starts it. The script is asked once for each call, on the server's threads, while others may be under way.
    #[must_use]
    pub fn start(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::of(Function::Isolated, None, script)
    }

    /// The same over TLS. Only who trusts its [`certificate`](Self::certificate) will speak to it.
    #[must_use]
    pub fn start_over_tls(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::of(Function::Isolated, Some(Certificate::new()), script)
    }

    /// The same of a function without tenant isolation.
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

    /// Where it listens: `AWS_ENDPOINT_URL_LAMBDA`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        let address = self.server.address();
        if self.certificate.is_some() {
            format!("https://{HOST}:{}", address.port())
        } else {
            endpoint(address)
        }
    }

    /// The certificate that it shows over TLS: a PEM file, for `SSL_CERT_FILE`, which goes when this is dropped; none
    /// without TLS.
    #[must_use]
    pub fn certificate(&self) -> Option<&Path> {
        self.certificate.as_ref().map(Certificate::file)
    }

    /// All calls so far, in the order in which they came in.
    #[must_use]
    pub fn calls(&self) -> Vec<Recorded> {
        self.shared.history().calls.clone()
    }

    /// Forgets the calls so far.
    pub fn forget(&self) {
        self.shared.history().calls.clear();
    }
}

pub(crate) fn endpoint(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// The most of these calls that were under way at one moment.
#[must_use]
pub fn most_at_once<'r>(calls: impl IntoIterator<Item = &'r Recorded>) -> usize {
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
        return Answer::error(404, "UnknownOperationException", "the testbed knows Invoke only").into_reply();
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
    // Looked for by its moment: the calls may have been forgotten meanwhile.
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

/// What AWS refuses, whatever the function.
fn refusal(call: &Call, function: Function) -> Option<Answer> {
    let most = match call.invocation_type.as_deref() {
        Some("Event") => MAX_ASYNC_BYTES,
        _ => MAX_SYNC_BYTES,
    };
    if call.payload.len() > most {
        return Some(Answer::error(413, "RequestEntityTooLargeException", &format!("{most} bytes at most")));
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

/// The pattern of `TenantId` in the Lambda API.
fn is_tenant_id(id: &str) -> bool {
    (1..=256).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:/=+-@ ".contains(&byte))
}

impl Answer {
    /// The partial batch response that names these identifiers.
    #[must_use]
    pub fn refusing<'i>(ids: impl IntoIterator<Item = &'i str>) -> Self {
        let failures: Vec<_> = ids.into_iter().map(|id| json!({ "itemIdentifier": id })).collect();
        Self::ok(json!({ "batchItemFailures": failures }).to_string())
    }
}

#[cfg(test)]
mod tests;

//! Lambda's Runtime API: the next event in, its answer out [AWS Lambda developer guide, "Using the Lambda runtime API for
//! custom runtimes"]. An event is held once, as it came; an event is up to 6 MB, and memory is what a function pays for.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Serialize;

/// Where it is; set by Lambda.
const VARIABLE: &str = "AWS_LAMBDA_RUNTIME_API";

/// Where the next invocation is waited for.
const NEXT: &str = "invocation/next";

/// The invocation by its own number, where Lambda gives one: it is given back with the answer.
const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

/// Of what kind an error is.
const ERROR_TYPE: &str = "lambda-runtime-function-error-type";

/// What the function is asked to do.
#[derive(Debug)]
pub struct Invocation {
    /// The event, JSON.
    pub event: String,
    /// Its id in the function's log.
    pub request_id: String,
    /// When the function is ended, as time since 1970.
    pub deadline: Duration,
    /// The function that is invoked.
    pub function_name: Arc<str>,
    /// The X-Ray trace header.
    pub trace_header: Option<String>,
    number: Option<String>,
}

/// Why a function or an invocation failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// The error's name; whoever invoked may act on it.
    pub error_type: String,
    /// What it says.
    pub error_message: String,
}

/// Lambda is not to be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuntimeError {
    /// This is no Lambda function.
    #[error(
        "the Runtime API is not given: environment variable {VARIABLE}: run this as a Lambda function, which sets it"
    )]
    NotOnLambda,
    /// This invocation's event is no text. It is failed already.
    #[error("the event is not UTF-8: {problem}: send JSON")]
    NotText {
        /// Its id in the function's log.
        request_id: String,
        /// Where it is not.
        problem: String,
    },
    /// It is not as documented.
    #[error("the Runtime API cannot be asked: {path}: {problem}")]
    Failed {
        /// What was asked for.
        path: String,
        /// What came of it.
        problem: String,
    },
}

/// A client of the Runtime API.
#[derive(Debug)]
pub struct RuntimeApi {
    pool: Client<HttpConnector, Full<Bytes>>,
    base: String,
    function_name: Arc<str>,
}

impl RuntimeApi {
    /// The one that `AWS_LAMBDA_RUNTIME_API` names.
    ///
    /// # Errors
    /// When the variable is not set.
    pub fn load() -> Result<Self, RuntimeError> {
        let authority = std::env::var(VARIABLE).map_err(|_| RuntimeError::NotOnLambda)?;
        Ok(Self::at(&authority, &std::env::var("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default()))
    }

    /// The one at this host and port, for the function of this name.
    #[must_use]
    pub fn at(authority: &str, function_name: &str) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let pool = Client::builder(TokioExecutor::new()).build(tcp);
        let base = format!("http://{authority}/2018-06-01/runtime/");
        Self { pool, base, function_name: function_name.into() }
    }

    /// Waits for the next invocation, for as long as it takes.
    ///
    /// # Errors
    /// [`RuntimeError::NotText`] after an invocation that has failed by its event; otherwise there will be none.
    pub async fn next(&self) -> Result<Invocation, RuntimeError> {
        let answer = self.ask(Method::GET, NEXT, &[], Bytes::new()).await?;
        let invocation = self.invocation(&answer)?;
        match String::from_utf8(answer.body) {
            Ok(event) => Ok(Invocation { event, ..invocation }),
            Err(error) => {
                let (request_id, problem) = (invocation.request_id.clone(), error.utf8_error().to_string());
                let error = RuntimeError::NotText { request_id, problem };
                let (error_type, error_message) = ("InvalidEvent".to_owned(), error.to_string());
                self.fail(&invocation, &Failure { error_type, error_message }).await?;
                Err(error)
            }
        }
    }

    /// What an answer says beside the event.
    fn invocation(&self, answer: &Answer) -> Result<Invocation, RuntimeError> {
        let failed =
            |problem: &str| RuntimeError::Failed { path: NEXT.to_owned(), problem: problem.to_owned() };
        if answer.status != 200 {
            return Err(failed(&format!("HTTP {}", answer.status)));
        }
        let header = |name| answer.header(name).map(str::to_owned);
        let deadline = answer.header("lambda-runtime-deadline-ms").and_then(|millis| millis.parse().ok());
        Ok(Invocation {
            event: String::new(),
            request_id: header("lambda-runtime-aws-request-id").ok_or_else(|| failed("no request id"))?,
            deadline: deadline.map(Duration::from_millis).ok_or_else(|| failed("no deadline"))?,
            function_name: Arc::clone(&self.function_name),
            trace_header: header("lambda-runtime-trace-id"),
            number: header(INVOCATION_ID),
        })
    }

    /// Answers an invocation, with JSON.
    ///
    /// # Errors
    /// When Lambda cannot be told. Then it takes the invocation to have failed.
    pub async fn answer(&self, invocation: &Invocation, json: Vec<u8>) -> Result<(), RuntimeError> {
        let path = format!("invocation/{}/response", invocation.request_id);
        self.tell(&path, &[], invocation.number.as_deref(), json).await
    }

    /// Fails an invocation.
    ///
    /// # Errors
    /// When Lambda cannot be told.
    pub async fn fail(&self, invocation: &Invocation, failure: &Failure) -> Result<(), RuntimeError> {
        let path = format!("invocation/{}/error", invocation.request_id);
        let json = serde_json::to_vec(failure).unwrap_or_default();
        self.tell(&path, &[(ERROR_TYPE, "unhandled")], invocation.number.as_deref(), json).await
    }

    /// Fails the start of the function.
    ///
    /// # Errors
    /// When Lambda cannot be told.
    pub async fn fail_init(&self, failure: &Failure) -> Result<(), RuntimeError> {
        let json = serde_json::to_vec(failure).unwrap_or_default();
        self.tell("init/error", &[(ERROR_TYPE, "Runtime.InitError")], None, json).await
    }

    async fn tell(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        number: Option<&str>,
        json: Vec<u8>,
    ) -> Result<(), RuntimeError> {
        let id = number.map(|id| (INVOCATION_ID, id));
        let headers: Vec<_> =
            [("content-type", "application/json")].iter().chain(headers).copied().chain(id).collect();
        let answer = self.ask(Method::POST, path, &headers, json.into()).await?;
        if (200..300).contains(&answer.status) {
            return Ok(());
        }
        Err(RuntimeError::Failed { path: path.to_owned(), problem: format!("HTTP {}", answer.status) })
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, RuntimeError> {
        let failed = |problem: String| RuntimeError::Failed { path: path.to_owned(), problem };
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        request = request.header("user-agent", concat!("tenant-router/", env!("CARGO_PKG_VERSION")));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Full::new(body)).map_err(|_| failed("RequestNotBuilt".to_owned()))?;
        let response = self.pool.request(request).await;
        let (head, mut body) = response.map_err(|_| failed("connection lost".to_owned()))?.into_parts();
        let status = head.status.as_u16();
        let length = head.headers.get("content-length").and_then(|length| length.to_str().ok()?.parse().ok());
        let mut bytes = Vec::with_capacity(length.unwrap_or(0_usize).min(6 * 1024 * 1024 + 1024));
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|_| failed(format!("unreadable answer, HTTP {status}")))?;
            bytes.extend_from_slice(&frame.into_data().unwrap_or_default());
        }
        Ok(Answer { status, headers: head.headers, body: bytes })
    }
}

/// An answer, whatever it says.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

//! One event for a function, with its Runtime API headers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::server::{Head, Reply};

/// The ARN of the function in the Runtime API.
const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:testbed";

/// One event for a function, with its Runtime API headers.
#[derive(Clone, Debug)]
pub struct Invocation {
    event: Vec<u8>,
    request_id: String,
    time: Duration,
    /// The other headers, by name.
    headers: BTreeMap<&'static str, String>,
    delivery: Delivery,
    response: ResponseHandling,
}

/// How the Runtime API sends the event.
#[derive(Clone, Copy, Debug)]
enum Delivery {
    Whole {
        status: u16,
    },
    /// The connection ends in the middle of the event.
    CutMidway,
}

/// How the Runtime API treats the response of the function.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ResponseHandling {
    /// It accepts the response.
    Accept,
    /// It refuses the response with this status.
    Refuse(u16),
    /// The connection ends after the response arrived, before it is acknowledged.
    CutAfterResponse,
}

const REQUEST_ID: &str = "lambda-runtime-aws-request-id";
const DEADLINE: &str = "lambda-runtime-deadline-ms";
pub(crate) const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

impl Invocation {
    /// Returns an invocation with a new request id and a deadline 30 s after its delivery.
    #[must_use]
    pub fn of(event: impl Into<Vec<u8>>) -> Self {
        static COUNT: AtomicU64 = AtomicU64::new(1);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            event: event.into(),
            request_id: format!("00000000-0000-4000-8000-{count:012x}"),
            time: Duration::from_secs(30),
            headers: BTreeMap::from([
                ("content-type", "application/json".to_owned()),
                ("lambda-runtime-invoked-function-arn", FUNCTION_ARN.to_owned()),
            ]),
            delivery: Delivery::Whole { status: 200 },
            response: ResponseHandling::Accept,
        }
    }

    /// Sets the time between the delivery of the event and the deadline.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// Sets the `Lambda-Runtime-Trace-Id` header.
    #[must_use]
    pub fn with_trace_header(self, trace_header: &str) -> Self {
        self.with("lambda-runtime-trace-id", trace_header)
    }

    /// Sets the `Lambda-Runtime-Aws-Tenant-Id` header.
    #[must_use]
    pub fn for_tenant(self, tenant_id: &str) -> Self {
        self.with("lambda-runtime-aws-tenant-id", tenant_id)
    }

    /// Sets the `Lambda-Runtime-Client-Context` header.
    #[must_use]
    pub fn with_client_context(self, context: &str) -> Self {
        self.with("lambda-runtime-client-context", context)
    }

    /// Sets the `Lambda-Runtime-Invocation-Id` header. A response is then accepted only with the same header.
    #[must_use]
    pub fn with_invocation_id(self, invocation_id: &str) -> Self {
        self.with(INVOCATION_ID, invocation_id)
    }

    /// Removes the header with the deadline.
    #[must_use]
    pub fn without_deadline(self) -> Self {
        self.with(DEADLINE, "")
    }

    /// Removes the header with the request id.
    #[must_use]
    pub fn without_request_id(self) -> Self {
        self.with(REQUEST_ID, "")
    }

    /// Sets the HTTP status of the event, which is normally 200.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { delivery: Delivery::Whole { status }, ..self }
    }

    /// Ends the connection in the middle of the event.
    #[must_use]
    pub fn cut_midway(self) -> Self {
        Self { delivery: Delivery::CutMidway, ..self }
    }

    /// Refuses the response of the function with this status.
    #[must_use]
    pub fn refuse_response(self, status: u16) -> Self {
        Self { response: ResponseHandling::Refuse(status), ..self }
    }

    /// Ends the connection after the response of the function, before it is acknowledged.
    #[must_use]
    pub fn cut_after_response(self) -> Self {
        Self { response: ResponseHandling::CutAfterResponse, ..self }
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.insert(header, value.to_owned());
        self
    }

    pub(crate) fn time(&self) -> Duration {
        self.time
    }

    pub(crate) fn response_handling(&self) -> ResponseHandling {
        self.response
    }

    pub(crate) fn invocation_id(&self) -> Option<&str> {
        self.headers.get(INVOCATION_ID).map(String::as_str)
    }

    /// Returns the reply to the poll of the function.
    pub(crate) fn into_reply(self) -> Reply {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut headers = BTreeMap::from([
            (REQUEST_ID, self.request_id),
            (DEADLINE, (now + self.time).as_millis().to_string()),
        ]);
        headers.extend(self.headers);
        let status = match self.delivery {
            Delivery::Whole { status } => status,
            Delivery::CutMidway => 200,
        };
        let given = headers.into_iter().filter(|(_, value)| !value.is_empty());
        let head = given.fold(Head::new(status), |head, (name, value)| head.with(name, value));
        match self.delivery {
            Delivery::Whole { .. } => Reply::Whole(head, self.event),
            Delivery::CutMidway => Reply::CutMidway(head, self.event),
        }
    }

    /// Returns the request id in the header.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }
}

impl From<String> for Invocation {
    fn from(event: String) -> Self {
        Self::of(event)
    }
}

impl From<&str> for Invocation {
    fn from(event: &str) -> Self {
        Self::of(event)
    }
}

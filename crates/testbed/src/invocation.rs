//! One event for a function, and what the Runtime API says beside it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::server::{Head, Reply};

/// The function as the Runtime API names it.
const FUNCTION_ARN: &str = "arn:aws:lambda:eu-west-1:111122223333:function:testbed";

/// One event for the function, with what Lambda says beside it.
#[derive(Clone, Debug)]
pub struct Invocation {
    event: Vec<u8>,
    request_id: String,
    time: Duration,
    /// Headers beside the request id, by name.
    headers: BTreeMap<&'static str, String>,
    delivery: Delivery,
    answer: Taken,
}

/// How the function gets an event.
#[derive(Clone, Copy, Debug)]
enum Delivery {
    Whole {
        status: u16,
    },
    /// The connection ends in the middle of it.
    CutMidway,
}

/// What becomes of the function's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Taken {
    Yes,
    /// It is refused with this status.
    Refused(u16),
    /// The connection ends before it is acknowledged.
    Unheard,
}

const REQUEST_ID: &str = "lambda-runtime-aws-request-id";
const DEADLINE: &str = "lambda-runtime-deadline-ms";
pub(crate) const INVOCATION_ID: &str = "lambda-runtime-invocation-id";

impl Invocation {
    /// An invocation with 30 s until its deadline and a request id of its own.
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
            answer: Taken::Yes,
        }
    }

    /// How long the function has, from the moment it gets the event.
    #[must_use]
    pub fn within(self, time: Duration) -> Self {
        Self { time, ..self }
    }

    /// The `Lambda-Runtime-Trace-Id` header.
    #[must_use]
    pub fn traced(self, trace_header: &str) -> Self {
        self.with("lambda-runtime-trace-id", trace_header)
    }

    /// The `Lambda-Runtime-Aws-Tenant-Id` header.
    #[must_use]
    pub fn for_tenant(self, tenant_id: &str) -> Self {
        self.with("lambda-runtime-aws-tenant-id", tenant_id)
    }

    /// The `Lambda-Runtime-Client-Context` header.
    #[must_use]
    pub fn in_client_context(self, context: &str) -> Self {
        self.with("lambda-runtime-client-context", context)
    }

    /// The `Lambda-Runtime-Invocation-Id` header, without which no answer is taken then.
    #[must_use]
    pub fn numbered(self, invocation_id: &str) -> Self {
        self.with(INVOCATION_ID, invocation_id)
    }

    /// Without the header that gives the deadline.
    #[must_use]
    pub fn without_deadline(self) -> Self {
        self.with(DEADLINE, "")
    }

    /// Without the header that gives the request id.
    #[must_use]
    pub fn without_request_id(self) -> Self {
        self.with(REQUEST_ID, "")
    }

    /// With an HTTP status that no event has.
    #[must_use]
    pub fn with_status(self, status: u16) -> Self {
        Self { delivery: Delivery::Whole { status }, ..self }
    }

    /// The connection ends in the middle of the event.
    #[must_use]
    pub fn cut_midway(self) -> Self {
        Self { delivery: Delivery::CutMidway, ..self }
    }

    /// The function's answer is refused with this status.
    #[must_use]
    pub fn refusing_the_answer(self, status: u16) -> Self {
        Self { answer: Taken::Refused(status), ..self }
    }

    /// The connection ends before the function hears that its answer is taken.
    #[must_use]
    pub fn not_hearing_the_answer(self) -> Self {
        Self { answer: Taken::Unheard, ..self }
    }

    fn with(mut self, header: &'static str, value: &str) -> Self {
        self.headers.insert(header, value.to_owned());
        self
    }

    pub(crate) fn time(&self) -> Duration {
        self.time
    }

    pub(crate) fn answer(&self) -> Taken {
        self.answer
    }

    pub(crate) fn invocation_id(&self) -> Option<&str> {
        self.headers.get(INVOCATION_ID).map(String::as_str)
    }

    /// The answer to the function's poll.
    pub(crate) fn hand_out(self) -> Reply {
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

    /// The request id that the function sees.
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

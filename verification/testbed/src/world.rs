//! A router between a scripted backend and a scripted SQS: [`Setup`] configures it, and [`World`] is the running router.

use std::path::Path;

use serde_json::Value;

use crate::invoke_api::{Answer, Call, InvokeApi};
use crate::runtime_api::{Invocation, Outcome};
use crate::sandbox::{InitFailure, Sandbox};
use crate::sqs_api::{SendBatch, SqsAnswer, SqsApi};

/// An endpoint without a server. No process uses port 1; a free port could be taken by another test.
pub const UNREACHABLE: &str = "http://127.0.0.1:1";

/// A router under test and its default configuration.
#[derive(Clone, Copy, Debug)]
pub struct Router {
    /// The path of the binary.
    pub binary: &'static str,
    /// Returns the configuration, given the URL of the quarantine queue.
    pub config: fn(&str) -> Value,
}

impl Router {
    /// Returns a setup with a backend that succeeds with `null`, and an SQS that accepts all messages.
    #[must_use]
    pub fn with_default_backend(self) -> Setup {
        self.backend(|_| Answer::ok("null"))
    }

    /// Returns a setup with a scripted backend, and an SQS that accepts all messages.
    pub fn backend(self, backend: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Setup {
        self.with(backend, |_| SqsAnswer::Taken)
    }

    /// Returns a setup with a scripted backend and a scripted SQS.
    pub fn with(
        self,
        backend: impl Fn(&Call) -> Answer + Send + Sync + 'static,
        queues: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static,
    ) -> Setup {
        self.between(InvokeApi::start(backend), SqsApi::start(queues))
    }

    /// Returns a setup with these endpoints.
    #[must_use]
    pub fn between(self, lambda: InvokeApi, sqs: SqsApi) -> Setup {
        let endpoints =
            [("AWS_ENDPOINT_URL_LAMBDA", lambda.endpoint()), ("AWS_ENDPOINT_URL_SQS", sqs.endpoint())];
        Setup {
            binary: self.binary,
            config: (self.config)(&sqs.queue_url("quarantine")),
            environment: endpoints.map(|(name, value)| (name.to_owned(), value)).into(),
            lambda,
            sqs,
        }
    }
}

/// A router, its configuration and its endpoints, before it starts.
pub struct Setup {
    binary: &'static str,
    config: Value,
    environment: Vec<(String, String)>,
    lambda: InvokeApi,
    sqs: SqsApi,
}

impl Setup {
    /// Sets a field of the configuration.
    #[must_use]
    pub fn set(mut self, path: &[&str], value: Value) -> Self {
        let mut field = &mut self.config;
        for name in path {
            field = &mut field[*name];
        }
        *field = value;
        self
    }

    /// Sets an environment variable and overrides an existing one.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Configures a bridge to the FIFO queue of this name.
    #[must_use]
    pub fn bridged_to(self, queue: &str) -> Self {
        let url = self.queue_url(queue);
        self.set(&["bridge"], serde_json::json!({ "fifo_queue": url }))
    }

    /// Returns the URL of a queue of the scripted SQS.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        self.sqs.queue_url(name)
    }

    /// Starts the router.
    ///
    /// # Panics
    /// If the init fails.
    #[must_use]
    pub fn start(self) -> World {
        self.try_start().unwrap_or_else(|failure| panic!("the init failed: {failure:#?}"))
    }

    /// Starts the router, whose init may fail.
    ///
    /// # Errors
    /// If it reports an init error, ends, or does not poll.
    pub fn try_start(self) -> Result<World, InitFailure> {
        let config = self.config.to_string();
        let mut environment = vec![("TENANT_ROUTER_CONFIG", config.as_str())];
        environment.extend(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let router = Sandbox::start(Path::new(self.binary), &environment)?;
        Ok(World { router, lambda: self.lambda, sqs: self.sqs })
    }
}

/// A running router and its endpoints.
pub struct World {
    /// The router.
    pub router: Sandbox,
    /// The backend.
    pub lambda: InvokeApi,
    /// SQS, with the quarantine and the bridge.
    pub sqs: SqsApi,
}

impl World {
    /// Invokes the router and returns the identifiers in its partial batch response.
    pub fn failures(&mut self, invocation: impl Into<Invocation>) -> Vec<String> {
        let answer: Value = serde_json::from_str(&self.answer(invocation)).expect("the response is JSON");
        let failures =
            answer["batchItemFailures"].as_array().expect("the response is a partial batch response");
        let identifier = |failure: &Value| failure["itemIdentifier"].as_str().map(str::to_owned);
        failures.iter().map(|failure| identifier(failure).expect("each failure has an identifier")).collect()
    }

    /// Invokes the router and returns its response.
    pub fn answer(&mut self, invocation: impl Into<Invocation>) -> String {
        match self.router.invoke(invocation.into()) {
            Outcome::Response(body) => String::from_utf8(body).expect("the response is text"),
            other => panic!("the router did not respond: {other:?}"),
        }
    }

    /// Invokes the router, which must fail, and returns the name and the message of its error.
    pub fn error(&mut self, invocation: impl Into<Invocation>) -> (String, String) {
        match self.router.invoke(invocation.into()) {
            Outcome::Error(error) => (error.error_type, error.error_message),
            other => panic!("the router did not fail: {other:?}"),
        }
    }

    /// Returns the Invokes so far, each with its tenant and record ids.
    #[must_use]
    pub fn invokes(&self) -> Vec<(String, Vec<String>)> {
        let calls = self.lambda.calls();
        calls.iter().map(|recorded| (recorded.call.tenant().to_owned(), recorded.call.record_ids())).collect()
    }

    /// Returns the Invokes so far, sorted, because Invokes of different order keys have no order.
    #[must_use]
    pub fn sorted_invokes(&self) -> Vec<(String, Vec<String>)> {
        let mut invokes = self.invokes();
        invokes.sort();
        invokes
    }

    /// Returns the record id and the reason of each message in the quarantine.
    #[must_use]
    pub fn quarantined(&self) -> Vec<(String, String)> {
        let entries = self.sqs.queued_in("quarantine");
        let pair = |entry: &crate::sqs_api::Entry| {
            let text = |name| entry.attribute(name).unwrap_or_default().to_owned();
            (text("record_id"), text("reason"))
        };
        entries.iter().map(pair).collect()
    }
}

/// Converts a literal list for a comparison with [`World::invokes`].
#[must_use]
pub fn invokes(list: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    list.iter().map(|(tenant, ids)| ((*tenant).to_owned(), owned(ids))).collect()
}

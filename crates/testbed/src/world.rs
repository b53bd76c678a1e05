//! A router between scripted ends: what a test wants of the world, and the world with the router in it.

use std::path::Path;

use serde_json::Value;

use crate::invoke_api::{Answer, Call, InvokeApi};
use crate::runtime_api::{Invocation, Outcome};
use crate::sandbox::{InitFailure, Sandbox};
use crate::sqs_api::{SendBatch, SqsAnswer, SqsApi};

/// Where nobody listens: port 1 is nobody's, while one that was free a moment ago may be another test's by now.
pub const NOWHERE: &str = "http://127.0.0.1:1";

/// A router, and how its tests configure it where they do not say otherwise.
#[derive(Clone, Copy, Debug)]
pub struct Router {
    /// Its executable.
    pub binary: &'static str,
    /// The configuration, made of its quarantine's URL.
    pub config: fn(&str) -> Value,
}

impl Router {
    /// Between a backend that answers `null`, a success, and a quarantine that takes all.
    #[must_use]
    pub fn willing(self) -> Setup {
        self.backend(|_| Answer::ok("null"))
    }

    /// Between a scripted backend and a quarantine that takes all.
    pub fn backend(self, backend: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Setup {
        self.with(backend, |_| SqsAnswer::Taken)
    }

    /// Between a scripted backend and a scripted SQS.
    pub fn with(
        self,
        backend: impl Fn(&Call) -> Answer + Send + Sync + 'static,
        queues: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static,
    ) -> Setup {
        self.between(InvokeApi::start(backend), SqsApi::start(queues))
    }

    /// Between these ends.
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

/// What a test wants of the world, before the router is started in it.
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

    /// Sets an environment variable, over what is there.
    #[must_use]
    pub fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Admitted records go to a FIFO queue of this name.
    #[must_use]
    pub fn bridged_to(self, queue: &str) -> Self {
        let url = self.queue_url(queue);
        self.set(&["bridge"], serde_json::json!({ "fifo_queue": url }))
    }

    /// The URL of a queue of the scripted SQS.
    #[must_use]
    pub fn queue_url(&self, name: &str) -> String {
        self.sqs.queue_url(name)
    }

    /// Starts the router.
    #[must_use]
    pub fn start(self) -> World {
        self.try_start().unwrap_or_else(|failure| panic!("the init failed: {failure:#?}"))
    }

    /// Starts the router, which may refuse.
    ///
    /// # Errors
    /// Where it reports an init error, ends, or does not poll.
    pub fn try_start(self) -> Result<World, InitFailure> {
        let config = self.config.to_string();
        let mut environment = vec![("TENANT_ROUTER_CONFIG", config.as_str())];
        environment.extend(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let router = Sandbox::start(Path::new(self.binary), &environment)?;
        Ok(World { router, lambda: self.lambda, sqs: self.sqs })
    }
}

/// A running router and what is around it.
pub struct World {
    /// The router.
    pub router: Sandbox,
    /// The backend.
    pub lambda: InvokeApi,
    /// The quarantine, and a bridge where there is one.
    pub sqs: SqsApi,
}

impl World {
    /// Invokes the router; the identifiers that its partial batch response names.
    pub fn failures(&mut self, invocation: impl Into<Invocation>) -> Vec<String> {
        let answer: Value = serde_json::from_str(&self.answer(invocation)).expect("the answer is JSON");
        let failures = answer["batchItemFailures"].as_array().expect("it is a partial batch response");
        let identifier = |failure: &Value| failure["itemIdentifier"].as_str().map(str::to_owned);
        failures.iter().map(|failure| identifier(failure).expect("each has an identifier")).collect()
    }

    /// Invokes the router; its answer.
    pub fn answer(&mut self, invocation: impl Into<Invocation>) -> String {
        match self.router.invoke(invocation.into()) {
            Outcome::Response(body) => String::from_utf8(body).expect("the answer is text"),
            other => panic!("no answer: {other:?}"),
        }
    }

    /// Invokes the router, which is to refuse; its error's name and message.
    pub fn error(&mut self, invocation: impl Into<Invocation>) -> (String, String) {
        match self.router.invoke(invocation.into()) {
            Outcome::Error(error) => (error.error_type, error.error_message),
            other => panic!("no error: {other:?}"),
        }
    }

    /// The Invokes so far, each as its tenant and the records that it carried.
    #[must_use]
    pub fn invokes(&self) -> Vec<(String, Vec<String>)> {
        let calls = self.lambda.calls();
        calls.iter().map(|recorded| (recorded.call.tenant().to_owned(), recorded.call.record_ids())).collect()
    }

    /// The same, sorted: Invokes of different lanes come in any order.
    #[must_use]
    pub fn sorted_invokes(&self) -> Vec<(String, Vec<String>)> {
        let mut invokes = self.invokes();
        invokes.sort();
        invokes
    }

    /// What the quarantine holds: each record's id and reason.
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

/// A list of [`World::invokes`] as tests write it down.
#[must_use]
pub fn invokes(list: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    list.iter().map(|(tenant, ids)| ((*tenant).to_owned(), owned(ids))).collect()
}

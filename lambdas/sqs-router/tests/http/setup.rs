//! A router between scripted ends.

use std::path::Path;

use serde_json::{Value, json};
use testbed::invoke_api::Recorded;
use testbed::{Answer, Call, InitFailure, Invocation, InvokeApi, Message, Outcome, Queue, Sandbox};
use testbed::{SendBatch, SqsAnswer, SqsApi};

/// The backend as the tests configure it, alias included.
pub(crate) const FUNCTION: &str = "arn:aws:lambda:eu-west-1:111122223333:function:orders:live";

/// What a test wants of the world, before the router is started in it.
pub(crate) struct Setup {
    config: Value,
    lambda: InvokeApi,
    sqs: SqsApi,
    environment: Vec<(String, String)>,
}

impl Setup {
    /// The tenant is `tenantId` in the body; rejected records go to a quarantine that takes them all.
    pub(crate) fn backend(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(script, |_| SqsAnswer::Taken)
    }

    /// The same with a scripted quarantine.
    pub(crate) fn with(
        function: impl Fn(&Call) -> Answer + Send + Sync + 'static,
        quarantine: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static,
    ) -> Self {
        Self::between(InvokeApi::start(function), SqsApi::start(quarantine))
    }

    /// This backend over TLS; the router trusts the certificates in `trusted`, a PEM file, alone.
    pub(crate) fn over_tls(lambda: InvokeApi, trusted: &Path) -> Self {
        let trusted = trusted.to_str().unwrap();
        Self::between(lambda, SqsApi::start(|_| SqsAnswer::Taken)).environment("SSL_CERT_FILE", trusted)
    }

    fn between(lambda: InvokeApi, sqs: SqsApi) -> Self {
        let config = json!({
            "source": "sqs",
            "backend": { "function": FUNCTION, "timeout_seconds": 5 },
            "tenant_id": { "from": ["$.body.tenantId"] },
            "on_reject": { "quarantine": sqs.queue_url("orders-quarantine") },
        });
        let environment = vec![
            ("AWS_ENDPOINT_URL_LAMBDA".to_owned(), lambda.endpoint()),
            ("AWS_ENDPOINT_URL_SQS".to_owned(), sqs.endpoint()),
        ];
        Self { config, lambda, sqs, environment }
    }

    /// A backend that answers `null`, a success.
    pub(crate) fn willing() -> Self {
        Self::backend(|_| Answer::ok("null"))
    }

    /// Sets a field of the configuration.
    pub(crate) fn set(mut self, path: &[&str], value: Value) -> Self {
        let mut field = &mut self.config;
        for name in path {
            field = &mut field[*name];
        }
        *field = value;
        self
    }

    /// The URL of a queue of the scripted SQS.
    pub(crate) fn queue_url(&self, name: &str) -> String {
        self.sqs.queue_url(name)
    }

    /// Sets an environment variable, over what is there.
    pub(crate) fn environment(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn start(self) -> World {
        self.try_start()
            .unwrap_or_else(|InitFailure { error, lines }| panic!("the init failed: {error:?} {lines:#?}"))
    }

    /// Starts the router, which may refuse.
    pub(crate) fn try_start(self) -> Result<World, InitFailure> {
        let config = self.config.to_string();
        let mut environment = vec![("TENANT_ROUTER_CONFIG", config.as_str())];
        environment.extend(self.environment.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let router = start(&environment)?;
        Ok(World { router, lambda: self.lambda, sqs: self.sqs })
    }
}

/// Starts the router with these variables.
pub(crate) fn start(environment: &[(&str, &str)]) -> Result<Sandbox, InitFailure> {
    Sandbox::start(Path::new(env!("CARGO_BIN_EXE_sqs-router")), environment)
}

/// A running router and what is around it.
pub(crate) struct World {
    pub(crate) router: Sandbox,
    pub(crate) lambda: InvokeApi,
    pub(crate) sqs: SqsApi,
}

impl World {
    /// Delivers a batch of a standard queue; the identifiers that are to be handed out again.
    pub(crate) fn deliver(&mut self, messages: &[Message]) -> Vec<String> {
        self.invoke(Invocation::of(Queue::standard("orders").event(messages)))
    }

    /// Delivers a batch of a FIFO queue.
    pub(crate) fn deliver_fifo(&mut self, messages: &[Message]) -> Vec<String> {
        self.invoke(Invocation::of(Queue::fifo("orders").event(messages)))
    }

    /// Delivers any event that is answered by a partial batch response.
    pub(crate) fn invoke(&mut self, invocation: Invocation) -> Vec<String> {
        failures(&self.router.invoke(invocation))
    }

    /// The Invokes so far, as (tenant, messages).
    pub(crate) fn invokes(&self) -> Vec<(String, Vec<String>)> {
        self.lambda.calls().iter().map(|Recorded { call, .. }| (tenant(call), messages_in(call))).collect()
    }
}

/// The identifiers that a partial batch response names.
pub(crate) fn failures(outcome: &Outcome) -> Vec<String> {
    let Outcome::Response(body) = outcome else { panic!("not answered: {outcome:?}") };
    let body: Value = serde_json::from_slice(body).unwrap();
    let failures = body["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn tenant(call: &Call) -> String {
    call.tenant_id.clone().unwrap_or_default()
}

pub(crate) fn messages_in(call: &Call) -> Vec<String> {
    testbed::events::message_ids(&call.payload)
}

/// A message whose body names its tenant.
pub(crate) fn message(id: &str, tenant: &str) -> Message {
    Message::new(id, json!({ "tenantId": tenant, "order": id }).to_string())
}

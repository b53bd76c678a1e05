//! A router between scripted ends.

use std::path::Path;

use serde_json::{Value, json};
use testbed::stream::sequence_numbers;
use testbed::{
    Answer, Call, Change, Invocation, InvokeApi, Outcome, Sandbox, SendBatch, SqsAnswer, SqsApi, TableStream,
};

/// What a test wants of the world, before the router is started in it.
pub(crate) struct Setup {
    config: Value,
    lambda: InvokeApi,
    sqs: SqsApi,
}

impl Setup {
    /// The tenant is `tenantId` in the images; rejected records go to a quarantine that takes them all.
    pub(crate) fn backend(script: impl Fn(&Call) -> Answer + Send + Sync + 'static) -> Self {
        Self::with(script, |_| SqsAnswer::Taken)
    }

    /// A backend that answers `null`, a success.
    pub(crate) fn willing() -> Self {
        Self::backend(|_| Answer::ok("null"))
    }

    /// The same with a scripted SQS.
    pub(crate) fn with(
        function: impl Fn(&Call) -> Answer + Send + Sync + 'static,
        queues: impl Fn(&SendBatch) -> SqsAnswer + Send + Sync + 'static,
    ) -> Self {
        let (lambda, sqs) = (InvokeApi::start(function), SqsApi::start(queues));
        let config = json!({
            "source": "dynamodb",
            "backend": { "function": "orders:live", "timeout_seconds": 2 },
            "tenant_id": {
                "from": ["$.dynamodb.NewImage.tenantId.S", "$.dynamodb.OldImage.tenantId.S"],
            },
            "on_reject": { "quarantine": sqs.queue_url("quarantine") },
        });
        Self { config, lambda, sqs }
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

    /// Admitted records go to a FIFO queue of this name.
    pub(crate) fn bridged_to(self, queue: &str) -> Self {
        let url = self.sqs.queue_url(queue);
        self.set(&["bridge"], json!({ "fifo_queue": url }))
    }

    pub(crate) fn start(self) -> World {
        let (config, lambda, sqs) = (self.config.to_string(), self.lambda.endpoint(), self.sqs.endpoint());
        let environment = [
            ("TENANT_ROUTER_CONFIG", config.as_str()),
            ("AWS_ENDPOINT_URL_LAMBDA", lambda.as_str()),
            ("AWS_ENDPOINT_URL_SQS", sqs.as_str()),
        ];
        let router = Sandbox::start(Path::new(env!("CARGO_BIN_EXE_dynamodb-router")), &environment);
        let router = router.unwrap_or_else(|failure| panic!("the init failed: {failure:?}"));
        World { router, lambda: self.lambda, sqs: self.sqs }
    }
}

/// A running router and what is around it.
pub(crate) struct World {
    pub(crate) router: Sandbox,
    pub(crate) lambda: InvokeApi,
    pub(crate) sqs: SqsApi,
}

impl World {
    /// Delivers a batch; the identifiers that the answer names.
    pub(crate) fn deliver(&mut self, records: &[Change]) -> Vec<String> {
        named(&self.router.invoke(Invocation::of(stream().event(records))))
    }

    /// Delivers what is to be refused; the error's message.
    pub(crate) fn refusal(&mut self, event: &str) -> String {
        match self.router.invoke(Invocation::of(event)) {
            Outcome::Error(error) => error.error_message,
            other => panic!("no error: {other:?}"),
        }
    }

    /// The Invokes so far, each as its tenant and sequence numbers.
    pub(crate) fn invokes(&self) -> Vec<(String, Vec<String>)> {
        self.lambda.calls().iter().map(|recorded| (tenant(&recorded.call), numbers(&recorded.call))).collect()
    }

    /// The same, sorted: Invokes of different lanes come in any order.
    pub(crate) fn sorted_invokes(&self) -> Vec<(String, Vec<String>)> {
        let mut invokes = self.invokes();
        invokes.sort();
        invokes
    }

    /// What the quarantine holds: each record's id and reason.
    pub(crate) fn quarantined(&self) -> Vec<(String, String)> {
        let text =
            |entry: &testbed::sqs_api::Entry, name| entry.attribute(name).unwrap_or_default().to_owned();
        let entries = self.sqs.queued_in("quarantine");
        entries.iter().map(|entry| (text(entry, "record_id"), text(entry, "reason"))).collect()
    }
}

pub(crate) fn stream() -> TableStream {
    TableStream::of("orders")
}

/// An item's key.
pub(crate) fn key(key: &str) -> Value {
    json!({ "pk": { "S": key } })
}

/// An item that names its tenant.
pub(crate) fn item(key: &str, tenant: &str) -> Value {
    json!({ "pk": { "S": key }, "tenantId": { "S": tenant }, "total": { "N": "1.50" } })
}

/// A new item that names its tenant.
pub(crate) fn record(number: &str, of: &str, tenant: &str) -> Change {
    Change::insert(number, key(of), item(of, tenant))
}

/// The identifiers that a partial batch response names.
pub(crate) fn named(outcome: &Outcome) -> Vec<String> {
    let Outcome::Response(body) = outcome else { panic!("not answered: {outcome:?}") };
    let body: Value = serde_json::from_slice(body).unwrap();
    let failures = body["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn tenant(call: &Call) -> String {
    call.tenant_id.clone().unwrap_or_default()
}

pub(crate) fn numbers(call: &Call) -> Vec<String> {
    sequence_numbers(&call.payload)
}

/// A list of invokes as the tests write it down.
pub(crate) fn invokes(list: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
    let owned = |numbers: &[&str]| numbers.iter().map(|&number| number.to_owned()).collect();
    list.iter().map(|(tenant, numbers)| ((*tenant).to_owned(), owned(numbers))).collect()
}

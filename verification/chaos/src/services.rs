//! The endpoints that routers call. They outlive a round; the deployment of the current round answers.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use testbed::{DynamoDbApi, Invocation, InvokeApi, Outcome, Sandbox, SqsApi, StsApi};

use crate::bridge;
use crate::deployment::Deployment;
use crate::tenants::{TABLE, TenantRange};

/// The timeout of a router: 1 s for the backend, 11 s for the start of an execution environment, and the rest for Invokes that
/// follow one another.
const ROUTER_TIMEOUT: Duration = Duration::from_secs(18);

/// The endpoints of Lambda, SQS, DynamoDB and STS, on loopback.
pub(crate) struct Services {
    current_round: Arc<Mutex<Arc<Deployment>>>,
    lambda: InvokeApi,
    sqs: SqsApi,
    dynamodb: DynamoDbApi,
    sts: StsApi,
}

impl Services {
    /// Starts the endpoints for a first deployment.
    pub(crate) fn start(deployment: Deployment) -> Self {
        let current_round = Arc::new(Mutex::new(Arc::new(deployment)));
        let deployment = || {
            let current_round = Arc::clone(&current_round);
            move || Arc::clone(&current_round.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let (invoked, sent, read, assumed) = (deployment(), deployment(), deployment(), deployment());
        Self {
            lambda: InvokeApi::start(move |call| invoked().invoke(call)),
            sqs: SqsApi::start(move |batch| sent().send_batch(batch)),
            dynamodb: DynamoDbApi::start(move |call| read().read_registry(call)),
            sts: StsApi::start(move |tenant| assumed().assume_role(tenant)),
            current_round,
        }
    }

    /// Starts another round: replaces the deployment, and puts these tenants into the registry.
    pub(crate) fn replace(&self, deployment: Deployment, tenants: TenantRange) -> Arc<Deployment> {
        self.clear_requests();
        self.dynamodb.create_table(TABLE, "tenant_id");
        for (tenant, status) in tenants.registry_items() {
            self.dynamodb.put(TABLE, &json!({ "tenant_id": { "S": tenant }, "status": { "S": status } }));
        }
        let deployment = Arc::new(deployment);
        *self.current_round.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&deployment);
        deployment
    }

    /// Invokes a router with an event.
    pub(crate) fn invoke(&self, router: &mut Sandbox, event: String) -> Outcome {
        let outcome = router.invoke(Invocation::of(event).within(ROUTER_TIMEOUT));
        self.clear_requests();
        outcome
    }

    /// Deletes the recorded requests, which otherwise fill the memory in a long run.
    fn clear_requests(&self) {
        self.lambda.forget();
        self.sqs.forget();
        self.dynamodb.forget();
        self.sts.forget();
    }

    /// Returns the URL of the quarantine queue.
    pub(crate) fn quarantine_url(&self) -> String {
        self.sqs.queue_url("quarantine")
    }

    /// Returns the URL of the bridge's queue.
    pub(crate) fn bridge_url(&self) -> String {
        self.sqs.queue_url(bridge::QUEUE)
    }

    /// Returns the environment variables with which a router finds the endpoints.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL_LAMBDA", self.lambda.endpoint()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.endpoint()),
            ("AWS_ENDPOINT_URL_STS", self.sts.endpoint()),
        ]
    }
}

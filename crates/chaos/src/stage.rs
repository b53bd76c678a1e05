//! The services that routers speak to, for as long as they live. What they answer is the affair of the round in play.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use testbed::{DynamoDbApi, InvokeApi, SqsApi, StsApi};

use crate::bridge;
use crate::estate::Estate;
use crate::message::Crowd;

/// The name of the registry's table.
pub(crate) const TABLE: &str = "tenants";

/// All of them, on loopback.
pub(crate) struct Stage {
    playing: Arc<Mutex<Arc<Estate>>>,
    lambda: InvokeApi,
    sqs: SqsApi,
    dynamodb: DynamoDbApi,
    sts: StsApi,
}

impl Stage {
    /// Starts them, with this round's.
    pub(crate) fn start(estate: Estate) -> Self {
        let playing = Arc::new(Mutex::new(Arc::new(estate)));
        let current = || {
            let playing = Arc::clone(&playing);
            move || Arc::clone(&playing.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let (invoked, quarantined, asked, assumed) = (current(), current(), current(), current());
        Self {
            lambda: InvokeApi::start(move |call| invoked().invoke(call)),
            sqs: SqsApi::start(move |batch| quarantined().sqs(batch)),
            dynamodb: DynamoDbApi::start(move |call| asked().registry(call)),
            sts: StsApi::start(move |tenant| assumed().sts(tenant)),
            playing,
        }
    }

    /// From now on another round is played, with these tenants in the registry.
    pub(crate) fn change(&self, estate: Estate, crowd: Crowd) -> Arc<Estate> {
        self.forget();
        self.dynamodb.create_table(TABLE, "tenant_id");
        for (tenant, status) in crowd.listed() {
            self.dynamodb.put(TABLE, &json!({ "tenant_id": { "S": tenant }, "status": { "S": status } }));
        }
        let estate = Arc::new(estate);
        *self.playing.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&estate);
        estate
    }

    /// Forgets what was asked so far: a round may hold many large requests, and a run many rounds.
    pub(crate) fn forget(&self) {
        self.lambda.forget();
        self.sqs.forget();
        self.dynamodb.forget();
        self.sts.forget();
    }

    /// The quarantine.
    pub(crate) fn quarantine(&self) -> String {
        self.sqs.queue_url("quarantine")
    }

    /// The queue of a bridge.
    pub(crate) fn bridge(&self) -> String {
        self.sqs.queue_url(bridge::QUEUE)
    }

    /// Where a router finds them.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ENDPOINT_URL_LAMBDA", self.lambda.endpoint()),
            ("AWS_ENDPOINT_URL_SQS", self.sqs.endpoint()),
            ("AWS_ENDPOINT_URL_DYNAMODB", self.dynamodb.endpoint()),
            ("AWS_ENDPOINT_URL_STS", self.sts.endpoint()),
        ]
    }
}

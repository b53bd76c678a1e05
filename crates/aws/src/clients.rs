//! The clients: made once, at init, over one pool of connections that outlives every invocation.

use std::time::Duration;

use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_types::SdkConfig;

use crate::answers::BoundedAnswers;
use crate::endpoint::{self, Signee};
use crate::environment::{self, ClientsError, Service};
use crate::signed::Signed;

/// How long making a connection may take, TLS included. Nothing was sent by then, so the call can be made again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a connection is kept without use. A frozen environment does not see the far end close it, and a request
/// that is written into a closed connection has an uncertain outcome: its records wait for their visibility time-out.
/// A new connection costs milliseconds, so this is short of what AWS endpoints are known to keep; it is the same
/// minute that the AWS SDK for Java takes.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Idle connections kept for one host: as many as `in_flight` can be at most.
const MAX_IDLE: usize = 900;

/// What every port on AWS is made from.
#[derive(Clone, Debug)]
pub struct Clients {
    connector: SharedHttpConnector,
    lambda: SdkConfig,
    sqs: SdkConfig,
    dynamodb: SdkConfig,
    sts: SdkConfig,
    s3: SdkConfig,
}

impl Clients {
    /// Reads the SDK's own variables: region (`AWS_REGION`), credentials (`AWS_ACCESS_KEY_ID` and its kin, which Lambda
    /// sets from the function's role) and endpoints (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_LAMBDA`
    /// and so on for `SQS`, `DYNAMODB`, `STS` and `S3`; `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`).
    ///
    /// # Errors
    /// When region or credentials are missing.
    pub fn load() -> Result<Self, ClientsError> {
        let connector = connector();
        let http_client = SharedHttpClient::new(OneConnector(connector.clone()));
        let config = |service| {
            let config = environment::config(service, |name| std::env::var(name).ok())?;
            Ok(config.behavior_version(behavior()).http_client(http_client.clone()).build())
        };
        Ok(Self {
            lambda: config(Service::Lambda)?,
            sqs: config(Service::Sqs)?,
            dynamodb: config(Service::DynamoDb)?,
            sts: config(Service::Sts)?,
            s3: config(Service::S3)?,
            connector,
        })
    }

    /// Takes a configuration that was made elsewhere, its HTTP client included.
    #[must_use]
    pub fn from_config(config: SdkConfig) -> Self {
        Self {
            connector: connector(),
            lambda: config.clone(),
            sqs: config.clone(),
            dynamodb: config.clone(),
            sts: config.clone(),
            s3: config,
        }
    }

    /// What asks this service by signed requests.
    pub(crate) fn signed(&self, signee: Signee) -> Signed {
        let config = match signee {
            Signee::DynamoDb => &self.dynamodb,
            Signee::Sts => &self.sts,
            Signee::S3 => &self.s3,
        };
        Signed::new(self.connector.clone(), config, signee)
    }

    /// What asks this bucket by signed requests.
    pub(crate) fn bucket(&self, name: &str) -> Signed {
        self.signed(Signee::S3).under(endpoint::bucket_url(&self.s3, name))
    }

    pub(crate) const fn lambda(&self) -> &SdkConfig {
        &self.lambda
    }

    pub(crate) const fn sqs(&self) -> &SdkConfig {
        &self.sqs
    }
}

/// The SDK's defaults as of a date, so that an update of the SDK changes none of them by itself.
#[must_use]
pub fn behavior() -> BehaviorVersion {
    BehaviorVersion::v2026_01_12()
}

/// The HTTP client that [`Clients::load`] uses.
#[must_use]
pub fn http_client() -> SharedHttpClient {
    SharedHttpClient::new(OneConnector(connector()))
}

fn connector() -> SharedHttpConnector {
    let connector = Connector::builder()
        .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tls_provider(tls::Provider::rustls(tls::rustls_provider::CryptoMode::Ring))
        .pool_max_idle_per_host(MAX_IDLE)
        .build();
    SharedHttpConnector::new(BoundedAnswers::new(SharedHttpConnector::new(connector)))
}

/// One connector for every service and every time-out. The client that comes with the SDK makes a pool of its own for
/// each set of time-outs, and reads the machine's root certificates again for each client.
#[derive(Debug)]
struct OneConnector(SharedHttpConnector);

impl HttpClient for OneConnector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        self.0.clone()
    }
}

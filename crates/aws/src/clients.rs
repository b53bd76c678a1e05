//! The clients: made once, at init, over one pool of connections that outlives every invocation.

use aws_sdk_lambda::config::IdentityCache;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::sdk_config::StalledStreamProtectionConfig;

use crate::environment::{self, ClientsError, Service};
use crate::http_client::PooledClient;

/// What every port on AWS is made from.
#[derive(Clone, Debug)]
pub struct Clients {
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
    /// When region, credentials or the machine's root certificates are missing.
    pub fn load() -> Result<Self, ClientsError> {
        Self::new(|service| {
            let config = environment::config(service, |name| std::env::var(name).ok())?;
            Ok(config.build())
        })
    }

    /// Takes region, credentials and endpoint from a configuration that was made elsewhere.
    ///
    /// # Errors
    /// When the machine's root certificates are missing.
    pub fn from_config(config: &SdkConfig) -> Result<Self, ClientsError> {
        Self::new(|_| Ok(config.clone()))
    }

    fn new(config: impl Fn(Service) -> Result<SdkConfig, ClientsError>) -> Result<Self, ClientsError> {
        let http_client = SharedHttpClient::new(PooledClient::new()?);
        let config = |service| {
            let config = config(service)?.into_builder();
            let config = config
                .behavior_version(BehaviorVersion::v2026_01_12())
                .http_client(http_client.clone())
                // The credentials of the environment are there at once, and whoever renews others knows when.
                .identity_cache(IdentityCache::no_cache())
                // What may be tried again, how often and for how long is decided where it is called: see `call::within`.
                .retry_config(RetryConfig::disabled())
                .timeout_config(TimeoutConfig::disabled())
                // It takes the time of an answer's `Date` for that of half the call: after an Invoke of twelve minutes, six
                // minutes ahead, and the next request would be refused by its signature.
                .disable_clock_skew_correction(true)
                // It takes a backend that works for more than a few seconds for a stalled connection.
                .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
            Ok(config.build())
        };
        Ok(Self {
            lambda: config(Service::Lambda)?,
            sqs: config(Service::Sqs)?,
            dynamodb: config(Service::DynamoDb)?,
            sts: config(Service::Sts)?,
            s3: config(Service::S3)?,
        })
    }

    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.lambda)
    }

    pub(crate) fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.sqs)
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.dynamodb)
    }

    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.sts)
    }

    /// A configured endpoint may know no hosts of buckets: they stand in the path there.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let has_endpoint = self.s3.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&self.s3).force_path_style(has_endpoint);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

#[cfg(test)]
mod tests;

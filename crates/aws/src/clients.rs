//! The clients: made once, at init, over one pool of connections that outlives every invocation.

use aws_sdk_lambda::config::IdentityCache;
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::endpoint_config::AccountIdEndpointMode;
use aws_types::sdk_config::StalledStreamProtectionConfig;

use crate::environment::{self, ClientsError};
use crate::http_client::PooledClient;

/// What every port on AWS is made from.
#[derive(Clone, Debug)]
pub struct Clients {
    config: SdkConfig,
}

impl Clients {
    /// Reads the SDK's own variables: region (`AWS_REGION`), credentials (`AWS_ACCESS_KEY_ID` and its kin, which Lambda
    /// sets from the function's role) and endpoints (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_LAMBDA`
    /// and so on for `SQS`, `DYNAMODB`, `STS` and `S3`; `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`).
    ///
    /// # Errors
    /// When region, credentials or the machine's root certificates are missing.
    pub fn load() -> Result<Self, ClientsError> {
        Self::from_config(&environment::config(|name| std::env::var(name).ok())?.build())
    }

    /// Takes region, credentials and endpoint from a configuration that was made elsewhere.
    ///
    /// # Errors
    /// When the machine's root certificates are missing.
    pub fn from_config(config: &SdkConfig) -> Result<Self, ClientsError> {
        let config = config
            .to_builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(SharedHttpClient::new(PooledClient::new()?))
            // The variable that turns these endpoints off is not read.
            .account_id_endpoint_mode(AccountIdEndpointMode::Disabled)
            // The credentials of the environment are there at once, and whoever renews others knows when.
            .identity_cache(IdentityCache::no_cache())
            // What may be tried again, how often and for how long is decided where it is called: see `call::within`.
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            // It takes the time of an answer's `Date` for that of half the call: after an Invoke of twelve minutes, six
            // minutes ahead, and the next request would be refused by its signature.
            .disable_clock_skew_correction(true)
            // It takes a backend that works for more than a few seconds for a stalled connection.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .build();
        Ok(Self { config })
    }

    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        aws_sdk_lambda::Client::new(&self.config)
    }

    pub(crate) fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::new(&self.config)
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::new(&self.config)
    }

    pub(crate) fn sts(&self) -> aws_sdk_sts::Client {
        aws_sdk_sts::Client::new(&self.config)
    }

    /// A configured endpoint may know no hosts of buckets: they stand in the path there.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let has_endpoint = environment::has_endpoint(&self.config, "S3");
        let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(has_endpoint);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

#[cfg(test)]
mod tests;

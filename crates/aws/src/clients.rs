//! Creates the SDK clients once, at init, over one connection pool that is kept between invocations.

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

/// The shared configuration of all SDK clients.
#[derive(Clone, Debug)]
pub struct Clients {
    config: SdkConfig,
}

impl Clients {
    /// Loads the configuration from the SDK's environment variables: the region (`AWS_REGION`), the credentials
    /// (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, which Lambda sets from the function's role)
    /// and the endpoints (`AWS_ENDPOINT_URL`; `AWS_ENDPOINT_URL_LAMBDA`, `…_SQS`, `…_DYNAMODB`, `…_STS` and `…_S3`;
    /// `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`).
    ///
    /// # Errors
    /// The region, the credentials or the machine's root certificates are missing.
    pub fn load() -> Result<Self, ClientsError> {
        Self::from_config(&environment::config(|name| std::env::var(name).ok())?.build())
    }

    /// Uses the region, the credentials and the endpoints of an existing configuration.
    ///
    /// # Errors
    /// The machine's root certificates are missing.
    pub fn from_config(config: &SdkConfig) -> Result<Self, ClientsError> {
        let config = config
            .to_builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(SharedHttpClient::new(PooledClient::new()?))
            // `environment` does not read the variable that would turn these endpoints off.
            .account_id_endpoint_mode(AccountIdEndpointMode::Disabled)
            // Reading credentials from the environment costs nothing, and other providers cache their own.
            .identity_cache(IdentityCache::no_cache())
            // Each caller decides about retries and timeouts: see `call::with_timeout`.
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            // The correction assumes that a response's `Date` is the time in the middle of the call. After an Invoke of
            // twelve minutes it would be wrong by six, and AWS would refuse the next signature.
            .disable_clock_skew_correction(true)
            // The protection treats a backend that runs for more than a few seconds as a stalled connection.
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

    /// Creates an S3 client. With a configured endpoint it uses path-style URLs, because the endpoint may not resolve the
    /// host names of buckets.
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        let has_endpoint = environment::has_endpoint(&self.config, "S3");
        let config = aws_sdk_s3::config::Builder::from(&self.config).force_path_style(has_endpoint);
        aws_sdk_s3::Client::from_conf(config.build())
    }
}

#[cfg(test)]
mod tests;

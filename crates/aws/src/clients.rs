//! The clients: made once, at init, over one pool of connections that outlives every invocation.

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_http_client::{Connector, tls};
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// How long making a connection may take, TLS included. Nothing was sent by then, so the call can be made again.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// How long a connection is kept without use. A frozen environment does not see the far end close it, and a request
/// that is written into a closed connection has an uncertain outcome: its records wait for their visibility time-out.
/// A new connection costs milliseconds, so this is short of what AWS endpoints are known to keep; it is the same
/// minute that the AWS SDK for Java takes.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

/// Idle connections kept for one host: as many as `in_flight` can be at most.
const MAX_IDLE: usize = 1000;

/// Where the region is written; Lambda sets the first one.
const REGION_VARIABLES: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// What every port on AWS is made from.
#[derive(Clone, Debug)]
pub struct Clients {
    config: SdkConfig,
}

/// Why there are no clients.
#[derive(Debug, thiserror::Error)]
pub enum ClientsError {
    /// Asking the instance metadata service for a region would cost seconds and never succeeds on Lambda.
    #[error(
        "no region is given: environment variable AWS_REGION: set it to the region of the backend, such as eu-west-1"
    )]
    NoRegion,
}

impl Clients {
    /// Reads the SDK's own variables: region, endpoints (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_LAMBDA`,
    /// `AWS_ENDPOINT_URL_SQS`) and credentials, the latter from the default chain when they are first needed.
    ///
    /// # Errors
    /// When no region is set.
    pub async fn load() -> Result<Self, ClientsError> {
        let region = REGION_VARIABLES
            .into_iter()
            .find_map(|name| std::env::var(name).ok().filter(|region| !region.is_empty()))
            .ok_or(ClientsError::NoRegion)?;
        let config = aws_config::defaults(behavior())
            .region(Region::new(region))
            .http_client(http_client())
            .load()
            .await;
        Ok(Self { config })
    }

    /// Takes a configuration that was made elsewhere, its HTTP client included.
    #[must_use]
    pub fn from_config(config: SdkConfig) -> Self {
        Self { config }
    }

    pub(crate) const fn config(&self) -> &SdkConfig {
        &self.config
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
    let connector = Connector::builder()
        .connector_settings(HttpConnectorSettings::builder().connect_timeout(CONNECT_TIMEOUT).build())
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tls_provider(tls::Provider::rustls(tls::rustls_provider::CryptoMode::Ring))
        .pool_max_idle_per_host(MAX_IDLE)
        .build();
    SharedHttpClient::new(OneConnector(SharedHttpConnector::new(connector)))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_a_missing_region_names_the_variable() {
        assert!(ClientsError::NoRegion.to_string().contains("AWS_REGION"));
    }
}

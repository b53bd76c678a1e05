//! Access to AWS, configured as in the operator's shell.

use aws_config::{BehaviorVersion, Region};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, tls};
use aws_types::SdkConfig;

/// The region, profile and endpoint for AWS requests. The defaults are those of the AWS CLI.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsSession {
    /// The AWS region; default: the AWS CLI's.
    #[arg(long, global = true)]
    region: Option<String>,
    /// The profile in the AWS CLI's files; default: the AWS CLI's.
    #[arg(long, global = true)]
    profile: Option<String>,
    /// The endpoint for every service, for example an emulator's.
    #[arg(long, global = true)]
    endpoint_url: Option<String>,
}

impl AwsSession {
    /// Loads the SDK's configuration. Sends no request to a service.
    pub(crate) async fn config(&self) -> SdkConfig {
        // A fixed behavior version: an update of the SDK then does not change its defaults.
        let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
            .http_client(Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https());
        if let Some(region) = &self.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &self.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &self.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        loader.load().await
    }
}

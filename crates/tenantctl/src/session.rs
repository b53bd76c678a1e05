//! AWS, as the operator's shell is set up for it.

use aws_config::{BehaviorVersion, Region};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, tls};
use aws_types::SdkConfig;

/// Where and as whom AWS is asked; by default as the AWS CLI would.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "AWS")]
pub(crate) struct AwsSession {
    /// The AWS region; default: as the AWS CLI finds it.
    #[arg(long, global = true)]
    region: Option<String>,
    /// The profile in the AWS CLI's files; default: as the AWS CLI finds it.
    #[arg(long, global = true)]
    profile: Option<String>,
    /// Another endpoint for every service, such as an emulator's.
    #[arg(long, global = true)]
    endpoint_url: Option<String>,
}

impl AwsSession {
    /// The SDK's configuration. Nothing is asked of AWS yet.
    pub(crate) async fn config(&self) -> SdkConfig {
        // The SDK's defaults as of a date, so that an update of it changes none of them by itself.
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

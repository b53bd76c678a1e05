//! AWS, as the operator's shell is set up for it.

use aws_config::{BehaviorVersion, Region};
use aws_types::SdkConfig;

/// Where and as whom AWS is asked; by default as the AWS CLI would.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "AWS")]
pub(crate) struct Session {
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

impl Session {
    /// The SDK's configuration. Nothing is asked of AWS yet.
    pub(crate) async fn config(&self) -> SdkConfig {
        let mut loader = aws_config::defaults(behavior()).http_client(aws::http_client());
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

/// The routers' own, so that both see AWS alike.
fn behavior() -> BehaviorVersion {
    aws::behavior()
}

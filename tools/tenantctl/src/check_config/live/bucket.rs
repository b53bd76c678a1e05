//! Checks that the bucket for large records exists.

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{CheckResult, LiveCheck};

pub(super) async fn check(aws: &SdkConfig, bucket: &str) -> LiveCheck {
    // An emulator's endpoint does not resolve bucket names as host names.
    let path_style = aws.endpoint_url().is_some();
    let client = Client::from_conf(Builder::from(aws).force_path_style(path_style).build());
    let result = match client.head_bucket().bucket(bucket).send().await {
        Ok(_) => CheckResult::ok("it exists"),
        Err(error) => match CheckError::of(&error) {
            CheckError::NotFound => {
                CheckResult::failed("there is no such bucket", "create it, or correct the name")
            }
            CheckError::Denied | CheckError::Service(_) => CheckResult::not_tried(
                "this identity has no permission to list it, and the router needs none: it only puts objects (s3:PutObject)",
            ),
            error @ CheckError::Unreachable(_) => CheckResult::not_tried(error.describe()),
        },
    };
    LiveCheck::of("on_reject.large_records exists", bucket, result)
}

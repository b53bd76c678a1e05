//! The bucket for records that no message can hold: is it there?

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_types::SdkConfig;

use super::aws_error::CheckError;
use super::{LiveCheck, CheckResult};

pub(super) async fn check(aws: &SdkConfig, bucket: &str) -> LiveCheck {
    // A bucket's name as a part of the host's is of no use where the endpoint is an emulator's.
    let paths = aws.endpoint_url().is_some();
    let client = Client::from_conf(Builder::from(aws).force_path_style(paths).build());
    let finding = match client.head_bucket().bucket(bucket).send().await {
        Ok(_) => CheckResult::ok("it is there"),
        Err(error) => match CheckError::of(&error) {
            CheckError::NotFound => CheckResult::failed("there is no such bucket", "create it, or correct the name"),
            CheckError::Denied | CheckError::Service(_) => CheckResult::not_tried(
                "this identity may not list it, and the router need not: it only puts objects (s3:PutObject)",
            ),
            unreached @ CheckError::Unreachable(_) => CheckResult::not_tried(unreached.describe()),
        },
    };
    LiveCheck::of("on_reject.large_records exists", bucket, finding)
}

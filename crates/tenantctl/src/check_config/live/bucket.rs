//! The bucket for records that no message can hold: is it there?

use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_types::SdkConfig;

use super::trouble::Trouble;
use super::{Check, Finding};

pub(super) async fn look(aws: &SdkConfig, bucket: &str) -> Check {
    // A bucket's name as a part of the host's is of no use where the endpoint is an emulator's.
    let paths = aws.endpoint_url().is_some();
    let client = Client::from_conf(Builder::from(aws).force_path_style(paths).build());
    let finding = match client.head_bucket().bucket(bucket).send().await {
        Ok(_) => Finding::ok("it is there"),
        Err(error) => match Trouble::of(&error) {
            Trouble::Absent => Finding::failed("there is no such bucket", "create it, or correct the name"),
            Trouble::Denied | Trouble::Other(_) => Finding::not_tried(
                "this identity may not list it, and the router need not: it only puts objects (s3:PutObject)",
            ),
            unreached @ Trouble::Unreached(_) => Finding::not_tried(unreached.told()),
        },
    };
    Check::of("on_reject.large_records exists", bucket, finding)
}

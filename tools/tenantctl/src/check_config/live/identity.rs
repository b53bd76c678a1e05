//! The identity that the checks use.

use aws_config::sts::AssumeRoleProvider;
use aws_types::SdkConfig;
use aws_types::sdk_config::SharedCredentialsProvider;

use super::aws_error::CheckError;
use crate::error::CommandError;
use crate::session::AwsSession;

/// The name of the role sessions of this command, as `CloudTrail` shows it.
pub(super) const SESSION_NAME: &str = "tenantctl-check-config";

/// The caller's ARN, and the SDK's configuration with its credentials.
pub(super) struct CallerIdentity {
    pub(super) arn: String,
    pub(super) aws: SdkConfig,
}

/// Loads the identity of the operator's shell, or assumes `role` with it. `GetCallerIdentity` needs no permission, so only
/// credentials and the network can fail here [AWS STS API reference, "`GetCallerIdentity`"].
pub(super) async fn load(session: &AwsSession, role: Option<&str>) -> Result<CallerIdentity, CommandError> {
    let aws = session.config().await;
    if aws.region().is_none() {
        return Err(CommandError::unusable("AWS", "no region is set", "give --region, or set AWS_REGION"));
    }
    let aws = match (role, aws.credentials_provider()) {
        (Some(role), Some(own)) => {
            let provider = AssumeRoleProvider::builder(role).session_name(SESSION_NAME).configure(&aws);
            let provider = SharedCredentialsProvider::new(provider.build_from_provider(own).await);
            aws.into_builder().credentials_provider(provider).build()
        }
        _ => aws,
    };
    let response = aws_sdk_sts::Client::new(&aws).get_caller_identity().send().await;
    match response {
        Ok(caller) => {
            Ok(CallerIdentity { arn: caller.arn().unwrap_or("an unnamed identity").to_owned(), aws })
        }
        Err(error) => Err(match (role, CheckError::of(&error)) {
            (Some(role), CheckError::Unreachable(_)) => CommandError::unusable(
                role,
                "the role cannot be assumed",
                "allow your identity sts:AssumeRole on it, and name your identity in its trust policy",
            ),
            (_, error) => CommandError::unusable(
                "AWS",
                format!("the caller's identity is unknown: {}", error.describe()),
                "set up credentials as for the AWS CLI, and test them with aws sts get-caller-identity",
            ),
        }),
    }
}

//! As whom AWS is asked.

use aws_config::sts::AssumeRoleProvider;
use aws_types::SdkConfig;
use aws_types::sdk_config::SharedCredentialsProvider;

use super::aws_error::CheckError;
use crate::error::CommandError;
use crate::session::AwsSession;

/// The name of the sessions that this command makes, as the account's audit trail shows it.
pub(super) const SESSION_NAME: &str = "tenantctl-check-config";

/// Who asks, and with what.
pub(super) struct CallerIdentity {
    pub(super) arn: String,
    pub(super) aws: SdkConfig,
}

/// The identity of the operator's shell, or of `role`, which it assumes. Asking STS who one is needs no permission,
/// so that nothing but credentials and the network can fail here [AWS STS API reference, `GetCallerIdentity`].
pub(super) async fn of(session: &AwsSession, role: Option<&str>) -> Result<CallerIdentity, CommandError> {
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
    let asked = aws_sdk_sts::Client::new(&aws).get_caller_identity().send().await;
    match asked {
        Ok(caller) => Ok(CallerIdentity { arn: caller.arn().unwrap_or("an unnamed identity").to_owned(), aws }),
        Err(error) => Err(match (role, CheckError::of(&error)) {
            (Some(role), CheckError::Unreachable(_)) => CommandError::unusable(
                role,
                "the role cannot be assumed",
                "its trust policy has to name your identity, and yours has to allow sts:AssumeRole on it",
            ),
            (_, trouble) => CommandError::unusable(
                "AWS",
                format!("it is not known as whom to ask: {}", trouble.describe()),
                "set credentials up as for the AWS CLI; aws sts get-caller-identity tries them",
            ),
        }),
    }
}

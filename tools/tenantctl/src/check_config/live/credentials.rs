//! Checks that the tenants' role can be assumed for one tenant.

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_types::SdkConfig;

use super::identity::SESSION_NAME;
use super::{CheckResult, IdentityKind, LiveCheck, TEST_TENANT_ID};

pub(super) async fn check(aws: &SdkConfig, role: &str, identity: IdentityKind) -> LiveCheck {
    let result = match (identity, aws.credentials_provider()) {
        // The role trusts only the router's role, so a refusal of any other identity means nothing.
        (IdentityKind::Operator, _) | (_, None) => CheckResult::not_tried(
            "only the router's role may assume it: run the check as that role with --assume-role ARN",
        ),
        (IdentityKind::Role, Some(router)) => {
            let provider = AssumeRoleProvider::builder(role)
                .session_name(SESSION_NAME)
                .tags([("tenant_id", TEST_TENANT_ID)])
                .configure(aws)
                .build_from_provider(router)
                .await;
            match provider.provide_credentials().await {
                Ok(_) => CheckResult::ok("it was assumed with the session tag tenant_id"),
                Err(_) => CheckResult::failed(
                    "it cannot be assumed with the session tag tenant_id",
                    "allow the router's role sts:AssumeRole and sts:TagSession on it, and allow both in its trust \
                     policy",
                ),
            }
        }
    };
    LiveCheck::of("credentials.role_arn", role, result)
}

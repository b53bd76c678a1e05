//! The tenants' role: may it be assumed for one tenant?

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_types::SdkConfig;

use super::identity::SESSION_NAME;
use super::{TEST_TENANT_ID, IdentityKind, LiveCheck, CheckResult};

pub(super) async fn check(aws: &SdkConfig, role: &str, assumed: IdentityKind) -> LiveCheck {
    let finding = match (assumed, aws.credentials_provider()) {
        // Its trust policy names the router's role alone, so that anybody else's refusal says nothing.
        (IdentityKind::Operator, _) | (_, None) => {
            CheckResult::not_tried("only the router's role may assume it: --assume-role ARN asks as that role")
        }
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
                    "the router's role needs sts:AssumeRole and sts:TagSession on it, and its trust policy has to \
                     allow both to the router's role",
                ),
            }
        }
    };
    LiveCheck::of("credentials.role_arn", role, finding)
}

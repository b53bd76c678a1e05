//! The tenants' role: may it be assumed for one tenant?

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_types::SdkConfig;

use super::identity::SESSION_NAME;
use super::{ANYBODY, Assumed, Check, Finding};

pub(super) async fn look(aws: &SdkConfig, role: &str, assumed: Assumed) -> Check {
    let finding = match (assumed, aws.credentials_provider()) {
        // Its trust policy names the router's role alone, so that anybody else's refusal says nothing.
        (Assumed::Operator, _) | (_, None) => {
            Finding::not_tried("only the router's role may assume it: --assume-role ARN asks as that role")
        }
        (Assumed::Role, Some(router)) => {
            let provider = AssumeRoleProvider::builder(role)
                .session_name(SESSION_NAME)
                .tags([("tenant_id", ANYBODY)])
                .configure(aws)
                .build_from_provider(router)
                .await;
            match provider.provide_credentials().await {
                Ok(_) => Finding::ok("it was assumed with the session tag tenant_id"),
                Err(_) => Finding::failed(
                    "it cannot be assumed with the session tag tenant_id",
                    "the router's role needs sts:AssumeRole and sts:TagSession on it, and its trust policy has to \
                     allow both to the router's role",
                ),
            }
        }
    };
    Check::of("credentials.role_arn", role, finding)
}

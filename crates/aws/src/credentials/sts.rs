//! `AssumeRole`, asked once: what came of it, as an attempt to invoke knows it.

use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use aws_sdk_sts::types::{Credentials, Tag};
use routing::ports::Attempt;
use tenancy::TenantId;

use super::SESSION_TIMEOUT;
use super::session::Session;
use crate::call::{CallFailure, Refused, within};
use crate::classify::shown;
use routing::hash::hex_of;

/// The session tag that policies name as `aws:PrincipalTag/tenant_id`.
const TAG: &str = "tenant_id";

pub(super) async fn assume(
    sts: &Client,
    role_arn: &str,
    tenant: &TenantId,
    length: Duration,
) -> Result<Session, Attempt> {
    let not_built = || Attempt::NoCredentials("sts: RequestNotBuilt".to_owned());
    let question = question(sts, role_arn, tenant, length).ok_or_else(not_built)?;
    let answer = within(SESSION_TIMEOUT, question.send()).await.map_err(failed)?;
    let unusable = || Attempt::NoCredentials("sts: UnusableAnswer".to_owned());
    let credentials = answer.credentials.filter(is_complete).ok_or_else(unusable)?;
    Session::new(&credentials).ok_or_else(|| Attempt::NoCredentials("sts: SessionTooLarge".to_owned()))
}

fn question(
    sts: &Client,
    role_arn: &str,
    tenant: &TenantId,
    length: Duration,
) -> Option<AssumeRoleFluentBuilder> {
    let tag = Tag::builder().key(TAG).value(tenant.as_str()).build().ok()?;
    let question = sts
        .assume_role()
        .role_arn(role_arn)
        // A session's name has fewer characters than a tenant's id may have, and is nothing that policies go by.
        .role_session_name(hex_of(&[tenant.as_str()]))
        .duration_seconds(i32::try_from(length.as_secs()).ok()?)
        .tags(tag);
    Some(question)
}

/// The SDK makes up what is missing: texts are empty then, and the session ended in 1970.
fn is_complete(credentials: &Credentials) -> bool {
    let texts = [&credentials.access_key_id, &credentials.secret_access_key, &credentials.session_token];
    texts.iter().all(|text| !text.is_empty()) && credentials.expiration.secs() != 0
}

fn failed(failure: CallFailure) -> Attempt {
    match failure {
        CallFailure::Refused(Refused { status, code, .. }) => {
            let code = shown(code.as_deref(), status);
            if status >= 500 || code.starts_with("Throttl") {
                return Attempt::NotStarted(format!("sts: {code}"));
            }
            Attempt::NoCredentials(format!("sts: {code}"))
        }
        CallFailure::Unusable(_) => Attempt::NoCredentials("sts: UnusableAnswer".to_owned()),
        // Nothing has been sent to the backend whatever comes of this, so it may be tried again.
        CallFailure::NoAnswer(none) => Attempt::NotStarted(format!("sts: {}", none.code())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;

    #[test]
    fn credentials_that_the_sdk_completed_are_refused() {
        let credentials = |id: &str, secret: &str, token: &str, ends: i64| {
            let credentials = Credentials::builder().access_key_id(id).secret_access_key(secret);
            let credentials = credentials.session_token(token).expiration(DateTime::from_secs(ends));
            credentials.build().unwrap()
        };
        assert!(is_complete(&credentials("i", "s", "t", 1)));
        for (id, secret, token, ends) in
            [("", "s", "t", 1), ("i", "", "t", 1), ("i", "s", "", 1), ("i", "s", "t", 0)]
        {
            assert!(!is_complete(&credentials(id, secret, token, ends)));
        }
    }

    #[test]
    fn a_refusal_that_may_pass_is_told_from_one_that_someone_has_to_mend() {
        let refusal = |status, code: Option<&str>| {
            let code = code.map(str::to_owned);
            failed(CallFailure::Refused(Refused { status, code, message: None, retry_after: None }))
        };
        for code in ["AccessDenied", "SignatureDoesNotMatch", "RequestExpired", "ExpiredToken"] {
            assert_eq!(refusal(403, Some(code)), Attempt::NoCredentials(format!("sts: {code}")));
        }
        assert_eq!(refusal(400, Some("Throttling")), Attempt::NotStarted("sts: Throttling".to_owned()));
        assert_eq!(refusal(503, None), Attempt::NotStarted("sts: HTTP 503".to_owned()));
    }
}

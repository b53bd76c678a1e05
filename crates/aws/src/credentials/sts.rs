//! Calls STS `AssumeRole` once, and maps its failures to [`Attempt`]s.

use std::time::Duration;

use aws_sdk_sts::Client;
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use aws_sdk_sts::types::{Credentials, Tag};
use routing::ports::Attempt;
use tenancy::TenantId;

use super::SESSION_TIMEOUT;
use super::session::TenantSession;
use crate::call::{CallFailure, ServiceError, with_timeout};
use crate::error_code::loggable_code;
use routing::hash::hex_of;

/// The session tag that policies read as `aws:PrincipalTag/tenant_id`.
const TAG: &str = "tenant_id";

/// Assumes the role for this tenant.
///
/// # Errors
/// The attempt that an Invoke without the session stands for.
pub(super) async fn assume_role(
    sts: &Client,
    role_arn: &str,
    tenant: &TenantId,
    duration: Duration,
) -> Result<TenantSession, Attempt> {
    let not_built = || Attempt::NoCredentials("sts: RequestNotBuilt".to_owned());
    let request = request(sts, role_arn, tenant, duration).ok_or_else(not_built)?;
    let output = with_timeout(SESSION_TIMEOUT, request.send()).await.map_err(attempt_of_failure)?;
    let unusable = || Attempt::NoCredentials("sts: UnusableAnswer".to_owned());
    let credentials = output.credentials.filter(is_complete).ok_or_else(unusable)?;
    TenantSession::new(&credentials).ok_or_else(|| Attempt::NoCredentials("sts: SessionTooLarge".to_owned()))
}

fn request(
    sts: &Client,
    role_arn: &str,
    tenant: &TenantId,
    duration: Duration,
) -> Option<AssumeRoleFluentBuilder> {
    let tag = Tag::builder().key(TAG).value(tenant.as_str()).build().ok()?;
    let request = sts
        .assume_role()
        .role_arn(role_arn)
        // A hash, because a session name is shorter than the longest tenant id. Policies use the tag, not the name.
        .role_session_name(hex_of(&[tenant.as_str()]))
        .duration_seconds(i32::try_from(duration.as_secs()).ok()?)
        .tags(tag);
    Some(request)
}

/// Returns whether the response had all fields. The SDK fills missing ones with empty texts and the year 1970.
fn is_complete(credentials: &Credentials) -> bool {
    let texts = [&credentials.access_key_id, &credentials.secret_access_key, &credentials.session_token];
    texts.iter().all(|text| !text.is_empty()) && credentials.expiration.secs() != 0
}

fn attempt_of_failure(failure: CallFailure) -> Attempt {
    match failure {
        CallFailure::Service(ServiceError { status, code, .. }) => {
            let code = loggable_code(code.as_deref(), status);
            if status >= 500 || code.starts_with("Throttl") {
                return Attempt::NotStarted(format!("sts: {code}"));
            }
            Attempt::NoCredentials(format!("sts: {code}"))
        }
        CallFailure::Unusable(_) => Attempt::NoCredentials("sts: UnusableAnswer".to_owned()),
        // The backend was not invoked, so a retry is safe.
        CallFailure::NoResponse(cause) => Attempt::NotStarted(format!("sts: {}", cause.code())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;

    #[test]
    fn credentials_with_missing_fields_are_refused() {
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
    fn transient_sts_error_is_retried_and_others_are_not() {
        let attempt = |status, code: Option<&str>| {
            let code = code.map(str::to_owned);
            let error = ServiceError { status, code, message: None, retry_after: None };
            attempt_of_failure(CallFailure::Service(error))
        };
        for code in ["AccessDenied", "SignatureDoesNotMatch", "RequestExpired", "ExpiredToken"] {
            assert_eq!(attempt(403, Some(code)), Attempt::NoCredentials(format!("sts: {code}")));
        }
        assert_eq!(attempt(400, Some("Throttling")), Attempt::NotStarted("sts: Throttling".to_owned()));
        assert_eq!(attempt(503, None), Attempt::NotStarted("sts: HTTP 503".to_owned()));
    }
}

//! A tenant's session as the `ClientContext` of an Invoke. No `Debug` or `Display` output shows the credentials.

use std::fmt;
use std::time::SystemTime;

use aws_sdk_sts::types::Credentials;
use aws_smithy_types::base64;
use aws_smithy_types::date_time::Format;
use serde_json::json;

/// The largest encoded `ClientContext`, in bytes [Lambda API reference, `Invoke`, `X-Amz-Client-Context`].
const MAX_CONTEXT_BYTES: usize = 3583;

/// One tenant's session, encoded for an Invoke.
pub(crate) struct TenantSession {
    client_context: String,
    expires_at: SystemTime,
}

impl TenantSession {
    /// Encodes the credentials. Returns `None` if they are too long to send or their expiration is not a valid time.
    pub(super) fn new(credentials: &Credentials) -> Option<Self> {
        let expires_at = SystemTime::try_from(credentials.expiration).ok()?;
        // The names of the environment variables that the SDKs read credentials from.
        let context = json!({ "custom": {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
            "AWS_CREDENTIAL_EXPIRATION": credentials.expiration.fmt(Format::DateTime).ok()?,
        } });
        let client_context = base64::encode(context.to_string());
        (client_context.len() <= MAX_CONTEXT_BYTES).then_some(Self { client_context, expires_at })
    }

    /// Returns the encoded `ClientContext`.
    pub(crate) fn client_context(&self) -> &str {
        &self.client_context
    }

    pub(super) fn is_valid_until(&self, until: SystemTime) -> bool {
        self.expires_at > until
    }
}

impl fmt::Debug for TenantSession {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("TenantSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_types::DateTime;
    use std::time::Duration;

    fn credentials(token: &str) -> Credentials {
        let credentials = Credentials::builder()
            .access_key_id("ASIAHUSH")
            .secret_access_key("hush-secret")
            .session_token(token)
            .expiration(DateTime::from_secs(1_800_000_000));
        credentials.build().unwrap()
    }

    #[test]
    fn session_is_a_client_context_with_sdk_names() {
        let session = TenantSession::new(&credentials("hush-token")).unwrap();
        let context = base64::decode(session.client_context()).unwrap();
        let context: serde_json::Value = serde_json::from_slice(&context).unwrap();
        let expected = json!({ "custom": {
            "AWS_ACCESS_KEY_ID": "ASIAHUSH",
            "AWS_SECRET_ACCESS_KEY": "hush-secret",
            "AWS_SESSION_TOKEN": "hush-token",
            "AWS_CREDENTIAL_EXPIRATION": "2027-01-15T08:00:00Z",
        } });
        assert_eq!(context, expected);
    }

    #[test]
    fn debug_output_shows_no_credentials() {
        let credentials = credentials("hush-token");
        let session = TenantSession::new(&credentials).unwrap();
        let printed = format!("{session:?} {credentials:?}");
        assert!(!printed.to_lowercase().contains("hush"), "{printed}");
        assert!(!printed.contains(session.client_context()), "{printed}");
    }

    #[test]
    fn session_is_valid_until_expiry_and_limited_in_size() {
        let session = TenantSession::new(&credentials("t")).unwrap();
        let end = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert!(session.is_valid_until(end - Duration::from_secs(1)) && !session.is_valid_until(end));
        assert!(TenantSession::new(&credentials(&"t".repeat(2400))).is_some());
        assert!(TenantSession::new(&credentials(&"t".repeat(2600))).is_none());
    }
}

//! Credentials on their way to the backend. Nothing in here ever shows them.

use std::fmt;
use std::time::SystemTime;

use aws_sdk_sts::types::Credentials;
use aws_smithy_types::base64;
use aws_smithy_types::date_time::Format;
use serde_json::json;

/// The longest `ClientContext`, encoded, in bytes [Lambda API reference, `Invoke`, `X-Amz-Client-Context`].
const MAX_CONTEXT: usize = 3583;

/// One tenant's session, ready to be sent.
pub(crate) struct Session {
    client_context: String,
    ends: SystemTime,
}

impl Session {
    /// `None` where they are too long to be sent, or end at no time that there is.
    pub(super) fn new(credentials: &Credentials) -> Option<Self> {
        let ends = SystemTime::try_from(credentials.expiration).ok()?;
        // The names under which the SDKs look for credentials in an environment.
        let context = json!({ "custom": {
            "AWS_ACCESS_KEY_ID": credentials.access_key_id,
            "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
            "AWS_SESSION_TOKEN": credentials.session_token,
            "AWS_CREDENTIAL_EXPIRATION": credentials.expiration.fmt(Format::DateTime).ok()?,
        } });
        let client_context = base64::encode(context.to_string());
        (client_context.len() <= MAX_CONTEXT).then_some(Self { client_context, ends })
    }

    /// The `ClientContext`, encoded.
    pub(crate) fn client_context(&self) -> &str {
        &self.client_context
    }

    pub(super) fn lasts(&self, until: SystemTime) -> bool {
        self.ends > until
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Session").field("ends", &self.ends).finish_non_exhaustive()
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
    fn a_session_is_a_client_context_with_the_sdks_own_names() {
        let session = Session::new(&credentials("hush-token")).unwrap();
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
    fn nothing_that_is_printed_shows_a_credential() {
        let credentials = credentials("hush-token");
        let session = Session::new(&credentials).unwrap();
        let printed = format!("{session:?} {credentials:?}");
        assert!(!printed.to_lowercase().contains("hush"), "{printed}");
        assert!(!printed.contains(session.client_context()), "{printed}");
    }

    #[test]
    fn a_session_lasts_until_its_end_and_one_that_is_too_long_to_send_is_none() {
        let session = Session::new(&credentials("t")).unwrap();
        let end = SystemTime::UNIX_EPOCH + Duration::from_hours(500_000);
        assert!(session.lasts(end - Duration::from_secs(1)) && !session.lasts(end));
        assert!(Session::new(&credentials(&"t".repeat(2400))).is_some());
        assert!(Session::new(&credentials(&"t".repeat(2600))).is_none());
    }
}

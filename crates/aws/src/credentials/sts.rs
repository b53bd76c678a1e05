//! `AssumeRole`, asked once: what came of it, as an attempt to invoke knows it.

use std::time::Duration;

use aws_smithy_query::QueryWriter;
use aws_smithy_types::DateTime;
use aws_smithy_types::Number;
use aws_smithy_types::date_time::Format;
use aws_smithy_xml::decode::XmlDecodeError;
use routing::ports::Attempt;
use tenancy::TenantId;

use super::SESSION_TIMEOUT;
use super::session::{Keys, Session};
use crate::classify::shown;
use crate::signed::{Request, Signed};
use crate::wire::Answer;
use crate::xml::text_of;
use routing::hash::hex_of;

/// The session tag that policies name as `aws:PrincipalTag/tenant_id`.
const TAG: &str = "tenant_id";

pub(super) async fn assume(
    sts: &Signed,
    role_arn: &str,
    tenant: &TenantId,
    length: Duration,
) -> Result<Session, Attempt> {
    let body = question(role_arn, tenant, length);
    let request = Request {
        method: "POST",
        path: "/",
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body: body.into(),
    };
    // Nothing has been sent to the backend whatever comes of this, so it may be tried again.
    let sent = sts.send(request, SESSION_TIMEOUT).await;
    let answer = sent.map_err(|none| Attempt::NotStarted(format!("sts: {}", none.code())))?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let keys = keys(&answer.body).map_err(|_| Attempt::NoCredentials("sts: UnusableAnswer".to_owned()))?;
    Session::new(&keys).ok_or_else(|| Attempt::NoCredentials("sts: SessionTooLarge".to_owned()))
}

fn question(role_arn: &str, tenant: &TenantId, length: Duration) -> String {
    let mut body = String::new();
    let mut writer = QueryWriter::new(&mut body, "AssumeRole", "2011-06-15");
    writer.prefix("RoleArn").string(role_arn);
    // A session's name has fewer characters than a tenant's id may have, and is nothing that policies go by.
    writer.prefix("RoleSessionName").string(&hex_of(&[tenant.as_str()]));
    writer.prefix("DurationSeconds").number(Number::PosInt(length.as_secs()));
    let mut tags = writer.prefix("Tags").start_list(false, None);
    let mut tag = tags.entry();
    tag.prefix("Key").string(TAG);
    tag.prefix("Value").string(tenant.as_str());
    tags.finish();
    writer.finish();
    body
}

fn refused(answer: &Answer) -> Attempt {
    let code = text_of(&answer.body, "Code").ok().flatten();
    let code = shown(code.as_deref(), answer.status);
    if answer.status >= 500 || code.starts_with("Throttl") {
        return Attempt::NotStarted(format!("sts: {code}"));
    }
    Attempt::NoCredentials(format!("sts: {code}"))
}

fn keys(xml: &[u8]) -> Result<Keys, XmlDecodeError> {
    let given = |name| text_of(xml, name)?.ok_or_else(|| XmlDecodeError::custom("a field is missing"));
    Ok(Keys {
        access_key_id: given("AccessKeyId")?,
        secret_access_key: given("SecretAccessKey")?,
        session_token: given("SessionToken")?,
        expiration: DateTime::from_str(&given("Expiration")?, Format::DateTimeWithOffset)
            .map_err(XmlDecodeError::unhandled)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tenancy::Grammar;

    const ANSWER: &str = r#"<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
      <AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/t/s</Arn><AssumedRoleId>AROA:s</AssumedRoleId></AssumedRoleUser>
      <Credentials><AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>a/b+c=</SecretAccessKey>
      <SessionToken>tok&amp;en</SessionToken><Expiration>2027-01-15T08:00:00Z</Expiration></Credentials>
      </AssumeRoleResult></AssumeRoleResponse>"#;

    #[test]
    fn a_tenant_becomes_a_session_tag_as_it_stands() {
        let tenant = TenantId::parse("a b+c=@/:", &Grammar::Lambda).unwrap();
        let body = question("arn:aws:iam::111122223333:role/t", &tenant, Duration::from_mins(15));
        assert!(body.starts_with("Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam"), "{body}");
        assert!(body.contains("&DurationSeconds=900"), "{body}");
        assert!(
            body.ends_with("&Tags.member.1.Key=tenant_id&Tags.member.1.Value=a%20b%2Bc%3D%40%2F%3A"),
            "{body}"
        );
    }

    #[test]
    fn the_answer_is_read_and_one_that_lacks_something_is_no_answer() {
        let keys = keys(ANSWER.as_bytes()).unwrap();
        assert_eq!((keys.access_key_id.as_str(), keys.session_token.as_str()), ("ASIA1", "tok&en"));
        assert_eq!(keys.expiration, DateTime::from_secs(1_800_000_000));
        for lacking in
            ["", "<a/>", "{}", &ANSWER.replace("SessionToken", "Token"), &ANSWER.replace("2027-", "soon-")]
        {
            assert!(super::keys(lacking.as_bytes()).is_err(), "{lacking}");
        }
    }

    #[test]
    fn a_refusal_that_may_pass_is_told_from_one_that_someone_has_to_mend() {
        let refusal = |status, body: &str| {
            refused(&Answer { status, headers: http::HeaderMap::new(), body: body.as_bytes().to_vec() })
        };
        let error = |code: &str| {
            format!("<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>")
        };
        for code in ["AccessDenied", "SignatureDoesNotMatch", "RequestExpired", "ExpiredToken"] {
            assert_eq!(refusal(403, &error(code)), Attempt::NoCredentials(format!("sts: {code}")));
        }
        assert_eq!(refusal(400, &error("Throttling")), Attempt::NotStarted("sts: Throttling".to_owned()));
        assert_eq!(refusal(503, "busy"), Attempt::NotStarted("sts: HTTP 503".to_owned()));
    }
}

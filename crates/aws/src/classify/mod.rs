//! The table of what Lambda's answers to an Invoke mean: did the function run, and may it run in a moment?
//! Pure, so that every row is a test. What is not known for certain is [`Attempt::Uncertain`].
//!
//! Codes, statuses and their meanings: Lambda API reference, "Invoke", "Errors" and "Common Errors".

mod codes;

use std::time::Duration;

use routing::ports::{Attempt, Invocation};

use codes::{CODES, Meaning};

/// An error answer from Lambda.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal<'a> {
    pub(crate) status: u16,
    pub(crate) code: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
    pub(crate) retry_after: Option<Duration>,
}

impl Refusal<'_> {
    /// What it means for the call.
    pub(crate) fn attempt(self) -> Attempt {
        let code = shown(self.code, self.status);
        match self.meaning() {
            Meaning::Throttled => Attempt::Throttled { retry_after: self.retry_after, code },
            Meaning::NotStarted => Attempt::NotStarted(code),
            Meaning::Misconfigured => Attempt::Misconfigured(code),
            Meaning::Refused => Attempt::Refused(code),
            Meaning::Uncertain => Attempt::Uncertain(code),
        }
    }

    fn meaning(self) -> Meaning {
        if self.status == 429 {
            return Meaning::Throttled;
        }
        if self.is_about_tenancy() {
            return Meaning::Misconfigured;
        }
        let known = CODES.iter().find(|(code, _)| self.code == Some(code));
        known.map_or_else(|| by_status(self.status), |(_, meaning)| *meaning)
    }

    /// The function has no tenant isolation and got a tenant id, or the other way round (Lambda developer guide,
    /// "Tenant isolation"). There is no code of its own for it, so the message has to tell.
    fn is_about_tenancy(self) -> bool {
        self.code == Some("InvalidParameterValueException")
            && self.message.is_some_and(|message| {
                let message = message.to_ascii_lowercase();
                message.contains("tenant") || message.contains("tenancy")
            })
    }
}

/// AWS's code, or the status where there is none, or none that looks like a code: it goes to the logs.
pub(crate) fn shown(code: Option<&str>, status: u16) -> String {
    code.filter(|code| is_code(code)).map_or_else(|| format!("HTTP {status}"), str::to_owned)
}

/// Whether this is an error code rather than a text that somebody wrote.
pub(crate) fn is_code(code: &str) -> bool {
    (1..=80).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

fn by_status(status: u16) -> Meaning {
    match status {
        403 | 404 => Meaning::Misconfigured,
        // Whoever says 408 stopped waiting; what it waited for is not told.
        408 => Meaning::Uncertain,
        400..=499 => Meaning::Refused,
        _ => Meaning::Uncertain,
    }
}

/// What an answer that is no error means: `status` and the `X-Amz-Function-Error` header.
pub(crate) fn answer(invocation: Invocation, status: u16, function_error: bool, body: Vec<u8>) -> Attempt {
    if function_error {
        return if timed_out(&body) { Attempt::TimedOut } else { Attempt::FunctionError };
    }
    match (invocation, status) {
        (Invocation::Sync, 200) => Attempt::Answered(body),
        (Invocation::Async, 202) => Attempt::Accepted,
        // Not the kind of invocation that was asked for: whatever ran, this is no receipt.
        _ => Attempt::Uncertain(format!("HTTP {status}")),
    }
}

/// Whether Lambda itself ended the function: the one thing in a failure's body that is not the function's own.
fn timed_out(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Failure<'b> {
        #[serde(borrow, rename = "errorType")]
        error_type: Option<&'b str>,
    }
    // A body that cannot be read is a failure like any other.
    serde_json::from_slice(body)
        .is_ok_and(|failure: Failure<'_>| failure.error_type == Some("Sandbox.Timedout"))
}

/// `Retry-After` in seconds, as Lambda sends it; a date is not understood, so it asks for nothing.
pub(crate) fn retry_after(header: Option<&str>) -> Option<Duration> {
    header?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(status: u16, code: &str) -> Attempt {
        Refusal { status, code: Some(code), message: None, retry_after: None }.attempt()
    }

    fn misconfigured(code: &str) -> Attempt {
        Attempt::Misconfigured(code.to_owned())
    }

    fn refused(code: &str) -> Attempt {
        Attempt::Refused(code.to_owned())
    }

    fn uncertain(code: &str) -> Attempt {
        Attempt::Uncertain(code.to_owned())
    }

    #[test]
    fn any_429_certainly_did_not_run_and_keeps_its_retry_after() {
        for code in [Some("TooManyRequestsException"), Some("Unheard"), None] {
            let retry_after = Some(Duration::from_secs(3));
            let refusal = Refusal { status: 429, code, message: None, retry_after };
            let code = shown(code, 429);
            assert_eq!(refusal.attempt(), Attempt::Throttled { retry_after, code });
        }
        for code in ["ThrottlingException", "RequestThrottled", "KmsThrottled", "KMS.ThrottlingException"] {
            let code = code.to_owned();
            assert_eq!(attempt(400, &code), Attempt::Throttled { retry_after: None, code });
        }
    }

    #[test]
    fn a_function_that_is_not_ready_may_run_in_a_moment() {
        for (status, code) in [
            (409, "ResourceConflictException"),
            (502, "ResourceNotReadyException"),
            (409, "SnapStartNotReadyException"),
            (409, "CodeArtifactUserPendingException"),
            (502, "EC2ThrottledException"),
            (502, "EC2UnexpectedException"),
            (502, "ENINotReadyException"),
            (502, "ENILimitReachedException"),
            (502, "SubnetIPAddressLimitReachedException"),
            (408, "EFSMountConnectivityException"),
            (408, "EFSMountTimeoutException"),
            (408, "S3FilesMountConnectivityException"),
            (408, "S3FilesMountTimeoutException"),
        ] {
            assert_eq!(attempt(status, code), Attempt::NotStarted(code.to_owned()));
        }
    }

    #[test]
    fn an_estate_that_someone_must_mend_is_never_the_records_fault() {
        for (status, code) in [
            (403, "AccessDeniedException"),
            (403, "ExpiredTokenException"),
            (404, "ResourceNotFoundException"),
            (502, "KMSAccessDeniedException"),
            (502, "KMSDisabledException"),
            (400, "KMSInvalidStateException"),
            (502, "KMSNotFoundException"),
            (502, "EC2AccessDeniedException"),
            (502, "InvalidSubnetIDException"),
            (502, "InvalidSecurityGroupIDException"),
            (403, "EFSMountFailureException"),
            (403, "S3FilesMountFailureException"),
            (502, "InvalidRuntimeException"),
            (502, "InvalidZipFileException"),
            (409, "CodeArtifactUserDeletedException"),
            (409, "CodeArtifactUserFailedException"),
            (400, "NoPublishedVersionException"),
            (400, "ModeNotSupportedException"),
            (400, "IncompleteSignature"),
            (400, "IncompleteSignatureException"),
        ] {
            assert_eq!(attempt(status, code), misconfigured(code));
        }
    }

    #[test]
    fn a_backend_without_tenant_isolation_is_told_by_the_message() {
        let code = "InvalidParameterValueException";
        for (message, expected) in [
            (
                "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.",
                misconfigured(code),
            ),
            ("Tenant ID is not supported by this function", misconfigured(code)),
            ("The parameter ClientContext is not valid", refused(code)),
            ("The function is in maintenance", refused(code)),
        ] {
            let refusal =
                Refusal { status: 400, code: Some(code), message: Some(message), retry_after: None };
            assert_eq!(refusal.attempt(), expected, "{message}");
        }
    }

    #[test]
    fn other_client_errors_are_refusals_of_this_one_request() {
        for (status, code) in [
            (400, "InvalidRequestContentException"),
            (413, "RequestTooLargeException"),
            (413, "SerializedRequestEntityTooLargeException"),
            (415, "UnsupportedMediaTypeException"),
            (400, "RecursiveInvocationException"),
            (402, "ServiceQuotaExceededException"),
            (409, "DurableExecutionAlreadyStartedException"),
            (418, "Unheard"),
        ] {
            assert_eq!(attempt(status, code), refused(code));
        }
    }

    #[test]
    fn what_may_have_run_is_uncertain() {
        for (status, code) in [
            (500, "ServiceException"),
            (502, "Unheard"),
            (503, "ServiceUnavailable"),
            (504, "Unheard"),
            (408, "RequestTimeout"),
            (410, "EFSIOException"),
            (400, "SnapStartException"),
            (408, "SnapStartTimeoutException"),
            (400, "SnapStartRegenerationFailureException"),
            (301, "PermanentRedirect"),
        ] {
            assert_eq!(attempt(status, code), uncertain(code));
        }
    }

    #[test]
    fn every_code_of_the_table_stands_in_it_once_and_in_a_test() {
        let tests = include_str!("mod.rs").split_once("mod tests").unwrap().1;
        for (place, (code, _)) in CODES.iter().enumerate() {
            assert_eq!(CODES.iter().position(|(other, _)| other == code), Some(place), "{code}");
            assert!(tests.contains(&format!("\"{code}\"")), "{code}");
        }
    }

    #[test]
    fn an_answer_without_a_code_goes_by_its_status() {
        for (status, expected) in [
            (400, refused("HTTP 400")),
            (403, misconfigured("HTTP 403")),
            (502, uncertain("HTTP 502")),
            (302, uncertain("HTTP 302")),
        ] {
            for code in [None, Some(""), Some("not a code: tenant blue")] {
                let refusal = Refusal { status, code, message: None, retry_after: None };
                assert_eq!(refusal.attempt(), expected);
            }
        }
    }

    #[test]
    fn only_the_answer_that_belongs_to_the_invocation_is_a_receipt() {
        use Invocation::{Async, Sync};
        assert_eq!(answer(Sync, 200, false, b"null".to_vec()), Attempt::Answered(b"null".to_vec()));
        assert_eq!(answer(Async, 202, false, vec![]), Attempt::Accepted);
        assert_eq!(answer(Sync, 202, false, vec![]), uncertain("HTTP 202"));
        assert_eq!(answer(Async, 200, false, vec![]), uncertain("HTTP 200"));
        assert_eq!(answer(Sync, 204, false, vec![]), uncertain("HTTP 204"));
        assert_eq!(answer(Sync, 200, true, b"{}".to_vec()), Attempt::FunctionError);
        let told = |body: &[u8]| answer(Sync, 200, true, body.to_vec());
        assert_eq!(told(br#"{"errorType":"Sandbox.Timedout","errorMessage":"x"}"#), Attempt::TimedOut);
        for body in
            [&b""[..], b"[]", b"\xff", br#"{"errorType":"Sandbox\u002eTimedout "}"#, br#"{"errorType":7}"#]
        {
            assert_eq!(told(body), Attempt::FunctionError);
        }
    }

    #[test]
    fn retry_after_is_read_in_seconds_only() {
        assert_eq!(retry_after(Some(" 2 ")), Some(Duration::from_secs(2)));
        for header in [None, Some(""), Some("-1"), Some("1.5"), Some("Wed, 21 Oct 2015 07:28:00 GMT")] {
            assert_eq!(retry_after(header), None);
        }
    }
}

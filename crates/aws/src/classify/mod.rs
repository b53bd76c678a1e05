//! Maps responses of Lambda, and errors of a bridge's SQS queue, to [`Attempt`]s: whether the function ran, and whether a
//! retry may run it. Pure. A response that leaves this open becomes [`Attempt::Uncertain`].
//!
//! Codes and statuses: Lambda API reference, "Invoke", "Errors" and "Common Errors".

mod codes;

use std::time::Duration;

use routing::ports::{Attempt, Invocation};

use crate::error_code::loggable_code;
use codes::{CODES, ErrorClass};

/// An error response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ErrorResponse<'a> {
    pub(crate) status: u16,
    pub(crate) code: Option<&'a str>,
    pub(crate) message: Option<&'a str>,
    pub(crate) retry_after: Option<Duration>,
}

impl ErrorResponse<'_> {
    /// Returns the attempt that this response stands for.
    pub(crate) fn attempt(self) -> Attempt {
        let code = loggable_code(self.code, self.status);
        match self.class() {
            ErrorClass::Throttled => Attempt::Throttled { retry_after: self.retry_after, code },
            ErrorClass::NotStarted => Attempt::NotStarted(code),
            ErrorClass::Misconfigured => Attempt::Misconfigured(code),
            ErrorClass::Refused => Attempt::Refused(code),
            ErrorClass::Uncertain => Attempt::Uncertain(code),
        }
    }

    fn class(self) -> ErrorClass {
        if self.status == 429 {
            return ErrorClass::Throttled;
        }
        if self.is_tenancy_mismatch() {
            return ErrorClass::Misconfigured;
        }
        let known = CODES.iter().find(|(code, _)| self.code == Some(code));
        known.map_or_else(|| class_by_status(self.status), |(_, class)| *class)
    }

    /// Returns whether a function without tenant isolation got a tenant id, or one with it got none [Lambda developer
    /// guide, "Tenant isolation"]. Lambda has no own code for this, so the message decides.
    fn is_tenancy_mismatch(self) -> bool {
        self.code == Some("InvalidParameterValueException")
            && self.message.is_some_and(|message| {
                let message = message.to_ascii_lowercase();
                message.contains("tenant") || message.contains("tenancy")
            })
    }
}

fn class_by_status(status: u16) -> ErrorClass {
    match status {
        403 | 404 => ErrorClass::Misconfigured,
        // A timeout on AWS's side: it does not say whether the function ran.
        408 => ErrorClass::Uncertain,
        400..=499 => ErrorClass::Refused,
        _ => ErrorClass::Uncertain,
    }
}

/// Classifies a success response by its status and its `X-Amz-Function-Error` header.
pub(crate) fn response(invocation: Invocation, status: u16, function_error: bool, body: Vec<u8>) -> Attempt {
    if function_error {
        return if is_function_timeout(&body) { Attempt::TimedOut } else { Attempt::FunctionError };
    }
    match (invocation, status) {
        (Invocation::Sync, 200) => Attempt::Answered(body),
        (Invocation::Async, 202) => Attempt::Accepted,
        // The status belongs to another invocation type, so it acknowledges nothing.
        _ => Attempt::Uncertain(format!("HTTP {status}")),
    }
}

/// Returns whether Lambda ended the function at its own timeout. The function writes everything else in the body.
fn is_function_timeout(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct FunctionErrorBody<'b> {
        #[serde(borrow, rename = "errorType")]
        error_type: Option<&'b str>,
    }
    // An unreadable body is an ordinary function error.
    serde_json::from_slice(body)
        .is_ok_and(|error: FunctionErrorBody<'_>| error.error_type == Some("Sandbox.Timedout"))
}

/// Parses a `Retry-After` header in seconds, as Lambda sends it. A date is ignored.
pub(crate) fn retry_after(header: Option<&str>) -> Option<Duration> {
    header?.trim().parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(status: u16, code: &str) -> Attempt {
        ErrorResponse { status, code: Some(code), message: None, retry_after: None }.attempt()
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
    fn throttle_did_not_run_and_keeps_retry_after() {
        for code in [Some("TooManyRequestsException"), Some("Unheard"), None] {
            let retry_after = Some(Duration::from_secs(3));
            let response = ErrorResponse { status: 429, code, message: None, retry_after };
            let code = loggable_code(code, 429);
            assert_eq!(response.attempt(), Attempt::Throttled { retry_after, code });
        }
        for code in ["ThrottlingException", "RequestThrottled", "KmsThrottled", "KMS.ThrottlingException"] {
            let code = code.to_owned();
            assert_eq!(attempt(400, &code), Attempt::Throttled { retry_after: None, code });
        }
    }

    #[test]
    fn function_not_ready_is_not_started() {
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
    fn misconfiguration_is_never_a_refusal() {
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
    fn tenant_isolation_mismatch_is_found_by_message() {
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
            let response =
                ErrorResponse { status: 400, code: Some(code), message: Some(message), retry_after: None };
            assert_eq!(response.attempt(), expected, "{message}");
        }
    }

    #[test]
    fn other_client_errors_are_refusals() {
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
    fn response_that_may_follow_a_run_is_uncertain() {
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
    fn every_code_is_listed_once_and_tested() {
        let tests = include_str!("mod.rs").split_once("mod tests").unwrap().1;
        for (index, (code, _)) in CODES.iter().enumerate() {
            assert_eq!(CODES.iter().position(|(other, _)| other == code), Some(index), "{code}");
            assert!(tests.contains(&format!("\"{code}\"")), "{code}");
        }
    }

    #[test]
    fn response_without_a_code_is_classified_by_status() {
        for (status, expected) in [
            (400, refused("HTTP 400")),
            (403, misconfigured("HTTP 403")),
            (502, uncertain("HTTP 502")),
            (302, uncertain("HTTP 302")),
        ] {
            for code in [None, Some(""), Some("not a code: tenant blue")] {
                let response = ErrorResponse { status, code, message: None, retry_after: None };
                assert_eq!(response.attempt(), expected);
            }
        }
    }

    #[test]
    fn only_the_status_of_its_type_acknowledges_an_invoke() {
        use Invocation::{Async, Sync};
        assert_eq!(response(Sync, 200, false, b"null".to_vec()), Attempt::Answered(b"null".to_vec()));
        assert_eq!(response(Async, 202, false, vec![]), Attempt::Accepted);
        assert_eq!(response(Sync, 202, false, vec![]), uncertain("HTTP 202"));
        assert_eq!(response(Async, 200, false, vec![]), uncertain("HTTP 200"));
        assert_eq!(response(Sync, 204, false, vec![]), uncertain("HTTP 204"));
        assert_eq!(response(Sync, 200, true, b"{}".to_vec()), Attempt::FunctionError);
        let attempt = |body: &[u8]| response(Sync, 200, true, body.to_vec());
        assert_eq!(attempt(br#"{"errorType":"Sandbox.Timedout","errorMessage":"x"}"#), Attempt::TimedOut);
        for body in
            [&b""[..], b"[]", b"\xff", br#"{"errorType":"Sandbox\u002eTimedout "}"#, br#"{"errorType":7}"#]
        {
            assert_eq!(attempt(body), Attempt::FunctionError);
        }
    }

    #[test]
    fn retry_after_is_parsed_in_seconds_only() {
        assert_eq!(retry_after(Some(" 2 ")), Some(Duration::from_secs(2)));
        for header in [None, Some(""), Some("-1"), Some("1.5"), Some("Wed, 21 Oct 2015 07:28:00 GMT")] {
            assert_eq!(retry_after(header), None);
        }
    }
}

//! What an AWS error means for a check.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a call has no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CheckError {
    /// This identity may not make it.
    Denied,
    /// What it names is not there.
    NotFound,
    /// AWS said something else; the code.
    Service(String),
    /// There was no answer; what is known of the reason.
    Unreachable(String),
}

/// Codes of the services' "no such thing".
const ABSENT: [&str; 5] = [
    "ResourceNotFoundException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "NotFound",
    "NoSuchBucket",
];

/// Codes of the services' "you may not".
const DENIED: [&str; 4] = ["AccessDenied", "AccessDeniedException", "Forbidden", "KMSAccessDeniedException"];

impl CheckError {
    pub(super) fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(code) if ABSENT.contains(&code) => Self::NotFound,
                Some(code) if DENIED.contains(&code) => Self::Denied,
                code => Self::Service(code.unwrap_or("an error without a code").to_owned()),
            },
            SdkError::ConstructionFailure(_) => Self::Unreachable("the request could not be made".to_owned()),
            SdkError::TimeoutError(_) => Self::Unreachable("AWS did not answer in time".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Self::Unreachable("there are no credentials".to_owned())
            }
            SdkError::DispatchFailure(_) => Self::Unreachable("AWS cannot be reached".to_owned()),
            _ => Self::Unreachable("AWS's answer makes no sense".to_owned()),
        }
    }

    /// In a few words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Denied => "this identity may not ask".to_owned(),
            Self::NotFound => "it does not exist".to_owned(),
            Self::Service(code) => format!("AWS answered {code}"),
            Self::Unreachable(why) => why.clone(),
        }
    }
}

//! What an AWS error means for a check.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why a call has no answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// This identity may not make it.
    Denied,
    /// What it names is not there.
    Absent,
    /// AWS said something else; the code.
    Other(String),
    /// There was no answer; what is known of the reason.
    Unreached(String),
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

impl Trouble {
    pub(super) fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(code) if ABSENT.contains(&code) => Self::Absent,
                Some(code) if DENIED.contains(&code) => Self::Denied,
                code => Self::Other(code.unwrap_or("an error without a code").to_owned()),
            },
            SdkError::ConstructionFailure(_) => Self::Unreached("the request could not be made".to_owned()),
            SdkError::TimeoutError(_) => Self::Unreached("AWS did not answer in time".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Self::Unreached("there are no credentials".to_owned())
            }
            SdkError::DispatchFailure(_) => Self::Unreached("AWS cannot be reached".to_owned()),
            _ => Self::Unreached("AWS's answer makes no sense".to_owned()),
        }
    }

    /// In a few words.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Denied => "this identity may not ask".to_owned(),
            Self::Absent => "it does not exist".to_owned(),
            Self::Other(code) => format!("AWS answered {code}"),
            Self::Unreached(why) => why.clone(),
        }
    }
}

//! Classifies AWS errors for the checks.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// Why an AWS request failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum CheckError {
    /// This identity has no permission for it.
    Denied,
    /// The resource does not exist.
    NotFound,
    /// Another error of the service; its code.
    Service(String),
    /// There was no response; the reason as far as known.
    Unreachable(String),
}

/// The error codes for a missing resource.
const NOT_FOUND: [&str; 5] = [
    "ResourceNotFoundException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "NotFound",
    "NoSuchBucket",
];

/// The error codes for a missing permission.
const DENIED: [&str; 4] = ["AccessDenied", "AccessDeniedException", "Forbidden", "KMSAccessDeniedException"];

impl CheckError {
    pub(super) fn of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Self {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(code) if NOT_FOUND.contains(&code) => Self::NotFound,
                Some(code) if DENIED.contains(&code) => Self::Denied,
                code => Self::Service(code.unwrap_or("an error without a code").to_owned()),
            },
            SdkError::ConstructionFailure(_) => {
                Self::Unreachable("the request could not be built".to_owned())
            }
            SdkError::TimeoutError(_) => Self::Unreachable("AWS did not respond in time".to_owned()),
            SdkError::DispatchFailure(failure) if failure.is_user() => {
                Self::Unreachable("there are no credentials".to_owned())
            }
            SdkError::DispatchFailure(_) => Self::Unreachable("AWS cannot be reached".to_owned()),
            _ => Self::Unreachable("the response of AWS could not be read".to_owned()),
        }
    }

    /// Describes the error in a few words.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Denied => "this identity has no permission for the request".to_owned(),
            Self::NotFound => "it does not exist".to_owned(),
            Self::Service(code) => format!("AWS responded with {code}"),
            Self::Unreachable(why) => why.clone(),
        }
    }
}

//! Sends one SDK request with a timeout, and reduces its error to what the ports need.
//!
//! Callers log only the status and the code of an SDK error: its other text may hold a tenant's data.

use std::error::Error;
use std::future::Future;
use std::time::Duration;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_runtime_api::http::Headers;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::FutureExt;

use crate::http_client::TransportError;

/// Why a call failed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CallFailure {
    /// The service returned an error.
    Service(ServiceError),
    /// The service returned this success status with a body that cannot be used.
    Unusable(u16),
    /// There is no response.
    NoResponse(NoResponse),
}

/// A service's error response. Its message may decide what happens next, and is never logged.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServiceError {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_after: Option<String>,
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoResponse {
    /// There are no credentials to sign the request with.
    NoCredentials,
    /// The credentials did not arrive in time.
    CredentialsTimedOut,
    /// The SDK refused to build the request.
    NotBuilt,
    /// The timeout passed. The request may have been sent.
    TimedOut,
    /// The connection failed.
    Transport(TransportError),
}

impl NoResponse {
    /// Returns the text that stands for an error code in the logs.
    pub(crate) fn code(self) -> String {
        match self {
            Self::NoCredentials => "CredentialsNotLoaded".to_owned(),
            Self::CredentialsTimedOut => "CredentialsTimedOut".to_owned(),
            Self::NotBuilt => "RequestNotBuilt".to_owned(),
            Self::TimedOut => "timed out".to_owned(),
            Self::Transport(error) => error.to_string(),
        }
    }

    /// Returns whether a retry may succeed.
    pub(crate) const fn is_transient(self) -> bool {
        !matches!(self, Self::NoCredentials | Self::NotBuilt)
    }
}

/// Waits for a call. The timeout covers the call from getting the credentials to the last byte of the response.
///
/// The SDK's future is boxed because it has several kilobytes and a deeply nested type.
pub(crate) fn with_timeout<'a, T: 'a, E: Error + ProvideErrorMetadata + 'static>(
    timeout: Duration,
    sending: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'a,
) -> impl Future<Output = Result<T, CallFailure>> {
    let sending = sending.boxed();
    async move {
        match tokio::time::timeout(timeout, sending).await {
            Ok(sent) => sent.map_err(|error| failure(&error)),
            Err(_) => Err(CallFailure::NoResponse(NoResponse::TimedOut)),
        }
    }
}

fn failure<E: Error + ProvideErrorMetadata + 'static>(error: &SdkError<E, HttpResponse>) -> CallFailure {
    if let SdkError::ServiceError(service) = error {
        let (raw, meta) = (service.raw(), service.err().meta());
        if raw.status().is_success() {
            return CallFailure::Unusable(raw.status().as_u16());
        }
        return CallFailure::Service(ServiceError {
            status: raw.status().as_u16(),
            code: meta.code().or_else(|| code_of(raw.headers())).map(str::to_owned),
            message: meta.message().map(str::to_owned),
            retry_after: raw.headers().get("retry-after").map(str::to_owned),
        });
    }
    if let Some(transport) = cause::<TransportError>(error) {
        return CallFailure::NoResponse(NoResponse::Transport(*transport));
    }
    CallFailure::NoResponse(match (cause::<CredentialsError>(error), error) {
        (Some(CredentialsError::ProviderTimedOut(_)), _) => NoResponse::CredentialsTimedOut,
        (Some(_), _) => NoResponse::NoCredentials,
        (None, SdkError::ResponseError(response)) => {
            NoResponse::Transport(TransportError::Unreadable(response.raw().status().as_u16()))
        }
        (None, SdkError::TimeoutError(_)) => NoResponse::TimedOut,
        // A request that reaches the connection fails with a transport error, so this one was never sent.
        (None, _) => NoResponse::NotBuilt,
    })
}

/// Reads an error's code from its header [Smithy, "AWS restJson1 protocol", "Operation error serialization"]. The SDKs
/// read the header only if the body is JSON.
fn code_of(headers: &Headers) -> Option<&str> {
    let code = headers.get("x-amzn-errortype")?;
    code.split(':').next()?.rsplit('#').next()
}

/// Finds the first error of this type in the chain of `error`'s sources.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref::<E>())
}

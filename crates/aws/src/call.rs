//! One call of a service by its SDK: how long it may take, and what its failure means.
//!
//! Nothing of an SDK's error but its status and its code goes on from here: what it prints may hold a tenant's data.

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

/// Why a call came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum CallFailure {
    /// The service refused it.
    Refused(Refused),
    /// The service took it, and what it answered with this status makes no sense.
    Unusable(u16),
    /// There is no answer.
    NoAnswer(NoAnswer),
}

/// A service's error answer. Its message is for decisions, never for logs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) retry_after: Option<String>,
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// There are none to sign with.
    NoCredentials,
    /// There were none in time.
    CredentialsTimedOut,
    /// What was asked for is no request.
    NotBuilt,
    /// It may have been sent, or not.
    TimedOut,
    /// What the connection says.
    Transport(TransportError),
}

impl NoAnswer {
    /// What stands for a code in the logs.
    pub(crate) fn code(self) -> String {
        match self {
            Self::NoCredentials => "CredentialsNotLoaded".to_owned(),
            Self::CredentialsTimedOut => "CredentialsTimedOut".to_owned(),
            Self::NotBuilt => "RequestNotBuilt".to_owned(),
            Self::TimedOut => "timed out".to_owned(),
            Self::Transport(error) => error.to_string(),
        }
    }

    /// Whether the same may be answered in a moment.
    pub(crate) const fn may_pass(self) -> bool {
        !matches!(self, Self::NoCredentials | Self::NotBuilt)
    }
}

/// Waits for a call. Its time begins with the credentials and ends with the last byte of the answer.
///
/// An SDK's future takes some kilobytes and is a type of great depth: in a box, those that hold it are small.
pub(crate) fn within<'a, T: 'a, E: Error + ProvideErrorMetadata + 'static>(
    timeout: Duration,
    sending: impl Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send + 'a,
) -> impl Future<Output = Result<T, CallFailure>> {
    let sending = sending.boxed();
    async move {
        match tokio::time::timeout(timeout, sending).await {
            Ok(sent) => sent.map_err(|error| failure(&error)),
            Err(_) => Err(CallFailure::NoAnswer(NoAnswer::TimedOut)),
        }
    }
}

fn failure<E: Error + ProvideErrorMetadata + 'static>(error: &SdkError<E, HttpResponse>) -> CallFailure {
    if let SdkError::ServiceError(service) = error {
        let (raw, meta) = (service.raw(), service.err().meta());
        if raw.status().is_success() {
            return CallFailure::Unusable(raw.status().as_u16());
        }
        return CallFailure::Refused(Refused {
            status: raw.status().as_u16(),
            code: meta.code().or_else(|| code_of(raw.headers())).map(str::to_owned),
            message: meta.message().map(str::to_owned),
            retry_after: raw.headers().get("retry-after").map(str::to_owned),
        });
    }
    if let Some(transport) = cause::<TransportError>(error) {
        return CallFailure::NoAnswer(NoAnswer::Transport(*transport));
    }
    CallFailure::NoAnswer(match (cause::<CredentialsError>(error), error) {
        (Some(CredentialsError::ProviderTimedOut(_)), _) => NoAnswer::CredentialsTimedOut,
        (Some(_), _) => NoAnswer::NoCredentials,
        (None, SdkError::ResponseError(response)) => {
            NoAnswer::Transport(TransportError::Unreadable(response.raw().status().as_u16()))
        }
        (None, SdkError::TimeoutError(_)) => NoAnswer::TimedOut,
        // Whatever reaches the connection ends as a transport error: this was refused before.
        (None, _) => NoAnswer::NotBuilt,
    })
}

/// An error's code by its header [Smithy, "AWS restJson1 protocol", "Operation error serialization"]: the SDKs read it
/// only where the body is JSON as well.
fn code_of(headers: &Headers) -> Option<&str> {
    let code = headers.get("x-amzn-errortype")?;
    code.split(':').next()?.rsplit('#').next()
}

/// The first error of this type on the way down to the root of `error`.
fn cause<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut causes = std::iter::successors(Some(error), |&error| error.source());
    causes.find_map(|error| error.downcast_ref::<E>())
}

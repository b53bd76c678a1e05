//! Makes AWS clients with the retries and timeouts that the commands need, and explains their errors.

use std::time::Duration;

use aws_config::Region;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use aws_types::SdkConfig;
use aws_types::sdk_config::StalledStreamProtectionConfig;

use super::state::SendOutcome;
use crate::error::CommandError;
use crate::session::AwsSession;

/// The timeout of one attempt of a short call. It leaves time to send a megabyte over a slow connection.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(20);

/// Makes AWS clients from the operator's AWS configuration.
pub(crate) struct AwsClients {
    config: SdkConfig,
}

impl AwsClients {
    pub(crate) async fn load(session: &AwsSession) -> Self {
        Self { config: session.config().await }
    }

    /// Makes an SQS client for a region; `None`: the configured region.
    ///
    /// # Errors
    /// The region is unknown.
    pub(crate) fn sqs(&self, region: Option<&str>) -> Result<aws_sdk_sqs::Client, CommandError> {
        let builder = aws_sdk_sqs::config::Builder::from(&self.config).timeout_config(timeouts());
        let builder = builder.region(self.resolve_region(region)?);
        Ok(aws_sdk_sqs::Client::from_conf(builder.build()))
    }

    /// Makes an SQS client for sending, without retries. A message whose response was lost may have been sent; a retry
    /// by the SDK could repeat it, and no report would show that.
    ///
    /// # Errors
    /// The region is unknown.
    pub(crate) fn sqs_without_retries(
        &self,
        region: Option<&str>,
    ) -> Result<aws_sdk_sqs::Client, CommandError> {
        let builder = aws_sdk_sqs::config::Builder::from(&self.config).timeout_config(timeouts());
        let builder = builder.region(self.resolve_region(region)?).retry_config(RetryConfig::disabled());
        Ok(aws_sdk_sqs::Client::from_conf(builder.build()))
    }

    /// Makes an S3 client for the queue's region, because the router writes to a bucket of its own region.
    ///
    /// # Errors
    /// The region is unknown.
    pub(crate) fn s3(&self, region: Option<&str>) -> Result<aws_sdk_s3::Client, CommandError> {
        let builder = aws_sdk_s3::config::Builder::from(&self.config).region(self.resolve_region(region)?);
        // Emulators do not support a host name per bucket.
        let builder = builder.force_path_style(self.config.endpoint_url().is_some());
        Ok(aws_sdk_s3::Client::from_conf(builder.build()))
    }

    /// Makes a Lambda client without retries and without a timeout: a function may run for 15 minutes, and a function
    /// whose response was lost has run.
    ///
    /// # Errors
    /// The region is unknown.
    pub(crate) fn lambda(&self, function: &str) -> Result<aws_sdk_lambda::Client, CommandError> {
        let region = ArnParts::parse(function).map(|arn| arn.region);
        let builder = aws_sdk_lambda::config::Builder::from(&self.config)
            .region(self.resolve_region(region)?)
            .retry_config(RetryConfig::disabled())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        Ok(aws_sdk_lambda::Client::from_conf(builder.build()))
    }

    fn resolve_region(&self, region: Option<&str>) -> Result<Region, CommandError> {
        let known = region.map(|region| Region::new(region.to_owned()));
        known.or_else(|| self.config.region().cloned()).ok_or_else(|| {
            CommandError::usage(
                "AWS",
                "the AWS region is unknown",
                "give --region, or set AWS_REGION, or use an ARN",
            )
        })
    }
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(ATTEMPT_TIMEOUT).build()
}

/// The parts of an ARN that the commands need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ArnParts<'a> {
    pub(crate) region: &'a str,
    pub(crate) account: &'a str,
    pub(crate) resource: &'a str,
}

impl<'a> ArnParts<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let is_arn = parts.next() == Some("arn");
        let (_partition, _service) = (parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        is_arn.then_some(Self { region, account, resource })
    }
}

/// Classifies the error of a request that sends a record: after a server error or a lost response, the destination
/// may have the record.
pub(crate) fn classify_send_error<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> SendOutcome {
    let why = describe_error(error);
    match error {
        SdkError::ServiceError(service) => match service.raw().status().as_u16() {
            408 | 500.. => SendOutcome::Unknown(why),
            _ => SendOutcome::Refused(why),
        },
        SdkError::ConstructionFailure(_) => SendOutcome::Refused(why),
        SdkError::DispatchFailure(failure) if failure.is_user() => SendOutcome::Refused(why),
        _ => SendOutcome::Unknown(why),
    }
}

/// Describes an error by AWS's code and message, or by what prevented a response.
pub(crate) fn describe_error<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> String {
    match error {
        SdkError::ServiceError(service) => {
            let (code, message) = (service.err().code(), service.err().message());
            let status = format!("HTTP {}", service.raw().status().as_u16());
            match (code, message) {
                (Some(code), Some(message)) => format!("{code} ({message})"),
                (Some(code), None) => code.to_owned(),
                (None, _) => status,
            }
        }
        SdkError::TimeoutError(_) => "no response in time".to_owned(),
        SdkError::ResponseError(response) => {
            format!("an unreadable response, HTTP {}", response.raw().status().as_u16())
        }
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().map(|error| root_cause(error)).unwrap_or_default();
            format!("no response: {cause}")
        }
        SdkError::ConstructionFailure(_) => "the request could not be made".to_owned(),
        _ => "no response".to_owned(),
    }
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

/// Makes the operator's error from a failed call of `action` on `place`.
pub(crate) fn to_command_error<E: ProvideErrorMetadata>(
    place: &str,
    action: &str,
    error: &SdkError<E, HttpResponse>,
) -> CommandError {
    let code = error.as_service_error().and_then(ProvideErrorMetadata::code).unwrap_or_default();
    let remedy = if code.to_ascii_lowercase().contains("kms") {
        "allow this identity to use the KMS key that it is encrypted with".to_owned()
    } else if code.contains("AccessDenied") || code.contains("NotAuthorized") {
        format!("allow this identity to call {action} on it")
    } else if code.contains("QueueDoesNotExist") || code.contains("NonExistentQueue") {
        "check the name, the account and the region".to_owned()
    } else if code.contains("Expired") || code.contains("InvalidClientTokenId") {
        "sign in again".to_owned()
    } else if code == "OverLimit" {
        "wait until fewer of its messages are in flight".to_owned()
    } else {
        "try again; if it fails again, check the network, --endpoint-url and the credentials".to_owned()
    };
    CommandError::unusable(place, format!("{action}: {}", describe_error(error)), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arn_is_split_into_its_parts() {
        let arn = ArnParts::parse("arn:aws:lambda:eu-west-1:111122223333:function:orders:live").unwrap();
        let parts = ("eu-west-1", "111122223333", "function:orders:live");
        assert_eq!((arn.region, arn.account, arn.resource), parts);
        for text in ["orders", "", "arn:aws:sqs", "urn:aws:sqs:r:1:q"] {
            assert_eq!(ArnParts::parse(text), None, "{text}");
        }
    }
}

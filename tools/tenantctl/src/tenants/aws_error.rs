//! Turns DynamoDB errors into messages for operators: what is wrong, at which table, what to do.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::error::CommandError;

/// Converts an SDK error to a command error.
pub(crate) fn command_error<E, R>(error: &SdkError<E, R>, operation: &str, place: &str) -> CommandError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let place = format!("table {place}");
    match error {
        SdkError::ServiceError(error) => {
            let error = error.err();
            let code = error.code().unwrap_or("an error without a code");
            service_error(code, error.message().unwrap_or_default(), operation, place)
        }
        SdkError::TimeoutError(_) => CommandError::unusable(
            place,
            format!("DynamoDB did not answer {operation} in time"),
            "check the network to the region's endpoint, then run the command again; running it twice is safe",
        ),
        _ => CommandError::unusable(
            place,
            format!("the request to DynamoDB failed ({operation}): {}", error_chain(error)),
            "check the credentials (`aws sts get-caller-identity`), --region, --profile and the network",
        ),
    }
}

fn service_error(code: &str, message: &str, operation: &str, place: String) -> CommandError {
    let description = || if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") };
    match code {
        "ResourceNotFoundException" => CommandError::unusable(
            place,
            "there is no such table",
            "check --table, --region and the account (`aws sts get-caller-identity`); the module's output \
             `table_arn` names it",
        ),
        "AccessDeniedException" => CommandError::unusable(
            place,
            format!("these credentials have no permission for this: {}", description()),
            format!(
                "allow dynamodb:{operation} on exactly this table, and kms:Decrypt on its KMS key if it has one"
            ),
        ),
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "Throttling" => CommandError::unusable(
            place,
            format!("DynamoDB throttles the table, also after several retries: {code}"),
            "try again later, or raise the table's throughput; running the command again is safe",
        ),
        "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException" => CommandError::unusable(
            place,
            format!("AWS does not accept the credentials: {}", description()),
            "renew the credentials (for example with `aws sso login`), and check this machine's clock",
        ),
        "ValidationException" if is_about_the_key(message) => wrong_key(place),
        _ => CommandError::unusable(
            place,
            format!("DynamoDB refused {operation}: {}", description()),
            "see the code in the DynamoDB API reference; running the command again is safe",
        ),
    }
}

/// The error for a table whose key is not a registry's.
pub(crate) fn wrong_key(place: String) -> CommandError {
    CommandError::unusable(
        place,
        "the table is not a registry: its key must be `tenant_id`, a string, without a sort key",
        "check --table; the module `tenant-registry` creates such a table",
    )
}

/// Whether DynamoDB's message says that the key does not match the table's schema.
fn is_about_the_key(message: &str) -> bool {
    ["does not match the schema", "Missing the key", "Type mismatch for key"]
        .iter()
        .any(|words| message.contains(words))
}

/// The messages of an error and of all its causes.
fn error_chain(error: &dyn Error) -> String {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    chain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message_of(code: &str, message: &str) -> String {
        service_error(code, message, "GetItem", "table tenants".to_owned()).to_string()
    }

    #[test]
    fn every_error_names_table_and_remedy() {
        let cases = [
            ("ResourceNotFoundException", "", "there is no such table: table tenants: check --table"),
            ("AccessDeniedException", "no", "allow dynamodb:GetItem on exactly this table"),
            ("ThrottlingException", "", "throttles the table"),
            ("ProvisionedThroughputExceededException", "", "running the command again is safe"),
            ("ExpiredTokenException", "", "renew the credentials"),
            ("ValidationException", "The provided key element does not match the schema", "not a registry"),
            ("ValidationException", "Item size", "DynamoDB refused GetItem: ValidationException: Item size"),
        ];
        for (code, message, expected) in cases {
            let text = message_of(code, message);
            assert!(text.contains(expected) && text.contains("table tenants: "), "{text}");
        }
    }
}

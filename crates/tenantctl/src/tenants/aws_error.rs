//! What DynamoDB's refusals mean for an operator: what happened, at which table, what to do.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

use crate::error::CommandError;

/// Why a call did not come to an answer.
pub(crate) fn failure<E, R>(error: &SdkError<E, R>, operation: &str, place: &str) -> CommandError
where
    E: ProvideErrorMetadata + Error + 'static,
    R: std::fmt::Debug + 'static,
{
    let place = format!("table {place}");
    match error {
        SdkError::ServiceError(refused) => {
            let refused = refused.err();
            let code = refused.code().unwrap_or("an error without a code");
            refusal(code, refused.message().unwrap_or_default(), operation, place)
        }
        SdkError::TimeoutError(_) => CommandError::unusable(
            place,
            format!("DynamoDB did not answer {operation} in time"),
            "check the network to the region's endpoint, then try again; what is written twice is told",
        ),
        _ => CommandError::unusable(
            place,
            format!("DynamoDB could not be asked ({operation}): {}", chain(error)),
            "check the credentials (`aws sts get-caller-identity`), --region, --profile and the network",
        ),
    }
}

fn refusal(code: &str, message: &str, operation: &str, place: String) -> CommandError {
    let told = || if message.is_empty() { code.to_owned() } else { format!("{code}: {message}") };
    match code {
        "ResourceNotFoundException" => CommandError::unusable(
            place,
            "there is no such table",
            "check --table, --region and the account (`aws sts get-caller-identity`); the module's output \
             `table_arn` names it",
        ),
        "AccessDeniedException" => CommandError::unusable(
            place,
            format!("these credentials may not do this: {}", told()),
            format!(
                "allow dynamodb:{operation} on exactly this table, and kms:Decrypt on its key where it has one"
            ),
        ),
        "ProvisionedThroughputExceededException"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "Throttling" => CommandError::unusable(
            place,
            format!("DynamoDB throttles the table, several tries long: {code}"),
            "try again in a while, or raise the table's throughput; running the command again is safe",
        ),
        "ExpiredTokenException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "IncompleteSignatureException" => CommandError::unusable(
            place,
            format!("AWS does not accept the credentials: {}", told()),
            "log in again (`aws sso login`, or whatever gives you credentials), and check this machine's clock",
        ),
        "ValidationException" if is_about_the_key(message) => foreign_key(place),
        _ => CommandError::unusable(
            place,
            format!("DynamoDB refused {operation}: {}", told()),
            "see the code in the DynamoDB API reference; running the command again is safe",
        ),
    }
}

/// Another key than a registry's.
pub(crate) fn foreign_key(place: String) -> CommandError {
    CommandError::unusable(
        place,
        "the table's key is not `tenant_id`, a string, alone: it is no registry",
        "check --table; the module `tenant-registry` makes such a table",
    )
}

/// DynamoDB's words where a key does not fit the table.
fn is_about_the_key(message: &str) -> bool {
    ["does not match the schema", "Missing the key", "Type mismatch for key"]
        .iter()
        .any(|words| message.contains(words))
}

/// What the SDK says, down to the cause.
fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        told.push_str(": ");
        told.push_str(&error.to_string());
        cause = error.source();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: &str, message: &str) -> String {
        refusal(code, message, "GetItem", "table tenants".to_owned()).to_string()
    }

    #[test]
    fn every_refusal_names_the_table_and_what_to_do() {
        let cases = [
            ("ResourceNotFoundException", "", "there is no such table: table tenants: check --table"),
            ("AccessDeniedException", "no", "allow dynamodb:GetItem on exactly this table"),
            ("ThrottlingException", "", "throttles the table"),
            ("ProvisionedThroughputExceededException", "", "running the command again is safe"),
            ("ExpiredTokenException", "", "log in again"),
            ("ValidationException", "The provided key element does not match the schema", "no registry"),
            ("ValidationException", "Item size", "DynamoDB refused GetItem: ValidationException: Item size"),
        ];
        for (code, message, expected) in cases {
            let told = told(code, message);
            assert!(told.contains(expected) && told.contains("table tenants: "), "{told}");
        }
    }
}

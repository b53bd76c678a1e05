//! What Lambda has to set before a function can run. `lambda_runtime` panics without it.

/// Variables that Lambda sets for every function [AWS Lambda developer guide, "Working with Lambda environment
/// variables"].
const SET_BY_LAMBDA: [&str; 3] =
    ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION"];

/// The function's memory, in MB; set by Lambda, too.
const MEMORY: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// How many invocations Lambda hands to one process at a time, where it does [AWS Lambda developer guide, "Lambda Managed
/// Instances"].
const CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// Why the function cannot run here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvironmentError {
    /// This is no Lambda function.
    #[error(
        "this is not a Lambda function: {0} is not set, or is malformed: deploy it as one, Lambda sets it"
    )]
    NotOnLambda(&'static str),
    /// Lambda would hand several invocations over at once.
    #[error(
        "the router handles one invocation at a time: {CONCURRENCY} is {0}: do not run it on Lambda Managed Instances, or \
         set PerExecutionEnvironmentMaxConcurrency to 1"
    )]
    Concurrent(u32),
}

/// Checks what this process was given.
///
/// # Errors
/// When it is not as Lambda gives it to functions of one invocation at a time.
pub(crate) fn check() -> Result<(), EnvironmentError> {
    check_given(|name| std::env::var(name).ok())
}

fn check_given(given: impl Fn(&str) -> Option<String>) -> Result<(), EnvironmentError> {
    if let Some(missing) = SET_BY_LAMBDA.into_iter().find(|name| given(name).is_none()) {
        return Err(EnvironmentError::NotOnLambda(missing));
    }
    if given(MEMORY).and_then(|megabytes| megabytes.parse::<i32>().ok()).is_none() {
        return Err(EnvironmentError::NotOnLambda(MEMORY));
    }
    match given(CONCURRENCY).and_then(|count| count.parse().ok()) {
        Some(count) if count > 1 => Err(EnvironmentError::Concurrent(count)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(changed: &str, value: Option<&str>) -> Result<(), EnvironmentError> {
        check_given(|name| match name {
            _ if name == changed => value.map(str::to_owned),
            CONCURRENCY => None,
            MEMORY => Some("256".to_owned()),
            _ => Some("set".to_owned()),
        })
    }

    #[test]
    fn what_lambda_sets_is_required() {
        assert_eq!(checked("", None), Ok(()));
        for name in SET_BY_LAMBDA {
            assert_eq!(checked(name, None), Err(EnvironmentError::NotOnLambda(name)));
        }
        for malformed in [None, Some("much")] {
            assert_eq!(checked(MEMORY, malformed), Err(EnvironmentError::NotOnLambda(MEMORY)));
        }
    }

    #[test]
    fn several_invocations_at_once_are_refused() {
        for one in [None, Some("1"), Some("")] {
            assert_eq!(checked(CONCURRENCY, one), Ok(()));
        }
        let error = checked(CONCURRENCY, Some("16")).unwrap_err();
        assert_eq!(error, EnvironmentError::Concurrent(16));
        assert!(error.to_string().contains("AWS_LAMBDA_MAX_CONCURRENCY is 16: do not run it on"), "{error}");
    }
}

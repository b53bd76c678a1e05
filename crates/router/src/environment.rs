//! Checks the environment variables that Lambda sets. `lambda_runtime` panics without them.

/// The variables that Lambda sets for every function [AWS Lambda developer guide, "Working with Lambda environment
/// variables"].
const SET_BY_LAMBDA: [&str; 3] =
    ["AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION"];

/// The function's memory in MB, also set by Lambda.
const MEMORY: &str = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

/// The number of concurrent invocations of one process, on Lambda Managed Instances [AWS Lambda developer guide, "Lambda
/// Managed Instances"].
const CONCURRENCY: &str = "AWS_LAMBDA_MAX_CONCURRENCY";

/// Why the function cannot run here.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvironmentError {
    /// The process does not run on Lambda.
    #[error(
        "this is not a Lambda function: {0} is not set, or is malformed: deploy it as one, Lambda sets it"
    )]
    NotOnLambda(&'static str),
    /// Lambda would send several invocations at a time.
    #[error(
        "the router handles one invocation at a time: {CONCURRENCY} is {0}: do not run it on Lambda Managed Instances, or \
         set PerExecutionEnvironmentMaxConcurrency to 1"
    )]
    Concurrent(u32),
}

/// Checks this process's environment.
///
/// # Errors
/// It is not the environment of a Lambda function that handles one invocation at a time.
pub(crate) fn check() -> Result<(), EnvironmentError> {
    check_variables(|name| std::env::var(name).ok())
}

fn check_variables(variable: impl Fn(&str) -> Option<String>) -> Result<(), EnvironmentError> {
    if let Some(missing) = SET_BY_LAMBDA.into_iter().find(|name| variable(name).is_none()) {
        return Err(EnvironmentError::NotOnLambda(missing));
    }
    if variable(MEMORY).and_then(|megabytes| megabytes.parse::<i32>().ok()).is_none() {
        return Err(EnvironmentError::NotOnLambda(MEMORY));
    }
    match variable(CONCURRENCY).and_then(|count| count.parse().ok()) {
        Some(count) if count > 1 => Err(EnvironmentError::Concurrent(count)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(changed: &str, value: Option<&str>) -> Result<(), EnvironmentError> {
        check_variables(|name| match name {
            _ if name == changed => value.map(str::to_owned),
            CONCURRENCY => None,
            MEMORY => Some("256".to_owned()),
            _ => Some("set".to_owned()),
        })
    }

    #[test]
    fn lambdas_variables_are_required() {
        assert_eq!(checked("", None), Ok(()));
        for name in SET_BY_LAMBDA {
            assert_eq!(checked(name, None), Err(EnvironmentError::NotOnLambda(name)));
        }
        for malformed in [None, Some("much")] {
            assert_eq!(checked(MEMORY, malformed), Err(EnvironmentError::NotOnLambda(MEMORY)));
        }
    }

    #[test]
    fn concurrent_invocations_are_refused() {
        for one in [None, Some("1"), Some("")] {
            assert_eq!(checked(CONCURRENCY, one), Ok(()));
        }
        let error = checked(CONCURRENCY, Some("16")).unwrap_err();
        assert_eq!(error, EnvironmentError::Concurrent(16));
        assert!(error.to_string().contains("AWS_LAMBDA_MAX_CONCURRENCY is 16: do not run it on"), "{error}");
    }
}

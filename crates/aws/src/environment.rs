//! Reads the SDKs' environment variables [AWS SDKs and Tools reference guide, "Settings reference"]. Pure, except for the
//! credentials, which `aws-config` reads when it signs a request: a function passes in all other variables.
//!
//! The default chain of `aws-config` is not used: it also reads profiles, token services and instance metadata, which a
//! Lambda function never needs.

use std::fmt;

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

/// The variable with the endpoint of all services.
const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The variables with the region, by precedence. Lambda sets the first one.
const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// The variables that credentials need.
const CREDENTIALS: [&str; 2] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

/// What is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientsError {
    /// The region is missing. It has no default.
    #[error(
        "the region is missing: environment variable AWS_REGION: set it to the backend's region, such as eu-west-1"
    )]
    NoRegion,
    /// The credentials are missing. Lambda sets them from the function's role.
    #[error(
        "the credentials are missing: environment variable {variable}: set it; on Lambda, give the function a role"
    )]
    NoCredentials {
        /// The missing variable.
        variable: &'static str,
    },
    /// The root certificates are missing, so no TLS connection to AWS can be verified.
    #[error(
        "the root certificates are missing: the machine's trust store: install it (ca-certificates), or name a file with SSL_CERT_FILE"
    )]
    NoRootCertificates,
}

/// Builds the configuration of all services. `variable` returns an environment variable.
pub(crate) fn config<V>(variable: V) -> Result<Builder, ClientsError>
where
    V: Fn(&str) -> Option<String> + Send + Sync + 'static,
{
    // The SDKs treat an empty variable as absent.
    let variable = move |name: &str| variable(name).filter(|value| !value.is_empty());
    let is_true = |name: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let region = REGION.into_iter().find_map(&variable).ok_or(ClientsError::NoRegion)?;
    // Without this check the first Invoke would fail.
    let is_missing = |name: &&str| variable(name).is_none_or(|value| value.trim().is_empty());
    if let Some(variable) = CREDENTIALS.into_iter().find(is_missing) {
        return Err(ClientsError::NoCredentials { variable });
    }
    let mut config = SdkConfig::builder()
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .use_fips(is_true("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT"));
    if !is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        config.set_endpoint_url(variable(ENDPOINT));
        config.set_service_config(Some(ServiceVariables(variable)));
    }
    Ok(config)
}

/// Returns whether the environment configures an endpoint for this service.
pub(crate) fn has_endpoint(config: &SdkConfig, service_id: &str) -> bool {
    endpoint(config, service_id).is_some()
}

/// Returns the endpoint that the environment configures for this service.
fn endpoint(config: &SdkConfig, service_id: &str) -> Option<String> {
    let key = ServiceConfigKey::builder().service_id(service_id).env(ENDPOINT).profile("endpoint_url");
    let specific = key.build().ok().and_then(|key| config.service_config()?.load_config(key));
    specific.or_else(|| config.endpoint_url().map(str::to_owned))
}

/// Gives the SDKs the variables of each service [AWS SDKs and Tools reference guide, "Service-specific endpoints"].
struct ServiceVariables<V>(V);

impl<V: Fn(&str) -> Option<String> + Send + Sync> LoadServiceConfig for ServiceVariables<V> {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_ascii_uppercase().replace(' ', "_");
        (self.0)(&format!("{}_{service}", key.env()))
    }
}

impl<V> fmt::Debug for ServiceVariables<V> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("ServiceVariables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 3] = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];

    /// The configuration from the complete variables, with these added or replaced.
    fn config_of(variables: &[(&'static str, &'static str)]) -> Result<SdkConfig, ClientsError> {
        let all: Vec<_> = variables.iter().chain(&COMPLETE).copied().collect();
        let lookup = move |name: &str| {
            all.iter().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        };
        config(lookup).map(Builder::build)
    }

    /// The endpoint that these variables configure for this service.
    fn endpoint(service_id: &str, variables: &[(&'static str, &'static str)]) -> Option<String> {
        super::endpoint(&config_of(variables).unwrap(), service_id)
    }

    #[test]
    fn region_variables_have_a_precedence() {
        let region = |variables: &[(&'static str, &'static str)]| {
            config_of(variables).map(|config| config.region().unwrap().to_string())
        };
        assert_eq!(region(&[("AWS_DEFAULT_REGION", "us-east-1")]), Ok("eu-west-1".to_owned()));
        let only_default = [("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "us-east-1")];
        assert_eq!(region(&only_default), Ok("us-east-1".to_owned()));
        assert_eq!(region(&[("AWS_REGION", "")]), Err(ClientsError::NoRegion));
    }

    #[test]
    fn error_names_the_missing_variable() {
        for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            let error = config_of(&[(variable, "")]).unwrap_err();
            assert_eq!(error, ClientsError::NoCredentials { variable });
            assert!(error.to_string().contains(variable));
        }
        assert!(ClientsError::NoRegion.to_string().contains("AWS_REGION"));
    }

    #[test]
    fn service_endpoint_precedes_common_endpoint() {
        let all = ("AWS_ENDPOINT_URL", "http://all");
        let (lambda, sqs) = (("AWS_ENDPOINT_URL_LAMBDA", "http://l"), ("AWS_ENDPOINT_URL_SQS", "http://s"));
        assert_eq!(endpoint("Lambda", &[]), None);
        assert_eq!(endpoint("Lambda", &[sqs]), None);
        assert_eq!(endpoint("Lambda", &[all, sqs]).as_deref(), Some("http://all"));
        assert_eq!(endpoint("Lambda", &[all, lambda]).as_deref(), Some("http://l"));
        assert_eq!(endpoint("SQS", &[all, lambda, sqs]).as_deref(), Some("http://s"));
        assert_eq!(endpoint("SQS", &[all, ("AWS_ENDPOINT_URL_SQS", "")]).as_deref(), Some("http://all"));
        assert_eq!(endpoint("SQS", &[all, sqs, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]), None);
    }

    #[test]
    fn fips_and_dual_stack_endpoints_are_used_on_request() {
        let config = config_of(&[]).unwrap();
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(false), Some(false)));
        let asked = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "True")];
        let config = config_of(&asked).unwrap();
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(true), Some(true)));
    }
}

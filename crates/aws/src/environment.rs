//! What the SDK's own variables say [AWS SDKs and Tools reference guide, "Settings reference"]. Pure: the variables
//! come in through a function.
//!
//! They are read here and not by `aws-config`: its chain also asks profiles, token services and instance metadata,
//! which a Lambda function never needs. It brings a client for STS and makes the binary a good deal larger.

use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_types::SdkConfig;
use aws_types::region::Region;
use aws_types::sdk_config::Builder;

/// The services that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Lambda,
    Sqs,
    DynamoDb,
    Sts,
    S3,
}

impl Service {
    /// The variable that says where it is [AWS SDKs and Tools reference guide, "Service-specific endpoints"].
    const fn endpoint_variable(self) -> &'static str {
        match self {
            Self::Lambda => "AWS_ENDPOINT_URL_LAMBDA",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::S3 => "AWS_ENDPOINT_URL_S3",
        }
    }
}

/// Where the region is written; Lambda sets the first one.
const REGION: [&str; 2] = ["AWS_REGION", "AWS_DEFAULT_REGION"];

/// What is wrong with the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ClientsError {
    /// There is no default for it.
    #[error(
        "no region is given: environment variable AWS_REGION: set it to the region of the backend, such as eu-west-1"
    )]
    NoRegion,
    /// Lambda sets them from the function's role.
    #[error(
        "no credentials are given: environment variable {variable}: set it; on Lambda, give the function a role"
    )]
    NoCredentials {
        /// The variable that is missing.
        variable: &'static str,
    },
    /// Without them nobody can be known to be AWS.
    #[error(
        "no root certificates are found: the machine's trust store: install it (ca-certificates), or name a file with SSL_CERT_FILE"
    )]
    NoRootCertificates,
}

/// A service's configuration.
pub(crate) fn config(
    service: Service,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Builder, ClientsError> {
    // An empty variable is an absent one to the SDKs.
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let given = |name: &'static str| variable(name).ok_or(ClientsError::NoCredentials { variable: name });
    let is_true = |name: &str| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));

    let region = REGION.into_iter().find_map(&variable).ok_or(ClientsError::NoRegion)?;
    let credentials = Credentials::new(
        given("AWS_ACCESS_KEY_ID")?,
        given("AWS_SECRET_ACCESS_KEY")?,
        variable("AWS_SESSION_TOKEN"),
        None,
        "environment",
    );
    let endpoint = if is_true("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") {
        None
    } else {
        variable(service.endpoint_variable()).or_else(|| variable("AWS_ENDPOINT_URL"))
    };
    let mut config = SdkConfig::builder()
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .use_fips(is_true("AWS_USE_FIPS_ENDPOINT"))
        .use_dual_stack(is_true("AWS_USE_DUALSTACK_ENDPOINT"));
    config.set_endpoint_url(endpoint);
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPLETE: [(&str, &str); 3] = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];

    /// The configuration of a service by the complete variables, with these added or in their place.
    fn config_of(service: Service, variables: &[(&str, &str)]) -> Result<SdkConfig, ClientsError> {
        let lookup = |name: &str| {
            let all = variables.iter().chain(&COMPLETE);
            all.clone().find(|(variable, _)| *variable == name).map(|(_, value)| (*value).to_owned())
        };
        config(service, lookup).map(Builder::build)
    }

    fn endpoint(service: Service, variables: &[(&str, &str)]) -> Option<String> {
        config_of(service, variables).unwrap().endpoint_url().map(str::to_owned)
    }

    #[test]
    fn the_region_has_two_names_and_the_first_one_wins() {
        let region = |variables: &[(&str, &str)]| {
            config_of(Service::Lambda, variables).map(|config| config.region().unwrap().to_string())
        };
        assert_eq!(region(&[("AWS_DEFAULT_REGION", "us-east-1")]), Ok("eu-west-1".to_owned()));
        let only_default = [("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "us-east-1")];
        assert_eq!(region(&only_default), Ok("us-east-1".to_owned()));
        assert_eq!(region(&[("AWS_REGION", "")]), Err(ClientsError::NoRegion));
    }

    #[test]
    fn what_is_missing_is_named() {
        for variable in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
            let error = config_of(Service::Lambda, &[(variable, "")]).unwrap_err();
            assert_eq!(error, ClientsError::NoCredentials { variable });
            assert!(error.to_string().contains(variable));
        }
        assert!(ClientsError::NoRegion.to_string().contains("AWS_REGION"));
    }

    #[test]
    fn a_services_own_endpoint_goes_before_the_common_one() {
        let all = ("AWS_ENDPOINT_URL", "http://all");
        let (lambda, sqs) = (("AWS_ENDPOINT_URL_LAMBDA", "http://l"), ("AWS_ENDPOINT_URL_SQS", "http://s"));
        assert_eq!(endpoint(Service::Lambda, &[]), None);
        assert_eq!(endpoint(Service::Lambda, &[sqs]), None);
        assert_eq!(endpoint(Service::Lambda, &[all, sqs]).as_deref(), Some("http://all"));
        assert_eq!(endpoint(Service::Lambda, &[all, lambda]).as_deref(), Some("http://l"));
        assert_eq!(endpoint(Service::Sqs, &[all, lambda, sqs]).as_deref(), Some("http://s"));
        assert_eq!(
            endpoint(Service::Sqs, &[all, ("AWS_ENDPOINT_URL_SQS", "")]).as_deref(),
            Some("http://all")
        );
        assert_eq!(
            endpoint(Service::Sqs, &[all, sqs, ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]),
            None
        );
    }

    #[test]
    fn fips_and_dual_stack_endpoints_are_used_on_request() {
        let config = config_of(Service::Lambda, &[]).unwrap();
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(false), Some(false)));
        let asked = [("AWS_USE_FIPS_ENDPOINT", "true"), ("AWS_USE_DUALSTACK_ENDPOINT", "True")];
        let config = config_of(Service::Lambda, &asked).unwrap();
        assert_eq!((config.use_fips(), config.use_dual_stack()), (Some(true), Some(true)));
    }
}

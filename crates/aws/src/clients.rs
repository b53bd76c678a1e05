//! The clients: made once, at init, over one pool of connections that outlives every invocation.

use aws_types::SdkConfig;
use http::HeaderValue;

use crate::endpoint::{self, Service};
use crate::environment::{self, ClientsError};
use crate::signed::Signed;
use crate::wire::Wire;

/// What every port on AWS is made from.
#[derive(Clone, Debug)]
pub struct Clients {
    wire: Wire,
    configs: [SdkConfig; 5],
}

impl Clients {
    /// Reads the SDK's own variables: region (`AWS_REGION`), credentials (`AWS_ACCESS_KEY_ID` and its kin, which Lambda
    /// sets from the function's role) and endpoints (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_LAMBDA`
    /// and so on for `SQS`, `DYNAMODB`, `STS` and `S3`; `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`).
    ///
    /// # Errors
    /// When region, credentials or the machine's root certificates are missing.
    pub fn load() -> Result<Self, ClientsError> {
        let config = |service| {
            let config = environment::config(service, |name| std::env::var(name).ok());
            config.map(aws_types::sdk_config::Builder::build)
        };
        let [lambda, sqs, dynamodb, sts, s3] = Service::ALL.map(config);
        Ok(Self { configs: [lambda?, sqs?, dynamodb?, sts?, s3?], wire: Wire::new()? })
    }

    /// Takes region, credentials and endpoint from a configuration that was made elsewhere.
    ///
    /// # Errors
    /// When the machine's root certificates are missing.
    pub fn from_config(config: &SdkConfig) -> Result<Self, ClientsError> {
        Ok(Self { configs: Service::ALL.map(|_| config.clone()), wire: Wire::new()? })
    }

    /// The X-Ray trace header of what goes on now: requests that are given none of their own carry it. One that is no
    /// header is left out: tracing must not stop a record.
    pub fn trace(&self, header: Option<&str>) {
        self.wire.set_trace(header.filter(|header| HeaderValue::from_str(header).is_ok()));
    }

    /// What asks this service by signed requests.
    pub(crate) fn signed(&self, service: Service) -> Signed {
        Signed::new(self.wire.clone(), &self.configs[service as usize], service)
    }

    /// What asks this bucket by signed requests.
    pub(crate) fn bucket(&self, name: &str) -> Signed {
        let url = endpoint::bucket_url(&self.configs[Service::S3 as usize], name);
        self.signed(Service::S3).under(url)
    }
}

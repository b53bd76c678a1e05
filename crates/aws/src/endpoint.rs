//! Where a service is asked. Pure [AWS General Reference, "Service endpoints and quotas"].

use aws_types::SdkConfig;

/// The services that are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Lambda,
    Sqs,
    DynamoDb,
    Sts,
    /// A bucket of S3; its name is a part of the host's.
    S3,
}

impl Service {
    /// Every service, each in the place of its number.
    pub(crate) const ALL: [Self; 5] = [Self::Lambda, Self::Sqs, Self::DynamoDb, Self::Sts, Self::S3];

    /// The variable that says where it is [AWS SDKs and Tools reference guide, "Service-specific endpoints"].
    pub(crate) const fn endpoint_variable(self) -> &'static str {
        match self {
            Self::Lambda => "AWS_ENDPOINT_URL_LAMBDA",
            Self::Sqs => "AWS_ENDPOINT_URL_SQS",
            Self::DynamoDb => "AWS_ENDPOINT_URL_DYNAMODB",
            Self::Sts => "AWS_ENDPOINT_URL_STS",
            Self::S3 => "AWS_ENDPOINT_URL_S3",
        }
    }

    /// The name that a request is signed for.
    pub(crate) const fn signing_name(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Sqs => "sqs",
            Self::DynamoDb => "dynamodb",
            Self::Sts => "sts",
            Self::S3 => "s3",
        }
    }

    /// The service's own URL, without a slash at its end: as configured, or by region.
    pub(crate) fn url(self, config: &SdkConfig) -> String {
        if let Some(url) = config.endpoint_url() {
            return url.trim_end_matches('/').to_owned();
        }
        let region = config.region().map_or("", |region| region.as_ref());
        let (suffix, dual_stack_suffix) = suffixes(region);
        let name = self.signing_name();
        // In GovCloud the plain endpoints are the FIPS endpoints of these two.
        let plain_is_fips =
            region.starts_with("us-gov-") && self != Self::S3 && config.use_dual_stack() != Some(true);
        let fips = if config.use_fips() == Some(true) && !plain_is_fips { "-fips" } else { "" };
        match (self, config.use_dual_stack() == Some(true)) {
            (Self::S3, true) => format!("https://{name}{fips}.dualstack.{region}.{suffix}"),
            (_, true) => format!("https://{name}{fips}.{region}.{dual_stack_suffix}"),
            (_, false) => format!("https://{name}{fips}.{region}.{suffix}"),
        }
    }
}

/// A bucket's URL. It has a host of its own, as S3 wants it, but for two cases: where an endpoint is configured, since
/// that may know no such hosts; and where the name has a dot, since S3's certificate covers one label
/// [Amazon S3 user guide, "Virtual hosting of general purpose buckets"].
pub(crate) fn bucket_url(config: &SdkConfig, bucket: &str) -> String {
    let s3 = Service::S3.url(config);
    match s3.strip_prefix("https://") {
        Some(host) if config.endpoint_url().is_none() && !bucket.contains('.') => {
            format!("https://{bucket}.{host}")
        }
        _ => format!("{s3}/{bucket}"),
    }
}

/// The domains of a region's partition: IPv4 and dual stack. A partition is told by how its regions' names begin.
fn suffixes(region: &str) -> (&'static str, &'static str) {
    match region.split('-').next().unwrap_or_default() {
        "cn" => ("amazonaws.com.cn", "api.amazonwebservices.com.cn"),
        "eusc" => ("amazonaws.eu", "api.amazonwebservices.eu"),
        _ if region.starts_with("us-isob-") => ("sc2s.sgov.gov", "api.aws.scloud"),
        _ if region.starts_with("us-isof-") => ("csp.hci.ic.gov", "api.aws.hci.ic.gov"),
        _ if region.starts_with("us-iso-") => ("c2s.ic.gov", "api.aws.ic.gov"),
        _ if region.starts_with("eu-isoe-") => ("cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
        _ => ("amazonaws.com", "api.aws"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_types::region::Region;

    fn url(
        service: Service,
        region: &'static str,
        change: impl FnOnce(&mut aws_types::sdk_config::Builder),
    ) -> String {
        let mut config = SdkConfig::builder().region(Region::new(region));
        change(&mut config);
        service.url(&config.build())
    }

    #[test]
    fn a_service_is_asked_in_its_own_region_and_partition() {
        for (service, region, expected) in [
            (Service::DynamoDb, "eu-west-1", "https://dynamodb.eu-west-1.amazonaws.com"),
            (Service::Sts, "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
            (Service::S3, "cn-north-1", "https://s3.cn-north-1.amazonaws.com.cn"),
            (Service::Sts, "eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu"),
            (Service::DynamoDb, "us-iso-east-1", "https://dynamodb.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(url(service, region, |_| {}), expected);
        }
    }

    #[test]
    fn fips_and_dual_stack_are_used_on_request() {
        let both = |config: &mut aws_types::sdk_config::Builder| {
            config.set_use_fips(Some(true));
            config.set_use_dual_stack(Some(true));
        };
        assert_eq!(url(Service::DynamoDb, "us-east-1", both), "https://dynamodb-fips.us-east-1.api.aws");
        assert_eq!(url(Service::S3, "us-east-1", both), "https://s3-fips.dualstack.us-east-1.amazonaws.com");
        let fips = |config: &mut aws_types::sdk_config::Builder| {
            config.set_use_fips(Some(true));
        };
        assert_eq!(url(Service::Sts, "us-east-1", fips), "https://sts-fips.us-east-1.amazonaws.com");
        for (service, host) in
            [(Service::Sts, "sts"), (Service::DynamoDb, "dynamodb"), (Service::S3, "s3-fips")]
        {
            let expected = format!("https://{host}.us-gov-west-1.amazonaws.com");
            assert_eq!(url(service, "us-gov-west-1", fips), expected);
        }
    }

    #[test]
    fn a_bucket_has_a_host_of_its_own_unless_its_name_or_the_endpoint_forbids_it() {
        let bucket = |name, endpoint: Option<&str>| {
            let mut config = SdkConfig::builder().region(Region::new("eu-west-1"));
            config.set_endpoint_url(endpoint.map(str::to_owned));
            bucket_url(&config.build(), name)
        };
        assert_eq!(bucket("large", None), "https://large.s3.eu-west-1.amazonaws.com");
        assert_eq!(bucket("large.records", None), "https://s3.eu-west-1.amazonaws.com/large.records");
        assert_eq!(bucket("large", Some("http://localhost:1/")), "http://localhost:1/large");
        let vpc = "https://bucket.vpce-1a2b3c4d-5e6f.s3.eu-west-1.vpce.amazonaws.com";
        assert_eq!(bucket("large", Some(vpc)), format!("{vpc}/large"));
    }

    #[test]
    fn a_configured_endpoint_goes_before_all_of_it() {
        let configured = |config: &mut aws_types::sdk_config::Builder| {
            config.set_endpoint_url(Some("http://localhost:1/".to_owned()));
        };
        assert_eq!(url(Service::Sts, "us-east-1", configured), "http://localhost:1");
    }
}

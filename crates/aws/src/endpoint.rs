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
        // In GovCloud the plain endpoints of these are the FIPS endpoints.
        let plain_is_fips = region.starts_with("us-gov-")
            && matches!(self, Self::Sqs | Self::DynamoDb | Self::Sts)
            && config.use_dual_stack() != Some(true);
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
mod tests;

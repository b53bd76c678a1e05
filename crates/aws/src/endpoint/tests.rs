use super::*;
use aws_types::region::Region;
use futures_util::FutureExt as _;

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
    for (service, host) in [(Service::Sts, "sts"), (Service::DynamoDb, "dynamodb"), (Service::S3, "s3-fips")]
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

/// What a service's SDK says of its endpoint.
macro_rules! said_by {
    ($sdk:ident, $region:expr, $fips:expr, $dual:expr) => {{
        use $sdk::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
        let params = Params::builder().region($region).use_fips($fips).use_dual_stack($dual);
        let endpoint = DefaultResolver::new().resolve_endpoint(&params.build().unwrap()).now_or_never();
        endpoint.unwrap().ok().map(|endpoint| endpoint.url().to_owned())
    }};
}

#[test]
fn the_services_are_where_their_sdks_ask_them() {
    let regions = [
        "us-east-1",
        "us-west-2",
        "ap-southeast-4",
        "ca-central-1",
        "me-central-1",
        "us-gov-west-1",
        "us-gov-east-1",
        "cn-north-1",
        "eusc-de-east-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "us-isof-south-1",
        "eu-isoe-west-1",
    ];
    let mut asked = 0;
    for region in regions {
        for (fips, dual) in [(false, false), (true, false), (false, true), (true, true)] {
            for (service, said) in [
                (Service::Lambda, said_by!(aws_sdk_lambda, region, fips, dual)),
                (Service::Sqs, said_by!(aws_sdk_sqs, region, fips, dual)),
                (Service::DynamoDb, said_by!(aws_sdk_dynamodb, region, fips, dual)),
            ] {
                let ours = url(service, region, |config| {
                    config.set_use_fips(Some(fips));
                    config.set_use_dual_stack(Some(dual));
                });
                // Where an SDK says that there is none, ours is a name that cannot be found.
                let Some(said) = said else { continue };
                assert_eq!(ours, said, "{service:?} in {region}, FIPS {fips}, dual stack {dual}");
                asked += 1;
            }
        }
    }
    assert!(asked > 100, "{asked}");
}

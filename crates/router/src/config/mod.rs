//! The configuration: one environment variable, read once at init, refused whole when anything in it is wrong.
//!
//! - [`Config::parse`]: from text to something that can only be right
//! - `raw`: the JSON shape, unknown fields denied; `fields`: the one list of fields, from which the docs are made

mod fields;
mod raw;

use std::num::NonZeroUsize;
use std::time::Duration;

use routing::ports::Invocation;
use routing::{Payload, Policy};
use tenancy::{Grammar, Rules, Selector};

pub use fields::{FIELDS, Field};
use raw::{Raw, RawInvocation, RawOnReject, RawPayload, RawSelector};

/// The environment variable that holds the configuration.
pub const VARIABLE: &str = "TENANT_ROUTER_CONFIG";

/// Environment variables of one function, in bytes, all together [Lambda developer guide, "Lambda quotas"].
const MAX_BYTES: usize = 4 * 1024;

/// What an Invoke may take beside the function's own time-out: up to ten seconds to start an environment, which do not
/// count into it [Lambda developer guide, "Understanding the Lambda execution environment lifecycle"], and one on the
/// way. With tenant isolation, starting environments is everyday business.
const COLD_START: Duration = Duration::from_secs(11);

/// The most that Lambda is waited for to accept an asynchronous event; the backend's own time does not count there.
const ACCEPT_TIMEOUT: Duration = Duration::from_secs(10);

/// A function's longest time-out is 900 seconds, and the router has to outlast the backend.
const MAX_TIMEOUT_SECONDS: u64 = 888;

/// Each Invoke needs a connection, and an environment has 1,024 file descriptors [Lambda developer guide, "Lambda
/// quotas"].
const MAX_IN_FLIGHT: u64 = 900;

/// A configuration that was checked.
#[derive(Debug)]
pub struct Config {
    /// The backend as it was given: name or ARN, version or alias kept.
    pub function: String,
    /// Whose record is this?
    pub rules: Rules,
    /// How records are delivered.
    pub policy: Policy,
    /// URL of the quarantine queue.
    pub quarantine: Option<String>,
    /// Whether tenant ids may stand in log lines.
    pub tenant_lines: TenantLines,
}

/// Whether a batch's log says which tenants it had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TenantLines {
    /// No tenant id in any log line.
    Off,
    /// One line for each tenant of a batch, for a Contributor Insights rule.
    On,
}

/// What is wrong with a configuration, where, and what to do.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the configuration is wrong: {VARIABLE}: {field}: {problem}: {remedy}")]
pub struct ConfigError {
    /// The field, as a path; `.` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub remedy: String,
}

impl ConfigError {
    pub(crate) fn new(field: &str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { field: field.to_owned(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl Config {
    /// Reads and checks a configuration for the router of `source`.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str, source: &str) -> Result<Self, ConfigError> {
        if text.len() > MAX_BYTES {
            let problem = format!(
                "it has {} bytes, more than the {MAX_BYTES} that a function's environment holds",
                text.len()
            );
            return Err(ConfigError::new(".", problem, "use fewer selectors or shorter captures"));
        }
        let raw = Raw::read(text)?;
        if raw.source != source {
            return Err(ConfigError::new(
                "source",
                format!("it is \"{}\", and this is the router for \"{source}\"", raw.source),
                format!("write \"{source}\", or deploy the artifact {}-router", raw.source),
            ));
        }
        check_function(&raw.backend.function)?;
        let timeout = within("backend.timeout_seconds", raw.backend.timeout_seconds, 1, MAX_TIMEOUT_SECONDS)?;
        let timeout = Duration::from_secs(timeout.get() as u64);
        if let Some(destination) = &raw.backend.failure_destination {
            check_arn(destination)?;
        }
        let invocation = match raw.delivery.invocation {
            RawInvocation::Sync => Invocation::Sync,
            RawInvocation::Async if raw.backend.failure_destination.is_some() => Invocation::Async,
            RawInvocation::Async => {
                return Err(ConfigError::new(
                    "delivery.invocation",
                    "\"async\" without backend.failure_destination: an event that the backend fails would be lost",
                    "give the backend an on-failure destination or dead-letter queue and name its ARN in \
                     backend.failure_destination, or write \"sync\"",
                ));
            }
        };
        let quarantine = match raw.on_reject {
            RawOnReject::Redrive => None,
            RawOnReject::Quarantine(url) => Some(check_queue_url(url)?),
        };
        Ok(Self {
            function: raw.backend.function,
            rules: rules(raw.tenant_id)?,
            policy: Policy {
                payload: match raw.delivery.payload {
                    RawPayload::Event => Payload::Event,
                    RawPayload::Record => Payload::Record,
                },
                invocation,
                in_flight: within("delivery.in_flight", raw.delivery.in_flight, 1, MAX_IN_FLIGHT)?,
                per_tenant: within("delivery.per_tenant", raw.delivery.per_tenant, 1, MAX_IN_FLIGHT)?,
                max_records: within("delivery.max_records", raw.delivery.max_records, 1, 10_000)?,
                call_timeout: COLD_START
                    + match invocation {
                        Invocation::Sync => timeout,
                        Invocation::Async => timeout.min(ACCEPT_TIMEOUT),
                    },
            },
            quarantine,
            tenant_lines: if raw.log_tenants { TenantLines::On } else { TenantLines::Off },
        })
    }
}

fn within(field: &str, value: u64, least: u64, most: u64) -> Result<NonZeroUsize, ConfigError> {
    let checked =
        (least..=most).contains(&value).then(|| usize::try_from(value).ok().and_then(NonZeroUsize::new));
    checked.flatten().ok_or_else(|| {
        ConfigError::new(
            field,
            format!("the number is {value}"),
            format!("write a whole number from {least} to {most}"),
        )
    })
}

/// A name or an ARN, with or without version or alias [Lambda API, "Invoke", `FunctionName`].
fn check_function(function: &str) -> Result<(), ConfigError> {
    let wrong = |problem: &str| {
        Err(ConfigError::new(
            "backend.function",
            problem,
            "write the ARN of the tenant-isolated function, with the alias or version that is to be invoked, such as \
             arn:aws:lambda:eu-west-1:111122223333:function:orders:live",
        ))
    };
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let is_qualifier = |text: &str| text == "$LATEST" || is_name(text);
    if function.len() > 170 {
        return wrong("the text has more than 170 characters");
    }
    match function.split(':').collect::<Vec<_>>().as_slice() {
        ["arn", partition, "lambda", region, account, "function", name, qualifier @ ..]
            if partition.starts_with("aws")
                && is_name(region)
                && account.len() == 12
                && account.bytes().all(|byte| byte.is_ascii_digit())
                && is_name(name)
                && qualifier.len() <= 1
                && qualifier.iter().copied().all(is_qualifier) =>
        {
            Ok(())
        }
        ["arn", ..] => wrong("the text is not the ARN of a Lambda function"),
        [name] if is_name(name) => Ok(()),
        [name, qualifier] if is_name(name) && is_qualifier(qualifier) => Ok(()),
        _ => wrong("the text is neither a function's name nor its ARN"),
    }
}

fn check_arn(destination: &str) -> Result<(), ConfigError> {
    let parts: Vec<&str> = destination.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, .., resource]
            if parts.len() == 6
                && partition.starts_with("aws")
                && !service.is_empty()
                && !resource.is_empty() =>
        {
            Ok(())
        }
        _ => Err(ConfigError::new(
            "backend.failure_destination",
            "the text is not an ARN",
            "write the ARN of the queue, topic, bucket or function that the backend's failed events go to",
        )),
    }
}

fn check_queue_url(url: String) -> Result<String, ConfigError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest.map(|rest| rest.split('/').collect::<Vec<_>>()) {
        Some(parts) if parts.len() >= 3 && parts.iter().all(|part| !part.is_empty()) => Ok(url),
        _ => Err(ConfigError::new(
            "on_reject.quarantine",
            "the text is not the URL of an SQS queue",
            "write the queue's URL (not its ARN), such as \
             https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine",
        )),
    }
}

fn rules(raw: raw::RawTenantId) -> Result<Rules, ConfigError> {
    let grammar = Grammar::parse(&raw.grammar).map_err(|error| {
        ConfigError::new(
            "tenant_id.grammar",
            error.to_string(),
            "see \"Tenant ids\" in the configuration's docs",
        )
    })?;
    let from = selectors("tenant_id.from", raw.from)?;
    let must_match = selectors("tenant_id.must_match", raw.must_match)?;
    Rules::new(from, must_match, grammar).map_err(|error| {
        ConfigError::new("tenant_id", error.to_string(), "see \"Tenant ids\" in the configuration's docs")
    })
}

fn selectors(field: &str, raw: Vec<RawSelector>) -> Result<Vec<Selector>, ConfigError> {
    let parse = |(position, raw): (usize, RawSelector)| {
        let selector = Selector::parse(&raw.path).and_then(|selector| match &raw.capture {
            Some(capture) => selector.with_capture(capture),
            None => Ok(selector),
        });
        selector.map_err(|error| {
            ConfigError::new(
                &format!("{field}[{position}]"),
                error.to_string(),
                "see \"Selectors\" in the configuration's docs",
            )
        })
    };
    raw.into_iter().enumerate().map(parse).collect()
}

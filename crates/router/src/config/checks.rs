//! Checks of single values: numbers, and the form of AWS names, ARNs and URLs.

use std::num::NonZeroUsize;

use super::ConfigError;

/// Returns whether a text is printable ASCII without spaces, as all AWS names, ARNs and URLs are. Without this check, a
/// text that no request can carry would fail only when the first record needs it.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Checks a function's name or ARN, with or without version or alias [Lambda API, "Invoke", `FunctionName`].
pub(super) fn check_function(field: &str, function: &str) -> Result<(), ConfigError> {
    let wrong = |problem: &str| {
        Err(ConfigError::new(
            field,
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
                && is_name(partition)
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

/// Checks the ARN of a failure destination.
pub(super) fn check_arn(field: &str, destination: &str) -> Result<(), ConfigError> {
    let parts: Vec<&str> = destination.splitn(6, ':').collect();
    match parts.as_slice() {
        ["arn", partition, service, .., resource]
            if parts.len() == 6
                && is_plain(destination)
                && partition.starts_with("aws")
                && !service.is_empty()
                && !resource.is_empty() =>
        {
            Ok(())
        }
        _ => Err(ConfigError::new(
            field,
            "the text is not an ARN",
            "write the ARN of the queue, topic, bucket or function that the backend's failed events go to",
        )),
    }
}

/// Returns whether a text has the form of a queue's URL.
fn is_queue_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        let mut parts = rest.split('/');
        is_plain(text) && parts.clone().count() >= 3 && parts.all(|part| !part.is_empty())
    })
}

/// Checks the URL of the quarantine queue.
pub(super) fn check_quarantine_url(url: String) -> Result<String, ConfigError> {
    is_queue_url(&url).then_some(url).ok_or_else(|| {
        ConfigError::new(
            "on_reject.quarantine",
            "the text is not the URL of an SQS queue",
            "write the queue's URL (not its ARN), such as \
             https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine",
        )
    })
}

/// Checks the URL of the bridge's queue, which must be a FIFO queue.
pub(super) fn check_bridge_url(url: String) -> Result<String, ConfigError> {
    let is_fifo = is_queue_url(&url) && url.strip_suffix(".fifo").is_some();
    is_fifo.then_some(url).ok_or_else(|| {
        ConfigError::new(
            "bridge.fifo_queue",
            "the text is not the URL of a FIFO queue",
            "write the queue's URL (not its ARN), such as \
             https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo",
        )
    })
}

/// The default of `max_message_bytes`: the largest message of SQS.
pub(super) fn default_message_bytes() -> u64 {
    1024 * 1024
}

/// Checks a queue's maximum message size [Amazon SQS API reference, `SetQueueAttributes`, `MaximumMessageSize`].
pub(super) fn check_message_bytes(field: &str, value: u64) -> Result<usize, ConfigError> {
    check_range(field, value, 1024, 1024 * 1024).map(NonZeroUsize::get)
}

/// Checks that a number lies between these bounds, both included.
pub(super) fn check_range(
    field: &str,
    value: u64,
    least: u64,
    most: u64,
) -> Result<NonZeroUsize, ConfigError> {
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

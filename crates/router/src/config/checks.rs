//! Names of AWS things, checked as far as their form goes.

use super::ConfigError;

/// Printable ASCII without blanks, as all names and addresses of AWS things are: what no request can carry would be found
/// out when the first record has to go there.
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A name or an ARN, with or without version or alias [Lambda API, "Invoke", `FunctionName`].
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

pub(super) fn check_queue_url(url: String) -> Result<String, ConfigError> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    match rest.map(|rest| rest.split('/').collect::<Vec<_>>()) {
        Some(parts) if parts.len() >= 3 && is_plain(&url) && parts.iter().all(|part| !part.is_empty()) => {
            Ok(url)
        }
        _ => Err(ConfigError::new(
            "on_reject.quarantine",
            "the text is not the URL of an SQS queue",
            "write the queue's URL (not its ARN), such as \
             https://sqs.eu-west-1.amazonaws.com/111122223333/orders-quarantine",
        )),
    }
}

/// The bridge's queue, which keeps the order of what is put into it.
pub(super) fn check_fifo_queue_url(url: String) -> Result<String, ConfigError> {
    let fifo = check_queue_url(url.clone()).is_ok() && url.strip_suffix(".fifo").is_some();
    fifo.then_some(url).ok_or_else(|| {
        ConfigError::new(
            "bridge.fifo_queue",
            "the text is not the URL of a FIFO queue",
            "write the queue's URL (not its ARN), such as \
             https://sqs.eu-west-1.amazonaws.com/111122223333/orders-bridge.fifo",
        )
    })
}

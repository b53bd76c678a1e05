//! The error codes of AWS services that may be logged. Pure.

/// Returns AWS's error code for the logs, or the status if the code is missing or is not an error code.
pub(crate) fn loggable_code(code: Option<&str>, status: u16) -> String {
    code.filter(|code| is_code(code)).map_or_else(|| format!("HTTP {status}"), str::to_owned)
}

/// Returns whether this is an error code and not free text, which may hold a tenant's data.
pub(crate) fn is_code(code: &str) -> bool {
    (1..=80).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

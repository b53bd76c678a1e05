//! The bodies of messages.

use serde_json::Value;

/// The start of a body that is not JSON. The identifier follows.
pub(crate) const NOT_JSON: &str = "not JSON: ";

/// Returns the identifier of the message with this body.
pub(crate) fn message_of(body: &[u8]) -> Option<String> {
    match serde_json::from_slice::<Value>(body) {
        Ok(json) => json["of"].as_str().map(str::to_owned),
        Err(_) => std::str::from_utf8(body).ok()?.strip_prefix(NOT_JSON).map(str::to_owned),
    }
}

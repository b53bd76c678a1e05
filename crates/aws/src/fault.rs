//! What an error answer says: its code and message, wherever the service's protocol puts them. Pure.

use serde_json::{Map, Value};

use crate::wire::Answer;

/// A service's error.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
}

impl Fault {
    /// An error of a service that speaks JSON. Its code stands in the body and in a header
    /// [Smithy, "AWS JSON 1.0 protocol" and "AWS restJson1 protocol", "Operation error serialization"]; where the service once
    /// spoke its query protocol, as SQS did, by which everybody knows the code, that is in a header of its own
    /// [Smithy, "AWS query compatible trait"].
    pub(crate) fn of_json(answer: &Answer) -> Self {
        let body: Map<String, Value> = serde_json::from_slice(&answer.body).unwrap_or_default();
        let text = |names: [&str; 2]| names.iter().find_map(|name| body.get(*name)?.as_str());
        let query = answer.header("x-amzn-query-error").and_then(|error| error.split(';').next());
        let code = query.or(answer.header("x-amzn-errortype")).or(text(["__type", "code"]));
        let message = text(["message", "Message"]);
        Self { code: code.map(bare).map(str::to_owned), message: message.map(str::to_owned) }
    }
}

/// The name of an error without the namespace before it and the URL behind it.
fn bare(code: &str) -> &str {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).trim()
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn fault(headers: &[(&'static str, &'static str)], body: &str) -> Fault {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        Fault::of_json(&Answer { status: 400, headers: map, body: body.as_bytes().to_vec() })
    }

    fn told(code: Option<&str>, message: Option<&str>) -> Fault {
        Fault { code: code.map(str::to_owned), message: message.map(str::to_owned) }
    }

    #[test]
    fn a_code_is_found_wherever_the_protocol_puts_it_and_stripped_of_what_is_around_it() {
        for (headers, body) in [
            (&[("x-amzn-errortype", "Busy")][..], ""),
            (&[("x-amzn-errortype", "aws.api#Busy:http://internal/coral/")], "{}"),
            (&[], r#"{"__type":"com.amazonaws.sqs#Busy"}"#),
            (&[], r#"{"code":"Busy"}"#),
            (&[], r#"{"code":"Other","__type":"Busy"}"#),
            (&[("x-amzn-query-error", "Busy;Sender")], r#"{"__type":"com.amazonaws.sqs#Other"}"#),
        ] {
            assert_eq!(fault(headers, body), told(Some("Busy"), None), "{headers:?} {body}");
        }
    }

    #[test]
    fn a_message_begins_with_a_small_or_a_capital_letter() {
        for body in [
            r#"{"message":"no"}"#,
            r#"{"code":7,"message":"no"}"#,
            r#"{"Message":"no"}"#,
            r#"{"Message":"no","Type":"User","message":"no"}"#,
        ] {
            assert_eq!(fault(&[], body), told(None, Some("no")), "{body}");
        }
    }

    #[test]
    fn what_is_no_error_of_a_service_has_neither() {
        for body in ["", "<html>Bad Gateway</html>", "[]", "null"] {
            assert_eq!(fault(&[], body), Fault::default(), "{body}");
        }
    }
}

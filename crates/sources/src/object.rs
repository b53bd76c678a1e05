//! Reading a JSON object's fields.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::Error;

/// Reads an object's fields. Fields that `T` does not know are passed over, one that occurs twice is an error.
///
/// Serde by itself also takes an array where a struct is expected.
pub(crate) fn read<'j, T: Deserialize<'j>>(json: &'j str) -> Result<T, serde_json::Error> {
    if json.trim_ascii_start().starts_with('{') {
        serde_json::from_str(json)
    } else {
        Err(serde_json::Error::custom("expected an object"))
    }
}

/// A string that is borrowed where it has no escapes, which serde does for a `Cow` by itself but not for one
/// inside an `Option`.
#[derive(Deserialize)]
pub(crate) struct Text<'j>(#[serde(borrow)] pub(crate) Cow<'j, str>);

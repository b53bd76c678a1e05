//! As strict as serde, and no stricter.

use proptest::prelude::*;
use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::*;

fn is_json(text: &str) -> bool {
    let mut json = Json::of(text);
    json.pass().and_then(|()| json.end()).is_ok()
}

fn agrees_with_serde(text: &str) {
    assert_eq!(is_json(text), serde_json::from_str::<IgnoredAny>(text).is_ok(), "{text:?}");
}

fn string_agrees_with_serde(text: &str) {
    let mut json = Json::of(text);
    let read = json.string().and_then(|string| json.end().map(|()| string)).ok();
    assert_eq!(read.as_deref(), serde_json::from_str::<String>(text).ok().as_deref(), "{text:?}");
}

const TEXTS: [&str; 6] = [
    r#" { "a" : [ 1 , -0.5e+7 , 10E2, {} , [ ] , true,false , null ] , "b\u00e4\n\"\\\/" : "ü" }"#,
    r#"{"body":"{\"tenantId\":\"blue\",\"n\":[1,2]}","long":"0123456789abcdef0123456789abcdef"}"#,
    r"[[[[0]]],-1,0.0,1e9]",
    r#""\ud83d\ude00 \ud800 \b\f\n\r\t""#,
    "\"\u{7f}\u{80}ÿ\u{2028}\"",
    "12",
];

#[test]
fn whatever_is_changed_in_a_text_it_is_json_to_serde_or_to_neither() {
    for text in TEXTS {
        for (at, _) in text.char_indices() {
            let (before, behind) = text.split_at(at);
            let mut rest = behind.chars();
            rest.next();
            agrees_with_serde(before);
            for other in " \n\u{c}\0\u{1f}\"\\{}[]:,.-+0123eEuxtfnü/".chars() {
                agrees_with_serde(&format!("{before}{other}{behind}"));
                agrees_with_serde(&format!("{before}{other}{}", rest.as_str()));
            }
            agrees_with_serde(&format!("{before}{}", rest.as_str()));
        }
    }
}

/// A tree of it, built step by step.
fn tree(json: &mut Json<'_>) -> Result<Value, Malformed> {
    match json.peek()? {
        b'{' => {
            let mut object = Map::new();
            json.enter();
            while let Some(key) = json.key(object.len())? {
                object.insert(String::from_utf8(key.into_owned()).unwrap(), tree(json)?);
            }
            Ok(Value::Object(object))
        }
        b'[' => {
            let mut array = Vec::new();
            json.enter();
            while json.element(array.len())? {
                array.push(tree(json)?);
            }
            Ok(Value::Array(array))
        }
        b'"' => json.string().map(|text| Value::String(text.into_owned())),
        _ => serde_json::from_str(json.written()?).map_err(|_| Malformed),
    }
}

#[test]
fn what_is_read_step_by_step_is_what_serde_reads() {
    for text in
        TEXTS.into_iter().filter_map(|text| serde_json::from_str::<Value>(text).ok().map(|tree| (text, tree)))
    {
        assert_eq!(tree(&mut Json::of(text.0)), Ok(text.1));
    }
    for broken in
        ["[1 2]", "[1,]", "[,1]", r#"{"a":1,}"#, r#"{"a" 1}"#, r#"{"a":1 "b":2}"#, r"{a:1}", "[1", ""]
    {
        assert_eq!(tree(&mut Json::of(broken)), Err(Malformed), "{broken}");
    }
}

#[test]
fn a_value_that_nests_deeply_takes_no_stack() {
    let deep = 1_000_000;
    assert!(is_json(&format!("{}{}", "[".repeat(deep), "]".repeat(deep))));
    assert!(!is_json(&format!("{}{}", "[".repeat(deep), "]".repeat(deep - 1))));
}

proptest! {
    #[test]
    fn a_text_is_json_to_serde_or_to_neither(text in r#"[\[\]{}:,"\\ a0-1.eEu\n-]{0,12}"#) {
        agrees_with_serde(&text);
    }

    #[test]
    fn a_string_is_what_it_is_to_serde(inner in r#"([a-f0-9ü]|\\["\\/bfnrtux]|\\ud8[0-9a]{2}|\\udc[0-9a]{2}){0,8}"#) {
        string_agrees_with_serde(&format!("\"{inner}\""));
    }
}

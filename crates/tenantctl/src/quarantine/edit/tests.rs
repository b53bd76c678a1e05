use tenancy::{Grammar, Rules};

use super::*;

fn set_in(record: &str, path: &str) -> Result<(String, String), Fault> {
    let tenant = TenantId::parse("acme", &Grammar::Lambda).unwrap();
    let edited = set(record, &Selector::parse(path).unwrap(), &["$.kinesis.data"], &tenant)?;
    Ok((edited.record, edited.original))
}

fn record_of(record: &str, path: &str) -> String {
    set_in(record, path).unwrap_or_else(|fault| panic!("{fault}")).0
}

#[test]
fn only_the_value_at_the_path_changes() {
    let record =
        r#"{ "n": 1.0e2 , "attributes":{"MessageGroupId" : "bl\u00fce","é":[ ]} ,"z":123456789012345678901}"#;
    assert_eq!(
        set_in(record, "$.attributes.MessageGroupId").unwrap(),
        (record.replace("\"bl\\u00fce\"", "\"acme\""), "blüe".to_owned())
    );
    assert_eq!(record_of(r#"{"a":[1, {"b.c":"x"}]}"#, "$.a[1]['b.c']"), r#"{"a":[1, {"b.c":"acme"}]}"#);
}

#[test]
fn a_string_that_holds_json_is_edited_inside() {
    let record = r#"{"body":"{\"n\": 1.0, \"tenantId\":\"acme \", \"m\":\"\\\"q\\\"\"}","x":"\u0041"}"#;
    assert_eq!(
        record_of(record, "$.body.tenantId"),
        r#"{"body":"{\"n\": 1.0, \"tenantId\":\"acme\", \"m\":\"\\\"q\\\"\"}","x":"\u0041"}"#
    );
    let sns = r#"{"body":"{\"Message\":\"{\\\"tenantId\\\":\\\"b\\\"}\"}"}"#;
    assert_eq!(
        record_of(sns, "$.body.Message.tenantId"),
        r#"{"body":"{\"Message\":\"{\\\"tenantId\\\":\\\"acme\\\"}\"}"}"#
    );
}

#[test]
fn a_kinesis_records_data_is_base64() {
    let data = |text: &str| format!(r#"{{"kinesis":{{"data":"{}"}}}}"#, STANDARD.encode_to_string(text));
    let edited = record_of(&data(r#"{"tenantId":"blue", "n":1.0}"#), "$.kinesis.data.tenantId");
    assert_eq!(edited, data(r#"{"tenantId":"acme", "n":1.0}"#));
}

#[test]
fn what_is_no_string_becomes_one_and_is_told_as_it_was_written() {
    for value in ["42", "null", "true", "-1.0e3"] {
        let (edited, original) = set_in(&format!(r#"{{"id":{value}}}"#), "$.id").unwrap();
        assert_eq!((edited.as_str(), original.as_str()), (r#"{"id":"acme"}"#, value));
    }
}

#[test]
fn a_path_that_is_not_there_changes_nothing() {
    for (record, path, fault) in [
        (r#"{"a":1}"#, "$.b", Fault::Absent),
        (r#"{"a":1}"#, "$.a.b", Fault::Absent),
        (r#"{"a":[]}"#, "$.a[0]", Fault::Absent),
        (r#"{"a":{}}"#, "$.a[0]", Fault::Absent),
        (r#""text""#, "$.a", Fault::Absent),
        (r#"{"a":"text"}"#, "$.a.b", Fault::Undecodable),
        (r#"{"a":"\"{}\""}"#, "$.a.b", Fault::Absent),
        (r#"{"kinesis":{"data":"{}"}}"#, "$.kinesis.data.b", Fault::Undecodable),
        (r#"{"a":"#, "$.a", Fault::Undecodable),
        (r#"{"a":"x","a":"x"}"#, "$.a", Fault::Duplicate),
        (r#"{"a":{"b":1}}"#, "$.a", Fault::NotAValue),
        (r#"{"it's":"x"}"#, r#"$["it's"]"#, Fault::Quote),
    ] {
        assert_eq!(set_in(record, path).unwrap_err(), fault, "{record} {path}");
    }
}

#[test]
fn what_was_set_is_what_the_selector_of_this_path_finds() {
    let record = r#"{"body":"{\"detail\":{\"ids\":[{\"t\":\"no such tenant!\"}]}}"}"#;
    let path = "$.body.detail.ids[0].t";
    let rules = Rules::new(vec![Selector::parse(path).unwrap()], vec![], Grammar::Strict).unwrap();
    assert_eq!(rules.admit(&record_of(record, path)).unwrap().tenant().as_str(), "acme");
}

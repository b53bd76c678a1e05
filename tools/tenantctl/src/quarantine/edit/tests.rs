use tenancy::{Grammar, Rules};

use super::*;

fn set_with(record: &str, path: &str, part: ReplacedPart) -> Result<(String, String), EditFault> {
    let tenant = TenantId::parse("acme", &Grammar::Lambda).unwrap();
    let change = TenantIdChange { tenant, path: Selector::parse(path).unwrap(), part };
    let edited = set_tenant_id(record, &change, &["$.kinesis.data"])?;
    Ok((edited.record, edited.original))
}

/// Sets the tenant id by a selector with this path, which takes the whole text.
fn set_in(record: &str, path: &str) -> Result<(String, String), EditFault> {
    set_with(record, path, ReplacedPart::Selected(Selector::parse(path).unwrap()))
}

fn captured(record: &str, capture: &str) -> Result<(String, String), EditFault> {
    let selector = Selector::parse("$.pk").unwrap().with_capture(capture).unwrap();
    set_with(record, "$.pk", ReplacedPart::Selected(selector))
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
fn json_inside_a_string_is_edited() {
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
fn kinesis_data_is_decoded_and_encoded_as_base64() {
    let data = |text: &str| format!(r#"{{"kinesis":{{"data":"{}"}}}}"#, STANDARD.encode_to_string(text));
    let edited = record_of(&data(r#"{"tenantId":"blue", "n":1.0}"#), "$.kinesis.data.tenantId");
    assert_eq!(edited, data(r#"{"tenantId":"acme", "n":1.0}"#));
}

#[test]
fn other_values_become_strings_and_are_returned_as_written() {
    for value in ["42", "null", "true", "-1.0e3"] {
        let (edited, original) = set_in(&format!(r#"{{"id":{value}}}"#), "$.id").unwrap();
        assert_eq!((edited.as_str(), original.as_str()), (r#"{"id":"acme"}"#, value));
    }
}

#[test]
fn only_the_captured_part_changes() {
    let tenant = captured(r#"{"pk":"TENANT#blu#ORDER#1"}"#, "^TENANT#([^#]+)").unwrap();
    assert_eq!(tenant, (r#"{"pk":"TENANT#acme#ORDER#1"}"#.to_owned(), "blu".to_owned()));
    for (record, capture, fault) in [
        (r#"{"pk":"ORDER#1"}"#, "^TENANT#([^#]+)", EditFault::NotSelected),
        (r#"{"pk":7}"#, "^TENANT#([^#]+)", EditFault::NotSelectedAgain),
        (r#"{"pk":"TENANT#b#1"}"#, "^TENANT#(b)", EditFault::NotSelectedAgain),
    ] {
        assert_eq!(captured(record, capture).unwrap_err(), fault, "{record}");
    }
}

#[test]
fn without_a_selector_the_whole_text_must_be_an_id() {
    let all = |value: &str| set_with(&format!(r#"{{"pk":{value}}}"#), "$.pk", ReplacedPart::All);
    assert_eq!(all(r#""blu""#).unwrap(), (r#"{"pk":"acme"}"#.to_owned(), "blu".to_owned()));
    assert_eq!(all("42").unwrap().1, "42");
    for value in [r#""TENANT#blu#ORDER#1""#, r#""""#, r#"" blu""#] {
        assert_eq!(all(value).unwrap_err(), EditFault::NotOnlyAnId, "{value}");
    }
}

#[test]
fn faults_leave_the_record_unchanged() {
    for (record, path, fault) in [
        (r#"{"a":1}"#, "$.b", EditFault::Absent),
        (r#"{"a":1}"#, "$.a.b", EditFault::Absent),
        (r#"{"a":[]}"#, "$.a[0]", EditFault::Absent),
        (r#"{"a":{}}"#, "$.a[0]", EditFault::Absent),
        (r#""text""#, "$.a", EditFault::Absent),
        (r#"{"a":"text"}"#, "$.a.b", EditFault::Undecodable),
        (r#"{"a":"\"{}\""}"#, "$.a.b", EditFault::Absent),
        (r#"{"kinesis":{"data":"{}"}}"#, "$.kinesis.data.b", EditFault::Undecodable),
        (r#"{"a":"#, "$.a", EditFault::Undecodable),
        (r#"{"a":"x","a":"x"}"#, "$.a", EditFault::Duplicate),
        (r#"{"a":{"b":1}}"#, "$.a", EditFault::NotAValue),
        (r#"{"it's":"x"}"#, r#"$["it's"]"#, EditFault::QuotedName),
        (r#"{"a":{"b":"x"}}"#, r#"$["a']['b"]"#, EditFault::QuotedName),
    ] {
        assert_eq!(set_in(record, path).unwrap_err(), fault, "{record} {path}");
    }
}

#[test]
fn selector_finds_the_new_tenant_id() {
    let record = r#"{"body":"{\"detail\":{\"ids\":[{\"t\":\"no such tenant!\"}]}}"}"#;
    let path = "$.body.detail.ids[0].t";
    let rules = Rules::new(vec![Selector::parse(path).unwrap()], vec![], Grammar::Strict).unwrap();
    assert_eq!(rules.admit(&record_of(record, path)).unwrap().tenant().as_str(), "acme");
}

//! How a record is walked: into strings, through arrays, past everything that is not on a path.

use crate::common::{outcome, rejected, rules, with_body};
use serde_json::json;
use tenancy::Selector;

#[test]
fn a_path_goes_on_into_as_many_strings_as_it_names_steps() {
    let message = json!({ "detail": json!({ "tenantId": "blue" }).to_string() }).to_string();
    let record = with_body(&json!({ "Type": "Notification", "Message": message }).to_string());
    let path = "$.body.Message.detail.tenantId";
    assert_eq!(outcome(&rules(&[path], &[]), &record), Ok("blue".to_owned()));

    let broken = with_body(&json!({ "Message": "plain text" }).to_string());
    assert_eq!(outcome(&rules(&[path], &[]), &broken), rejected("undecodable", path));
}

#[test]
fn a_text_that_was_encoded_twice_is_undecodable_rather_than_opened_twice() {
    let once = json!({ "tenantId": "blue" }).to_string();
    let twice = json!(once).to_string();
    let path = "$.body.tenantId";
    assert_eq!(outcome(&rules(&[path], &[]), &with_body(&once)), Ok("blue".to_owned()));
    assert_eq!(outcome(&rules(&[path], &[]), &with_body(&twice)), rejected("undecodable", path));
}

#[test]
fn a_body_may_be_an_id_by_itself_and_is_then_not_opened() {
    assert_eq!(outcome(&rules(&["$.body"], &[]), &with_body("blue")), Ok("blue".to_owned()));
    assert_eq!(outcome(&rules(&["$.body"], &[]), &with_body("42")), Ok("42".to_owned()));
}

#[test]
fn one_path_may_end_where_another_goes_on() {
    let rules = rules(&["$.body.tenantId", "$.body"], &[]);
    let record = with_body(r#"{"tenantId":"blue"}"#);
    assert_eq!(outcome(&rules, &record), rejected("conflict", "$.body"));
    assert_eq!(outcome(&rules, r#"{"body":{"tenantId":"blue"}}"#), rejected("not_a_string", "$.body"));
}

#[test]
fn array_elements_are_counted_from_zero() {
    let record = with_body(r#"[{"id":"blue"},[1,{"id":"green"}],"red"]"#);
    for (path, tenant) in [("$.body[0].id", "blue"), ("$.body[1][1].id", "green"), ("$.body[2]", "red")] {
        assert_eq!(outcome(&rules(&[path], &[]), &record), Ok(tenant.to_owned()), "{path}");
    }
    for path in ["$.body[3]", "$.body[1][0].id", "$.body['0'].id", "$.body.id"] {
        assert_eq!(outcome(&rules(&[path], &[]), &record), rejected("missing", path));
    }
    assert_eq!(
        outcome(&rules(&["$.body[0]"], &[]), &with_body(r#"{"0":"x"}"#)),
        rejected("missing", "$.body[0]")
    );
}

#[test]
fn names_with_dots_quotes_and_other_scripts_are_addressed_as_they_are() {
    let record = r#"{"a.b":"blue","it's":"green","gr\u00f6\u00dfe":"red","a":{"b":"grey"}}"#;
    for (path, tenant) in
        [("$['a.b']", "blue"), ("$[\"it's\"]", "green"), ("$.größe", "red"), ("$.a.b", "grey")]
    {
        assert_eq!(outcome(&rules(&[path], &[]), record), Ok(tenant.to_owned()), "{path}");
    }
}

#[test]
fn escapes_mean_the_characters_that_they_stand_for() {
    let record = r#"{"\u0061":"b\u006cu\u0065"}"#;
    assert_eq!(outcome(&rules(&["$.a"], &[]), record), Ok("blue".to_owned()));
}

#[test]
fn white_space_between_the_tokens_does_not_matter() {
    let record = "\n{ \"body\"\t: \" { \\\"tenantId\\\" : \\\"blue\\\" }\\n\" } \r\n";
    assert_eq!(outcome(&rules(&["$.body.tenantId"], &[]), record), Ok("blue".to_owned()));
}

/// 100,000 levels in one test thread's stack: the walk skips what nests without nesting itself.
#[test]
fn deep_nesting_neither_overflows_the_stack_nor_hides_the_tenant() {
    let levels = 100_000;
    let deep = [
        format!("{}{}", "[".repeat(levels), "]".repeat(levels)),
        format!("{}1{}", r#"{"a":"#.repeat(levels), "}".repeat(levels)),
    ];
    for value in deep {
        let record = format!(r#"{{"x":{value},"a":"blue"}}"#);
        assert_eq!(outcome(&rules(&["$.a"], &[]), &record), Ok("blue".to_owned()));
        assert_eq!(outcome(&rules(&["$.x"], &[]), &record), rejected("not_a_string", "$.x"));
        assert_eq!(outcome(&rules(&["$.x.tenantId"], &[]), &record), rejected("missing", "$.x.tenantId"));
        assert_eq!(
            outcome(&rules(&["$.x[0][0][0][0].b"], &[]), &record),
            rejected("missing", "$.x[0][0][0][0].b")
        );
    }
    let open = format!(r#"{{"a":"blue","x":{}"#, "[".repeat(levels));
    assert_eq!(outcome(&rules(&["$.a"], &[]), &open), Err(("undecodable", None)));
}

#[test]
fn the_longest_path_is_walked_to_its_end() {
    let steps = tenancy::MAX_STEPS;
    let path = format!("${}", ".a".repeat(steps));
    let record = format!("{}\"blue\"{}", r#"{"a":"#.repeat(steps), "}".repeat(steps));
    assert_eq!(outcome(&rules(&[&path], &[]), &record), Ok("blue".to_owned()));
    let nested = (0..10).fold("\"blue\"".to_owned(), |text, _| json!({ "a": text }).to_string());
    let path = format!("${}", ".a".repeat(11));
    assert_eq!(outcome(&rules(&[&path], &[]), &nested), rejected("undecodable", &path));
}

#[test]
fn a_megabyte_of_body_is_walked_past() {
    let body =
        json!({ "padding": "x".repeat(1 << 20), "tenantId": "blue", "more": [0, 1, { "tenantId": 7 }] });
    let record = with_body(&body.to_string());
    assert_eq!(outcome(&rules(&["$.body.tenantId"], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn a_text_that_is_marked_as_base64_is_decoded_before_it_is_opened() {
    let base64 = [Selector::parse("$.kinesis.data").unwrap(), Selector::parse("$.not.on.any.path").unwrap()];
    let path = "$.kinesis.data.tenantId";
    let rules = rules(&[path, "$.kinesis.data"], &[]).reading_base64_at(&base64);
    let record = |data: &str| format!(r#"{{"kinesis":{{"data":"{data}"}}}}"#);
    // {"tenantId":"blue"}; the path that ends there still sees the text as it stands.
    assert_eq!(
        outcome(&rules, &record("eyJ0ZW5hbnRJZCI6ImJsdWUifQ==")),
        rejected("conflict", "$.kinesis.data")
    );
    let rules = crate::common::rules(&[path], &[]).reading_base64_at(&base64);
    assert_eq!(outcome(&rules, &record("eyJ0ZW5hbnRJZCI6ImJsdWUifQ==")), Ok("blue".to_owned()));
    // Another spelling of the same bytes, spaces, no padding, no base64, no UTF-8, and JSON that is not encoded.
    for data in [
        "eyJ0ZW5hbnRJZCI6ImJsdWUifR==",
        "eyJ0ZW5hbnRJ ZCI6ImJsdWUifQ==",
        "eyJ0ZW5hbnRJZCI6ImJsdWUifQ",
        "hello",
        "//8=",
        r#"{\"tenantId\":\"blue\"}"#,
    ] {
        assert_eq!(outcome(&rules, &record(data)), rejected("undecodable", path), "{data}");
    }
}

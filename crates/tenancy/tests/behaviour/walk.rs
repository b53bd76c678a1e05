//! The scan of a record: through strings and arrays, and past everything that is not on a path.

use crate::common::{outcome, rejected, rules, with_body};
use serde_json::json;
use tenancy::Selector;

#[test]
fn path_leads_through_nested_json_strings() {
    let message = json!({ "detail": json!({ "tenantId": "blue" }).to_string() }).to_string();
    let record = with_body(&json!({ "Type": "Notification", "Message": message }).to_string());
    let path = "$.body.Message.detail.tenantId";
    assert_eq!(outcome(&rules(&[path], &[]), &record), Ok("blue".to_owned()));

    let broken = with_body(&json!({ "Message": "plain text" }).to_string());
    assert_eq!(outcome(&rules(&[path], &[]), &broken), rejected("undecodable", path));
}

#[test]
fn json_encoded_twice_is_undecodable() {
    let once = json!({ "tenantId": "blue" }).to_string();
    let twice = json!(once).to_string();
    let path = "$.body.tenantId";
    assert_eq!(outcome(&rules(&[path], &[]), &with_body(&once)), Ok("blue".to_owned()));
    assert_eq!(outcome(&rules(&[path], &[]), &with_body(&twice)), rejected("undecodable", path));
}

#[test]
fn body_may_be_the_id_itself() {
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
fn array_index_starts_at_zero() {
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
fn names_with_dots_quotes_and_unicode_are_selected() {
    let record = r#"{"a.b":"blue","it's":"green","gr\u00f6\u00dfe":"red","a":{"b":"grey"}}"#;
    for (path, tenant) in
        [("$['a.b']", "blue"), ("$[\"it's\"]", "green"), ("$.größe", "red"), ("$.a.b", "grey")]
    {
        assert_eq!(outcome(&rules(&[path], &[]), record), Ok(tenant.to_owned()), "{path}");
    }
}

#[test]
fn escapes_are_decoded() {
    let record = r#"{"\u0061":"b\u006cu\u0065"}"#;
    assert_eq!(outcome(&rules(&["$.a"], &[]), record), Ok("blue".to_owned()));
}

#[test]
fn white_space_between_tokens_is_ignored() {
    let record = "\n{ \"body\"\t: \" { \\\"tenantId\\\" : \\\"blue\\\" }\\n\" } \r\n";
    assert_eq!(outcome(&rules(&["$.body.tenantId"], &[]), record), Ok("blue".to_owned()));
}

/// 100,000 levels fit into the stack of a test's thread only if the scan skips values without recursion.
#[test]
fn deep_nesting_does_not_overflow_the_stack() {
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
fn longest_path_is_followed_to_its_end() {
    let steps = tenancy::MAX_STEPS;
    let path = format!("${}", ".a".repeat(steps));
    let record = format!("{}\"blue\"{}", r#"{"a":"#.repeat(steps), "}".repeat(steps));
    assert_eq!(outcome(&rules(&[&path], &[]), &record), Ok("blue".to_owned()));
    let nested = (0..10).fold("\"blue\"".to_owned(), |text, _| json!({ "a": text }).to_string());
    let path = format!("${}", ".a".repeat(11));
    assert_eq!(outcome(&rules(&[&path], &[]), &nested), rejected("undecodable", &path));
}

#[test]
fn large_body_is_skipped() {
    let body =
        json!({ "padding": "x".repeat(1 << 20), "tenantId": "blue", "more": [0, 1, { "tenantId": 7 }] });
    let record = with_body(&body.to_string());
    assert_eq!(outcome(&rules(&["$.body.tenantId"], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn marked_base64_is_decoded_before_it_is_parsed() {
    let base64 = [Selector::parse("$.kinesis.data").unwrap(), Selector::parse("$.not.on.any.path").unwrap()];
    let path = "$.kinesis.data.tenantId";
    let rules = rules(&[path, "$.kinesis.data"], &[]).reading_base64_at(&base64);
    let record = |data: &str| format!(r#"{{"kinesis":{{"data":"{data}"}}}}"#);
    // {"tenantId":"blue"}. The path that ends at the string still gets the base64 text.
    assert_eq!(
        outcome(&rules, &record("eyJ0ZW5hbnRJZCI6ImJsdWUifQ==")),
        rejected("conflict", "$.kinesis.data")
    );
    let rules = crate::common::rules(&[path], &[]).reading_base64_at(&base64);
    assert_eq!(outcome(&rules, &record("eyJ0ZW5hbnRJZCI6ImJsdWUifQ==")), Ok("blue".to_owned()));
    // Another spelling of the same bytes, a space, no padding, not base64, not UTF-8, and JSON that is not encoded.
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

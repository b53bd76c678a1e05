//! Every reason that a record gives by itself, the selector that the rejection names, and the order of the checks.

use crate::common::{outcome, rejected, rules, sqs, with_body};
use tenancy::{Grammar, Reason, Rules, RulesError, Selector};

const GROUP: &str = "$.attributes.MessageGroupId";
const BODY: &str = "$.body.tenantId";
const ATTRIBUTE: &str = "$.messageAttributes.tenantId.stringValue";

#[test]
fn record_is_admitted_to_the_selected_tenant() {
    let record =
        sqs(r#"{"tenantId":"blue"}"#, r#""MessageGroupId":"green""#, r#""tenantId":{"stringValue":"red"}"#);
    for (path, tenant) in [(BODY, "blue"), (GROUP, "green"), (ATTRIBUTE, "red")] {
        assert_eq!(outcome(&rules(&[path], &[]), &record), Ok(tenant.to_owned()));
    }
}

#[test]
fn record_that_is_not_json_is_undecodable() {
    for record in
        ["", " ", "{", "nonsense", "{}{}", r#"{"attributes":{"MessageGroupId":"blue"}} x"#, "\u{feff}{}"]
    {
        assert_eq!(outcome(&rules(&[GROUP], &[]), record), Err(("undecodable", None)), "{record}");
    }
}

#[test]
fn selected_body_that_is_not_json_is_undecodable() {
    for body in ["", "plain text", r#"{"tenantId":"blue""#, r#"{"tenantId":"blue"} x"#, "{'tenantId':'blue'}"]
    {
        assert_eq!(outcome(&rules(&[BODY], &[]), &with_body(body)), rejected("undecodable", BODY), "{body}");
    }
}

#[test]
fn unselected_body_may_be_any_text() {
    let record = sqs("plain text", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn broken_body_rejects_despite_another_selector() {
    let record = sqs("plain text", r#""MessageGroupId":"blue""#, "");
    for from in [[GROUP, BODY], [BODY, GROUP]] {
        assert_eq!(outcome(&rules(&from, &[]), &record), rejected("undecodable", BODY));
    }
}

#[test]
fn bad_escapes_and_lone_surrogates_are_undecodable() {
    for value in [r#""\ud800""#, r#""\udc00x""#, r#""\x41""#, r#""\u12""#, "\"a\nb\""] {
        let record = format!(r#"{{"attributes":{{"MessageGroupId":{value}}}}}"#);
        assert_eq!(outcome(&rules(&[GROUP], &[]), &record), Err(("undecodable", None)), "{value}");
        let body = format!(r#"{{"tenantId":{value}}}"#);
        assert_eq!(
            outcome(&rules(&[BODY], &[]), &with_body(&body)),
            rejected("undecodable", BODY),
            "{value}"
        );
    }
}

#[test]
fn number_beyond_f64_is_undecodable() {
    let record = with_body(r#"{"tenantId":1e999}"#);
    assert_eq!(outcome(&rules(&[BODY], &[]), &record), rejected("undecodable", BODY));
}

#[test]
fn missing_id_names_the_first_selector() {
    for body in ["{}", "42", "null", "true", "[]", r#"{"TenantId":"blue"}"#, r#"[{"tenantId":"blue"}]"#] {
        assert_eq!(
            outcome(&rules(&[BODY, GROUP], &[]), &with_body(body)),
            rejected("missing", BODY),
            "{body}"
        );
    }
    assert_eq!(outcome(&rules(&[BODY], &[]), "[]"), rejected("missing", BODY));
    assert_eq!(outcome(&rules(&[BODY], &[]), "42"), rejected("missing", BODY));
}

#[test]
fn absent_must_match_is_missing() {
    let record = sqs("{}", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("missing", BODY));
    assert_eq!(outcome(&rules(&[GROUP], &[ATTRIBUTE]), &record), rejected("missing", ATTRIBUTE));
}

#[test]
fn present_value_that_is_no_string_is_rejected() {
    let values = [("42", "42"), ("-1", "-1"), ("1.0", "1.0"), ("true", "true"), ("null", "null")];
    let nested = [(r#"{"S":"blue"}"#, "{...}"), (r#"["blue"]"#, "[...]"), ("{}", "{...}"), ("[]", "[...]")];
    for (value, shown) in values.into_iter().chain(nested) {
        let record = sqs(&format!(r#"{{"tenantId":{value}}}"#), r#""MessageGroupId":"blue""#, "");
        for rules in [rules(&[BODY], &[]), rules(&[BODY, GROUP], &[]), rules(&[GROUP], &[BODY])] {
            assert_eq!(outcome(&rules, &record), rejected("not_a_string", BODY), "{value}");
            assert_eq!(rules.admit(&record).unwrap_err().offending_value(), Some(shown));
        }
    }
}

#[test]
fn number_under_a_repeated_key_is_not_a_string() {
    for body in [r#"{"tenantId":42,"tenantId":"blue"}"#, r#"{"tenantId":"blue","tenantId":42}"#] {
        let rejection = rules(&[BODY], &[]).admit(&with_body(body)).unwrap_err();
        assert_eq!(
            (rejection.reason(), rejection.offending_value()),
            (Reason::NotAString, Some("42")),
            "{body}"
        );
    }
}

#[test]
fn repeated_key_on_the_path_is_rejected_even_if_equal() {
    let twice = [
        r#"{"tenantId":"blue","tenantId":"blue"}"#,
        r#"{"tenantId":"blue","tenantId":"green"}"#,
        r#"{"tenantId":"blue","x":{"tenantId":"blue"},"tenant\u0049d":"blue"}"#,
    ];
    for body in twice {
        let (rules, record) = (rules(&[BODY], &[]), with_body(body));
        assert_eq!(outcome(&rules, &record), rejected("duplicate_key", BODY), "{body}");
        // Neither of the two values is the offending one.
        assert_eq!(rules.admit(&record).unwrap_err().offending_value(), None, "{body}");
    }
    let record =
        r#"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"blue"},"attributes":{}}"#;
    assert_eq!(outcome(&rules(&[BODY, GROUP], &[]), record), rejected("duplicate_key", GROUP));
}

#[test]
fn repeated_key_off_the_paths_is_ignored() {
    let record = with_body(r#"{"amount":1,"amount":2,"tenantId":"blue","x":{"tenantId":1,"tenantId":2}}"#);
    assert_eq!(outcome(&rules(&[BODY], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn unmatched_capture_is_rejected() {
    let group = Selector::parse(GROUP).unwrap().with_capture("^([^#]+)#").unwrap();
    let body = Selector::parse(BODY).unwrap();
    let record = sqs(r#"{"tenantId":"blue"}"#, r#""MessageGroupId":"blue""#, "");
    for from in [vec![group.clone(), body.clone()], vec![body, group]] {
        let rules = Rules::new(from, vec![], Grammar::Strict).unwrap();
        assert_eq!(outcome(&rules, &record), rejected("no_capture", GROUP));
        assert_eq!(rules.admit(&record).unwrap_err().offending_value(), Some("blue"));
    }
}

#[test]
fn id_outside_the_grammar_is_rejected() {
    for value in ["", " ", "blue ", " blue", "-blue", "bl ue", "blue/1", "blü", "blue\u{0}", "b\u{200b}lue"]
    {
        let record = sqs(&serde_json::json!({ "tenantId": value }).to_string(), "", "");
        assert_eq!(outcome(&rules(&[BODY], &[]), &record), rejected("bad_grammar", BODY), "{value:?}");
    }
}

#[test]
fn empty_capture_is_an_empty_id() {
    let group = Selector::parse(GROUP).unwrap().with_capture("^([^#]*)#").unwrap();
    let rules = Rules::new(vec![group], vec![], Grammar::Lambda).unwrap();
    assert_eq!(outcome(&rules, &sqs("{}", r##""MessageGroupId":"#7""##, "")), rejected("bad_grammar", GROUP));
}

#[test]
fn different_tenants_conflict_in_from_and_must_match() {
    let record = sqs(r#"{"tenantId":"green"}"#, r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP, BODY], &[]), &record), rejected("conflict", BODY));
    assert_eq!(outcome(&rules(&[BODY, GROUP], &[]), &record), rejected("conflict", GROUP));
    assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("conflict", BODY));
    assert_eq!(rules(&[GROUP], &[BODY]).admit(&record).unwrap_err().offending_value(), Some("green"));
}

#[test]
fn ids_that_differ_in_case_or_space_conflict() {
    for other in ["Blue", "blue ", "", "bluе"] {
        let body = serde_json::json!({ "tenantId": other }).to_string();
        let record = sqs(&body, r#""MessageGroupId":"blue""#, "");
        assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("conflict", BODY), "{other:?}");
    }
}

#[test]
fn absent_from_selector_leaves_the_next_to_decide() {
    let record = sqs("{}", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[BODY, ATTRIBUTE, GROUP], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn captured_ids_are_compared() {
    let group = Selector::parse(GROUP).unwrap().with_capture("^([^#]+)#").unwrap();
    let rules = Rules::new(vec![group], vec![Selector::parse(BODY).unwrap()], Grammar::Strict).unwrap();
    let record = sqs(r#"{"tenantId":"blue"}"#, r#""MessageGroupId":"blue#7""#, "");
    assert_eq!(outcome(&rules, &record), Ok("blue".to_owned()));
}

/// Each record has its own fault and the next one of the list, so that only the order of the checks decides.
#[test]
fn first_reason_of_several_is_reported() {
    let capture = Selector::parse(GROUP).unwrap().with_capture("^([^#]+)#").unwrap();
    let bodies = Selector::parse(BODY).unwrap();
    let rules = Rules::new(vec![bodies, capture], vec![Selector::parse(ATTRIBUTE).unwrap()], Grammar::Strict)
        .unwrap();
    let red = r#""tenantId":{"stringValue":"red"}"#;
    let cases = [
        (sqs("{", "", ""), Reason::Undecodable),
        (sqs(r#"{"tenantId":1}"#, "", ""), Reason::Missing),
        (sqs(r#"{"tenantId":1,"tenantId":2}"#, "", red), Reason::NotAString),
        (sqs(r#"{"tenantId":"a","tenantId":"a"}"#, r#""MessageGroupId":"a""#, red), Reason::DuplicateKey),
        (sqs(r#"{"tenantId":"-"}"#, r#""MessageGroupId":"a""#, red), Reason::NoCapture),
        (sqs(r#"{"tenantId":"-"}"#, r#""MessageGroupId":"a#1""#, red), Reason::BadGrammar),
        (sqs(r#"{"tenantId":"a"}"#, r#""MessageGroupId":"a#1""#, red), Reason::Conflict),
    ];
    for (record, reason) in &cases {
        assert_eq!(rules.admit(record).unwrap_err().reason(), *reason);
    }
    let given = Reason::ALL.into_iter().filter(|reason| *reason <= Reason::Conflict);
    let tested = cases.iter().map(|(_, reason)| *reason);
    assert!(tested.eq(given), "this test must have every reason that a record gives by itself, in its order");
}

#[test]
fn empty_repeated_or_too_many_selectors_are_refused() {
    let selector = |path: &str| Selector::parse(path).unwrap();
    let refused = |from, must_match| Rules::new(from, must_match, Grammar::Strict).unwrap_err();
    assert_eq!(refused(vec![], vec![selector(BODY)]), RulesError::NoSelector);
    let repeated = RulesError::Repeated { path: "$['body'].tenantId".to_owned() };
    assert_eq!(refused(vec![selector(BODY), selector("$['body'].tenantId")], vec![]), repeated);
    assert_eq!(refused(vec![selector(BODY)], vec![selector("$['body'].tenantId")]), repeated);
    let many = (0..=tenancy::MAX_SELECTORS).map(|index| selector(&format!("$.a[{index}]"))).collect();
    assert_eq!(refused(many, vec![]), RulesError::TooMany { count: tenancy::MAX_SELECTORS + 1 });
}

#[test]
fn selectors_at_finds_equal_paths_only() {
    let whole = Selector::parse(BODY).unwrap();
    let part = |capture| Selector::parse(GROUP).unwrap().with_capture(capture).unwrap();
    let parts = [part("^([^#]+)#"), part("#([^#]+)$")];
    let rules = Rules::new(vec![whole.clone()], parts.to_vec(), Grammar::Strict).unwrap();
    let at = |path| rules.selectors_at(&Selector::parse(path).unwrap()).cloned().collect::<Vec<_>>();
    assert_eq!(at("$['body'].tenantId"), [whole]);
    assert_eq!(at(GROUP), parts);
    assert_eq!(at(ATTRIBUTE), []);
}

#[test]
fn one_path_may_have_different_captures() {
    let selector = |capture| Selector::parse(GROUP).unwrap().with_capture(capture).unwrap();
    let rules =
        Rules::new(vec![selector("^([^#]+)#")], vec![selector("#([^#]+)$")], Grammar::Strict).unwrap();
    assert_eq!(outcome(&rules, &sqs("", r#""MessageGroupId":"blue#blue""#, "")), Ok("blue".to_owned()));
    assert_eq!(
        outcome(&rules, &sqs("", r#""MessageGroupId":"blue#green""#, "")),
        rejected("conflict", GROUP)
    );
}

#[test]
fn rules_are_send_and_sync() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Rules>();
}

//! Every reason for which a record is refused, which selector is named, and what is told first.

use crate::common::{outcome, rejected, rules, sqs, with_body};
use tenancy::{Grammar, Reason, Rules, RulesError, Selector};

const GROUP: &str = "$.attributes.MessageGroupId";
const BODY: &str = "$.body.tenantId";
const ATTRIBUTE: &str = "$.messageAttributes.tenantId.stringValue";

#[test]
fn a_record_is_admitted_to_the_tenant_that_its_selector_finds() {
    let record =
        sqs(r#"{"tenantId":"blue"}"#, r#""MessageGroupId":"green""#, r#""tenantId":{"stringValue":"red"}"#);
    for (path, tenant) in [(BODY, "blue"), (GROUP, "green"), (ATTRIBUTE, "red")] {
        assert_eq!(outcome(&rules(&[path], &[]), &record), Ok(tenant.to_owned()));
    }
}

#[test]
fn a_record_that_is_not_json_is_undecodable_and_no_selector_is_named() {
    for record in
        ["", " ", "{", "nonsense", "{}{}", r#"{"attributes":{"MessageGroupId":"blue"}} x"#, "\u{feff}{}"]
    {
        assert_eq!(outcome(&rules(&[GROUP], &[]), record), Err(("undecodable", None)), "{record}");
    }
}

#[test]
fn a_body_that_is_not_json_is_undecodable_where_a_selector_must_look_inside() {
    for body in ["", "plain text", r#"{"tenantId":"blue""#, r#"{"tenantId":"blue"} x"#, "{'tenantId':'blue'}"]
    {
        assert_eq!(outcome(&rules(&[BODY], &[]), &with_body(body)), rejected("undecodable", BODY), "{body}");
    }
}

#[test]
fn a_body_that_is_not_json_does_not_matter_where_no_selector_looks_inside() {
    let record = sqs("plain text", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn a_body_that_is_not_json_rejects_the_record_even_if_another_selector_is_present() {
    let record = sqs("plain text", r#""MessageGroupId":"blue""#, "");
    for from in [[GROUP, BODY], [BODY, GROUP]] {
        assert_eq!(outcome(&rules(&from, &[]), &record), rejected("undecodable", BODY));
    }
}

#[test]
fn bad_escapes_and_lone_surrogates_on_the_way_are_undecodable() {
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
fn a_number_that_no_double_holds_is_undecodable_rather_than_rounded() {
    let record = with_body(r#"{"tenantId":1e999}"#);
    assert_eq!(outcome(&rules(&[BODY], &[]), &record), rejected("undecodable", BODY));
}

#[test]
fn a_record_without_any_tenant_id_is_missing_and_the_first_selector_is_named() {
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
fn an_absent_must_match_is_missing_even_if_the_tenant_id_is_there() {
    let record = sqs("{}", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("missing", BODY));
    assert_eq!(outcome(&rules(&[GROUP], &[ATTRIBUTE]), &record), rejected("missing", ATTRIBUTE));
}

#[test]
fn what_is_present_and_is_not_a_string_is_refused_and_never_converted_or_skipped() {
    let values = [("42", "42"), ("-1", "-1"), ("1.0", "1.0"), ("true", "true"), ("null", "null")];
    let nested = [(r#"{"S":"blue"}"#, "{...}"), (r#"["blue"]"#, "[...]"), ("{}", "{...}"), ("[]", "[...]")];
    for (value, told) in values.into_iter().chain(nested) {
        let record = sqs(&format!(r#"{{"tenantId":{value}}}"#), r#""MessageGroupId":"blue""#, "");
        for rules in [rules(&[BODY], &[]), rules(&[BODY, GROUP], &[]), rules(&[GROUP], &[BODY])] {
            assert_eq!(outcome(&rules, &record), rejected("not_a_string", BODY), "{value}");
            assert_eq!(rules.admit(&record).unwrap_err().offending_value(), Some(told));
        }
    }
}

#[test]
fn of_a_number_and_a_string_under_the_same_key_the_number_is_told() {
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
fn a_key_that_occurs_twice_on_the_way_is_refused_even_if_both_agree() {
    let twice = [
        r#"{"tenantId":"blue","tenantId":"blue"}"#,
        r#"{"tenantId":"blue","tenantId":"green"}"#,
        r#"{"tenantId":"blue","x":{"tenantId":"blue"},"tenant\u0049d":"blue"}"#,
    ];
    for body in twice {
        let (rules, record) = (rules(&[BODY], &[]), with_body(body));
        assert_eq!(outcome(&rules, &record), rejected("duplicate_key", BODY), "{body}");
        // Neither of the two is told as if it were the one.
        assert_eq!(rules.admit(&record).unwrap_err().offending_value(), None, "{body}");
    }
    let record =
        r#"{"body":"{\"tenantId\":\"blue\"}","attributes":{"MessageGroupId":"blue"},"attributes":{}}"#;
    assert_eq!(outcome(&rules(&[BODY, GROUP], &[]), record), rejected("duplicate_key", GROUP));
}

#[test]
fn a_key_that_occurs_twice_elsewhere_is_the_backends_business() {
    let record = with_body(r#"{"amount":1,"amount":2,"tenantId":"blue","x":{"tenantId":1,"tenantId":2}}"#);
    assert_eq!(outcome(&rules(&[BODY], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn a_capture_that_does_not_match_is_refused_and_never_taken_whole_or_skipped() {
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
fn an_id_outside_the_grammar_is_refused_as_it_stands() {
    for value in ["", " ", "blue ", " blue", "-blue", "bl ue", "blue/1", "blü", "blue\u{0}", "b\u{200b}lue"]
    {
        let record = sqs(&serde_json::json!({ "tenantId": value }).to_string(), "", "");
        assert_eq!(outcome(&rules(&[BODY], &[]), &record), rejected("bad_grammar", BODY), "{value:?}");
    }
}

#[test]
fn a_capture_that_captures_nothing_is_an_empty_id() {
    let group = Selector::parse(GROUP).unwrap().with_capture("^([^#]*)#").unwrap();
    let rules = Rules::new(vec![group], vec![], Grammar::Lambda).unwrap();
    assert_eq!(outcome(&rules, &sqs("{}", r##""MessageGroupId":"#7""##, "")), rejected("bad_grammar", GROUP));
}

#[test]
fn places_that_name_different_tenants_are_a_conflict_wherever_they_are_listed() {
    let record = sqs(r#"{"tenantId":"green"}"#, r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[GROUP, BODY], &[]), &record), rejected("conflict", BODY));
    assert_eq!(outcome(&rules(&[BODY, GROUP], &[]), &record), rejected("conflict", GROUP));
    assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("conflict", BODY));
    assert_eq!(rules(&[GROUP], &[BODY]).admit(&record).unwrap_err().offending_value(), Some("green"));
}

#[test]
fn ids_that_differ_in_case_or_space_are_a_conflict() {
    for other in ["Blue", "blue ", "", "bluе"] {
        let body = serde_json::json!({ "tenantId": other }).to_string();
        let record = sqs(&body, r#""MessageGroupId":"blue""#, "");
        assert_eq!(outcome(&rules(&[GROUP], &[BODY]), &record), rejected("conflict", BODY), "{other:?}");
    }
}

#[test]
fn an_absent_selector_of_from_makes_room_for_the_next() {
    let record = sqs("{}", r#""MessageGroupId":"blue""#, "");
    assert_eq!(outcome(&rules(&[BODY, ATTRIBUTE, GROUP], &[]), &record), Ok("blue".to_owned()));
}

#[test]
fn agreement_is_on_what_the_captures_give() {
    let group = Selector::parse(GROUP).unwrap().with_capture("^([^#]+)#").unwrap();
    let rules = Rules::new(vec![group], vec![Selector::parse(BODY).unwrap()], Grammar::Strict).unwrap();
    let record = sqs(r#"{"tenantId":"blue"}"#, r#""MessageGroupId":"blue#7""#, "");
    assert_eq!(outcome(&rules, &record), Ok("blue".to_owned()));
}

/// Each record has its fault and the next one of the list, so that only the order of the checks decides.
#[test]
fn of_several_faults_the_first_of_the_list_is_told() {
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
    assert!(tested.eq(given), "every reason that a record gives by itself stands in this test, in its order");
}

#[test]
fn rules_that_prove_nothing_are_refused() {
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
fn a_path_however_it_is_spelt_finds_the_selectors_that_look_there_and_no_other() {
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
fn one_path_may_be_selected_with_different_captures() {
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
fn rules_can_be_shared_by_threads() {
    fn shareable<T: Send + Sync>() {}
    shareable::<Rules>();
}

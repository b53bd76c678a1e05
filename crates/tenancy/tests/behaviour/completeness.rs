//! Values that a record must have before its selectors can be trusted.

use tenancy::{Completeness, Grammar, MAX_SELECTORS, Rules, Selector};

use crate::common::{outcome, rejected};

const PATHS: [&str; 2] = ["$.change.new.t", "$.change.old.t"];

/// Requires both images of a change, unless its kind is `insert` or `remove`.
fn with_images(rules: Rules) -> Rules {
    let at = |path| Selector::parse(path).unwrap();
    let completeness = Completeness {
        within: at("$.change"),
        kind: at("$.kind"),
        exempt_kinds: &["insert", "remove"],
        required: vec![at("$.change.new"), at("$.change.old")],
    };
    rules.with_completeness(completeness).unwrap()
}

fn rules(from: &[&str]) -> Rules {
    with_images(crate::common::rules(from, &[]))
}

#[test]
fn record_without_a_required_value_is_missing_it() {
    let rules = rules(&PATHS);
    for kind in [r#""kind":"modify","#, r#""kind":7,"#, r#""kind":"Insert","#, ""] {
        let of = |images: &str| outcome(&rules, &format!(r#"{{{kind}"change":{{{images}}}}}"#));
        assert_eq!(of(r#""new":{"t":"a"},"old":{"t":"a"}"#), Ok("a".to_owned()));
        assert_eq!(of(r#""new":{"t":"a"},"old":{}"#), Ok("a".to_owned()), "an image without a tenant id is enough");
        assert_eq!(of(r#""new":{"t":"a"}"#), rejected("missing", "$.change.old"));
        assert_eq!(of(r#""new":{"t":"a"},"old":null"#), rejected("missing", "$.change.old"));
        assert_eq!(of(r#""old":{"t":"a"}"#), rejected("missing", "$.change.new"));
        assert_eq!(of(r#""new":{"t":"a"},"old":{"t":"b"}"#), rejected("conflict", PATHS[1]));
    }
}

#[test]
fn exempt_kind_needs_no_required_value() {
    let rules = rules(&PATHS);
    assert_eq!(outcome(&rules, r#"{"kind":"insert","change":{"new":{"t":"a"}}}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"change":{"old":{"t":"a"}},"kind":"remove"}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"kind":"remove","change":{}}"#), rejected("missing", PATHS[0]));
}

#[test]
fn record_whose_kind_occurs_twice_is_not_exempt() {
    let record = r#"{"kind":"insert","change":{"new":{"t":"a"}},"kind":"insert"}"#;
    assert_eq!(outcome(&rules(&PATHS), record), rejected("missing", "$.change.old"));
}

#[test]
fn record_outside_the_scope_is_not_checked() {
    let rules = rules(&["$.change.new.t", "$.change.old.t", "$.t"]);
    assert_eq!(outcome(&rules, r#"{"t":"a","kind":"modify"}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"t":"a","change":{}}"#), rejected("missing", "$.change.new"));
}

#[test]
fn required_values_count_toward_max_selectors() {
    let at = |path: String| Selector::parse(&path).unwrap();
    let many = (0..MAX_SELECTORS - 3).map(|index| at(format!("$.a[{index}]"))).collect();
    let rules = Rules::new(many, vec![], Grammar::Strict).unwrap();
    let completeness = Completeness {
        within: at("$.b".to_owned()),
        kind: at("$.c".to_owned()),
        exempt_kinds: &[],
        required: vec![at("$.d".to_owned()), at("$.e".to_owned())],
    };
    assert!(rules.with_completeness(completeness).unwrap_err().to_string().contains("at most"));
}

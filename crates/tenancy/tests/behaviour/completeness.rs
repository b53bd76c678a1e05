//! What has to be in a record before its selectors can be believed.

use tenancy::{Completeness, Grammar, MAX_SELECTORS, Rules, Selector};

use crate::common::{outcome, rejected};

const PATHS: [&str; 2] = ["$.change.new.t", "$.change.old.t"];

/// A change, unless something came to be or went, shows what it was and what it is.
fn complete(rules: Rules) -> Rules {
    let at = |path| Selector::parse(path).unwrap();
    let by = Completeness {
        within: at("$.change"),
        sort: at("$.sort"),
        exempt: &["came", "went"],
        needed: vec![at("$.change.new"), at("$.change.old")],
    };
    rules.complete_by(by).unwrap()
}

fn rules(from: &[&str]) -> Rules {
    complete(crate::common::rules(from, &[]))
}

#[test]
fn a_record_that_lacks_what_is_needed_is_missing_it_whomever_the_rest_names() {
    let rules = rules(&PATHS);
    for sort in [r#""sort":"is another","#, r#""sort":7,"#, r#""sort":"Came","#, ""] {
        let of = |images: &str| outcome(&rules, &format!(r#"{{{sort}"change":{{{images}}}}}"#));
        assert_eq!(of(r#""new":{"t":"a"},"old":{"t":"a"}"#), Ok("a".to_owned()));
        assert_eq!(of(r#""new":{"t":"a"},"old":{}"#), Ok("a".to_owned()), "it was nobody's");
        assert_eq!(of(r#""new":{"t":"a"}"#), rejected("missing", "$.change.old"));
        assert_eq!(of(r#""new":{"t":"a"},"old":null"#), rejected("missing", "$.change.old"));
        assert_eq!(of(r#""old":{"t":"a"}"#), rejected("missing", "$.change.new"));
        assert_eq!(of(r#""new":{"t":"a"},"old":{"t":"b"}"#), rejected("conflict", PATHS[1]));
    }
}

#[test]
fn a_record_of_a_sort_that_cannot_have_it_all_is_taken_by_what_it_has() {
    let rules = rules(&PATHS);
    assert_eq!(outcome(&rules, r#"{"sort":"came","change":{"new":{"t":"a"}}}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"change":{"old":{"t":"a"}},"sort":"went"}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"sort":"went","change":{}}"#), rejected("missing", PATHS[0]));
}

#[test]
fn a_record_that_says_its_sort_twice_is_of_no_sort() {
    let record = r#"{"sort":"came","change":{"new":{"t":"a"}},"sort":"came"}"#;
    assert_eq!(outcome(&rules(&PATHS), record), rejected("missing", "$.change.old"));
}

#[test]
fn a_record_of_something_else_is_asked_for_nothing() {
    let rules = rules(&["$.change.new.t", "$.change.old.t", "$.t"]);
    assert_eq!(outcome(&rules, r#"{"t":"a","sort":"is another"}"#), Ok("a".to_owned()));
    assert_eq!(outcome(&rules, r#"{"t":"a","change":{}}"#), rejected("missing", "$.change.new"));
}

#[test]
fn what_is_needed_counts_among_the_paths_that_can_be_watched() {
    let at = |path: String| Selector::parse(&path).unwrap();
    let many = (0..MAX_SELECTORS - 3).map(|place| at(format!("$.a[{place}]"))).collect();
    let rules = Rules::new(many, vec![], Grammar::Strict).unwrap();
    let by = Completeness {
        within: at("$.b".to_owned()),
        sort: at("$.c".to_owned()),
        exempt: &[],
        needed: vec![at("$.d".to_owned()), at("$.e".to_owned())],
    };
    assert!(rules.complete_by(by).unwrap_err().to_string().contains("at most"));
}

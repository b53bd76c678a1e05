//! Properties of admission over generated records and texts.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tenancy::{Grammar, Reason, Rules, Selector};

use crate::reference::{Json, NAMES, RawSelector, decide, json, raw_selector};

/// Generates a record and rules for it. At most paths it plants one of a few ids, so that every outcome occurs.
fn cases() -> impl Strategy<Value = (Json, Vec<RawSelector>, Vec<RawSelector>)> {
    let record =
        prop::collection::vec((prop::sample::select(&NAMES[..]), json()), 0..5).prop_map(Json::Object);
    let planted =
        prop::sample::select(vec![None, Some("x"), Some("x"), Some("x"), Some("T#x"), Some("y"), Some("-")]);
    let raw_selectors = |count| prop::collection::vec((raw_selector(), planted.clone()), count);
    (record, raw_selectors(1..4), raw_selectors(0..2)).prop_map(|(mut record, from, must_match)| {
        for (raw, planted) in from.iter().chain(&must_match) {
            if let Some(text) = planted {
                record.plant(&raw.steps, text);
            }
        }
        let bare =
            |raw_selectors: Vec<(RawSelector, _)>| raw_selectors.into_iter().map(|(raw, _)| raw).collect();
        (record, bare(from), bare(must_match))
    })
}

fn rules(from: &[RawSelector], must_match: &[RawSelector]) -> Option<Rules> {
    let selectors = |raw_selectors: &[RawSelector]| {
        let selector = |raw: &RawSelector| {
            let selector = Selector::parse(&raw.path()).unwrap();
            match raw.capture {
                Some(capture) => selector.with_capture(capture).unwrap(),
                None => selector,
            }
        };
        raw_selectors.iter().map(selector).collect()
    };
    // The only error of generated selectors is that one is given twice.
    Rules::new(selectors(from), selectors(must_match), Grammar::Strict).ok()
}

fn admitted(rules: &Rules, record: &str) -> Result<String, (Reason, String)> {
    match rules.admit(record) {
        Ok(admitted) => Ok(admitted.tenant().as_str().to_owned()),
        Err(rejection) => Err((rejection.reason(), rejection.path().unwrap_or_default().to_owned())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_scan_decides_like_the_reference(
        (record, from, must_match) in cases(),
        space in "[ \t\r\n]{0,2}",
    ) {
        if let Some(rules) = rules(&from, &must_match) {
            let expected = decide(&record, &from, &must_match, &space);
            prop_assert_eq!(admitted(&rules, &record.written(&space)), expected, "{}", record.written(""));
        }
    }

    #[test]
    fn any_text_is_rejected_without_panic(bytes: Vec<u8>, text in "\\PC*") {
        let rules = crate::common::rules(&["$.a", "$.a.b[0]"], &["$.c"]);
        for record in [String::from_utf8_lossy(&bytes).into_owned(), text] {
            // A random text never is a record with these two fields.
            prop_assert!(rules.admit(&record).is_err());
        }
    }

    #[test]
    fn truncated_record_is_undecodable((record, from, must_match) in cases(), cut: prop::sample::Index) {
        if let Some(rules) = rules(&from, &must_match) {
            // Every character of a generated string is written as an escape, so a record can be cut at any byte.
            let whole = record.written(" ");
            let broken = &whole[..cut.index(whole.len())];
            prop_assert_eq!(admitted(&rules, broken), Err((Reason::Undecodable, String::new())));
        }
    }

    #[test]
    fn id_is_admitted_unchanged_or_rejected(id in "[ \t]?[A-Za-z0-9._:#üÄ-]{0,6}[ \n]?") {
        let record = serde_json::json!({ "a": id }).to_string();
        match crate::common::rules(&["$.a"], &[]).admit(&record) {
            Ok(admitted) => prop_assert_eq!(admitted.tenant().as_str(), id),
            Err(rejection) => {
                prop_assert_eq!(rejection.reason(), Reason::BadGrammar);
                prop_assert!(!Grammar::Strict.accepts(&id));
            }
        }
    }

    #[test]
    fn any_quoted_name_can_be_selected(name in "[^'\\\\]{1,12}", tenant in "[a-z0-9]{1,8}") {
        let record = serde_json::json!({ &name: tenant }).to_string();
        let rules = crate::common::rules(&[&format!("$['{name}']")], &[]);
        prop_assert_eq!(admitted(&rules, &record), Ok(tenant));
    }

    #[test]
    fn any_path_is_parsed_or_refused_at_a_position_inside_it(path in "\\$?[.\\[\\]'\"\\\\a0*ü -]{0,12}") {
        match Selector::parse(&path) {
            Ok(selector) => prop_assert_eq!(selector.path(), path),
            Err(tenancy::SelectorError::Path { position, .. }) => prop_assert!(position <= path.chars().count() + 1),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn no_custom_pattern_accepts_what_lambda_refuses(pattern in "[a.*+?|()\\[\\]^$\\\\sS#-]{1,10}", id: String) {
        if let Ok(grammar) = Grammar::parse(&pattern) {
            prop_assert!(!grammar.accepts(&id) || Grammar::Lambda.accepts(&id));
        }
    }
}

/// A property proves nothing about an outcome that the generated records never reach.
#[test]
fn generated_records_reach_every_outcome() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::new();
    for _ in 0..2048 {
        let (record, from, must_match) = cases().new_tree(&mut runner).unwrap().current();
        let outcome =
            decide(&record, &from, &must_match, "").map_or_else(|(reason, _)| reason.code(), |_| "admitted");
        *seen.entry(outcome).or_insert(0) += 1;
    }
    // The later reasons are not found in a record.
    let outcomes =
        Reason::ALL.iter().filter(|reason| **reason <= Reason::Conflict).map(|reason| reason.code());
    for outcome in outcomes.chain(["admitted"]) {
        assert!(seen.get(outcome).is_some_and(|times| *times >= 10), "{outcome} is rare: {seen:?}");
    }
}

//! What holds for whatever comes in.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use tenancy::{Grammar, Reason, Rules, Selector};

use crate::reference::{Json, NAMES, Place, decide, json, place};

/// A record, and rules for it: chance alone, and then at most of the paths the one or other id, so that all
/// answers occur.
fn cases() -> impl Strategy<Value = (Json, Vec<Place>, Vec<Place>)> {
    let record =
        prop::collection::vec((prop::sample::select(&NAMES[..]), json()), 0..5).prop_map(Json::Object);
    let planted =
        prop::sample::select(vec![None, Some("x"), Some("x"), Some("x"), Some("T#x"), Some("y"), Some("-")]);
    let places = |count| prop::collection::vec((place(), planted.clone()), count);
    (record, places(1..4), places(0..2)).prop_map(|(mut record, from, must_match)| {
        for (place, planted) in from.iter().chain(&must_match) {
            if let Some(text) = planted {
                record.plant(&place.steps, text);
            }
        }
        let bare = |places: Vec<(Place, _)>| places.into_iter().map(|(place, _)| place).collect();
        (record, bare(from), bare(must_match))
    })
}

fn rules(from: &[Place], must_match: &[Place]) -> Option<Rules> {
    let selectors = |places: &[Place]| {
        let selector = |place: &Place| {
            let selector = Selector::parse(&place.path()).unwrap();
            match place.capture {
                Some(capture) => selector.with_capture(capture).unwrap(),
                None => selector,
            }
        };
        places.iter().map(selector).collect()
    };
    // The only fault that generated selectors can have is to be the same twice.
    Rules::new(selectors(from), selectors(must_match), Grammar::Strict).ok()
}

fn admitted(rules: &Rules, record: &str) -> Result<String, (Reason, String)> {
    match rules.admit(record) {
        Ok(admitted) => Ok(admitted.tenant().as_str().to_owned()),
        Err(rejection) => Err((rejection.reason(), rejection.selector().unwrap_or_default().to_owned())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_walk_decides_as_a_look_at_each_selector_by_itself_would(
        (record, from, must_match) in cases(),
        space in "[ \t\r\n]{0,2}",
    ) {
        if let Some(rules) = rules(&from, &must_match) {
            let expected = decide(&record, &from, &must_match, &space);
            prop_assert_eq!(admitted(&rules, &record.written(&space)), expected, "{}", record.written(""));
        }
    }

    #[test]
    fn whatever_text_comes_in_there_is_an_answer_and_no_panic(bytes: Vec<u8>, text in "\\PC*") {
        let rules = crate::common::rules(&["$.a", "$.a.b[0]"], &["$.c"]);
        for record in [String::from_utf8_lossy(&bytes).into_owned(), text] {
            // By chance alone nobody hits a record with these two fields.
            prop_assert!(rules.admit(&record).is_err());
        }
    }

    #[test]
    fn a_record_that_breaks_off_anywhere_is_undecodable((record, from, must_match) in cases(), cut: prop::sample::Index) {
        if let Some(rules) = rules(&from, &must_match) {
            // Generated records are ASCII: every character is written by its escape.
            let whole = record.written(" ");
            let broken = &whole[..cut.index(whole.len())];
            prop_assert_eq!(admitted(&rules, broken), Err((Reason::Undecodable, String::new())));
        }
    }

    #[test]
    fn an_id_is_admitted_as_it_stands_or_not_at_all(id in "[ \t]?[A-Za-z0-9._:#üÄ-]{0,6}[ \n]?") {
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
    fn any_name_can_be_selected_by_putting_it_into_quotes(name in "[^'\\\\]{1,12}", tenant in "[a-z0-9]{1,8}") {
        let record = serde_json::json!({ &name: tenant }).to_string();
        let rules = crate::common::rules(&[&format!("$['{name}']")], &[]);
        prop_assert_eq!(admitted(&rules, &record), Ok(tenant));
    }

    #[test]
    fn any_path_is_read_or_refused_at_a_place_inside_it(path in "\\$?[.\\[\\]'\"\\\\a0*ü -]{0,12}") {
        match Selector::parse(&path) {
            Ok(selector) => prop_assert_eq!(selector.path(), path),
            Err(tenancy::SelectorError::Path { position, .. }) => prop_assert!(position <= path.chars().count() + 1),
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn whatever_the_house_grammar_it_accepts_nothing_that_lambda_refuses(pattern in "[a.*+?|()\\[\\]^$\\\\sS#-]{1,10}", id: String) {
        if let Ok(grammar) = Grammar::parse(&pattern) {
            prop_assert!(!grammar.accepts(&id) || Grammar::Lambda.accepts(&id));
        }
    }
}

/// A property over records that never reach some answer would prove nothing about it.
#[test]
fn the_generated_records_reach_every_answer() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeMap::new();
    for _ in 0..2048 {
        let (record, from, must_match) = cases().new_tree(&mut runner).unwrap().current();
        let answer =
            decide(&record, &from, &must_match, "").map_or_else(|(reason, _)| reason.code(), |_| "admitted");
        *seen.entry(answer).or_insert(0) += 1;
    }
    // What comes after it is not found in records.
    let answers =
        Reason::ALL.iter().filter(|reason| **reason <= Reason::Conflict).map(|reason| reason.code());
    for answer in answers.chain(["admitted"]) {
        assert!(seen.get(answer).is_some_and(|times| *times >= 10), "{answer} is rare: {seen:?}");
    }
}

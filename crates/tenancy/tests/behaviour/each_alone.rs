//! What each selector of a rule set finds by itself.

use tenancy::{Grammar, Reason, Rules, Selector};

fn selector(path: &str) -> Selector {
    Selector::parse(path).unwrap()
}

#[test]
fn each_selector_alone_finds_its_own_tenant() {
    let from = vec![selector("$.kinesis.data.t"), selector("$.key").with_capture("^([^#]+)#").unwrap()];
    let grammar = Grammar::parse("[a-z]+").unwrap();
    let rules = Rules::new(from, vec![selector("$.owner")], grammar).unwrap();
    let rules = rules.reading_base64_at(&[selector("$.kinesis.data")]);
    // {"t":"acme"}
    let record = r#"{"kinesis":{"data":"eyJ0IjoiYWNtZSJ9"},"key":"blue#7","owner":"GREEN"}"#;
    assert_eq!(rules.admit(record).unwrap_err().reason(), Reason::Conflict);
    let alone: Vec<_> = rules.each_alone().collect();
    let found = alone.iter().map(|(selector, rules)| {
        let admitted = rules.admit(record).map(|admitted| admitted.tenant().as_str().to_owned());
        (selector.path(), admitted.map_err(|rejection| rejection.reason()))
    });
    let expected = [
        ("$.kinesis.data.t", Ok("acme".to_owned())),
        ("$.key", Ok("blue".to_owned())),
        ("$.owner", Err(Reason::BadGrammar)),
    ];
    assert_eq!(found.collect::<Vec<_>>(), expected);
}

#[test]
fn selectors_and_grammar_are_those_of_the_rules() {
    let rules = Rules::new(vec![selector("$.a"), selector("$.b")], vec![selector("$.c")], Grammar::Lambda);
    let rules = rules.unwrap();
    let paths =
        |selectors: Vec<&Selector>| selectors.into_iter().map(Selector::path).collect::<Vec<_>>().join(" ");
    let (from, must_match) = rules.selectors();
    assert_eq!((paths(from), paths(must_match)), ("$.a $.b".to_owned(), "$.c".to_owned()));
    assert_eq!(rules.grammar().to_string(), "lambda");
}

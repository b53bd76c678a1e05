//! Checks of the router's configuration: an accepted one is valid, and means the same in every spelling.

use router::Config;
use serde_json::Value;
use sources::Kind;

use crate::tree::Tree;

/// Checks the text of a configuration.
pub(crate) fn config(text: &str) {
    let config = match Config::parse_any(text) {
        Ok(config) => config,
        Err(error) => {
            return assert!(!error.field.is_empty() && !error.problem.is_empty() && !error.remedy.is_empty());
        }
    };
    for kind in Kind::ALL {
        let own = Config::parse(text, kind);
        assert_eq!(own.is_ok(), kind == config.source, "the router of another source accepts it");
    }
    let tree = Tree::of(text).expect("a configuration is JSON");
    check_no_repeated_field(&tree, "");
    let value: Value = serde_json::from_str(text).expect("a configuration is JSON");
    // `to_string` changes the spelling of strings and the order of fields.
    let again = Config::parse_any(&value.to_string()).expect("it was accepted before");
    assert_eq!(format!("{config:?}"), format!("{again:?}"));
    check_unknown_fields_are_refused(&value);
    check_values(&config);
}

/// Checks that no field occurs twice, and that no array is read as an object. JSON readers differ in both cases.
fn check_no_repeated_field(tree: &Tree, at: &str) {
    match tree {
        Tree::Object(fields) => {
            for (index, (name, value)) in fields.iter().enumerate() {
                assert!(!fields[..index].iter().any(|(other, _)| other == name), "{at}.{name} occurs twice");
                check_no_repeated_field(value, &format!("{at}.{name}"));
            }
        }
        Tree::List(items) => {
            assert!(
                [".tenant_id.from", ".tenant_id.must_match"].contains(&at),
                "an array is accepted for {at}"
            );
            for item in items {
                check_no_repeated_field(item, ".selector");
            }
        }
        _ => {}
    }
}

/// Checks that one unknown field in any object makes the configuration invalid.
fn check_unknown_fields_are_refused(config: &Value) {
    let mut objects = Vec::new();
    pointers(config, String::new(), &mut objects);
    for pointer in objects {
        let mut more = config.clone();
        more.pointer_mut(&pointer).expect("the pointer leads to an object")["no such field"] = Value::from(1);
        Config::parse_any(&more.to_string()).expect_err("an unknown field is accepted");
    }
}

fn pointers(value: &Value, at: String, objects: &mut Vec<String>) {
    for (name, field) in value.as_object().into_iter().flatten() {
        pointers(field, format!("{at}/{name}"), objects);
    }
    if value.is_object() {
        objects.push(at);
    }
}

/// Checks the limits, and that names and URLs for AWS have only characters that these can have.
fn check_values(config: &Config) {
    let policy = &config.policy;
    assert!((1..=900).contains(&policy.in_flight.get()) && (1..=900).contains(&policy.per_tenant.get()));
    assert_eq!(config.backends.is_empty(), config.source == Kind::Pipes);
    let functions = config.backends.iter().map(|backend| &backend.function);
    let queues = config.quarantine.iter().map(|queue| &queue.url);
    let bridges = config.bridge.iter().map(|bridge| &bridge.fifo_queue);
    let roles = config.credentials.iter().map(|credentials| &credentials.role_arn);
    let tables = config.registry.iter().map(|registry| &registry.table);
    for name in functions.chain(queues).chain(bridges).chain(roles).chain(tables) {
        assert!(
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()),
            "not a valid name: {name:?}"
        );
    }
}

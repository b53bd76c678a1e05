//! The router's configuration: what is taken can only be right, and means the same however it is written.

use router::Config;
use serde_json::Value;
use sources::Kind;

use crate::tree::Tree;

/// A configuration.
pub(crate) fn config(text: &str) {
    let config = match Config::parse_any(text) {
        Ok(config) => config,
        Err(error) => {
            return assert!(!error.field.is_empty() && !error.problem.is_empty() && !error.remedy.is_empty());
        }
    };
    for kind in Kind::ALL {
        let own = Config::parse(text, kind);
        assert_eq!(own.is_ok(), kind == config.source, "another router takes it");
    }
    let tree = Tree::of(text).expect("a configuration is JSON");
    written_once(&tree, "");
    let value: Value = serde_json::from_str(text).expect("a configuration is JSON");
    // All its strings in another spelling, its fields in another order.
    let again = Config::parse_any(&value.to_string()).expect("it was taken before");
    assert_eq!(format!("{config:?}"), format!("{again:?}"));
    nothing_unknown(&value);
    sound(&config);
}

/// No field stands there twice, and no list where named fields belong: readers differ in what they take.
fn written_once(tree: &Tree, at: &str) {
    match tree {
        Tree::Object(fields) => {
            for (place, (name, value)) in fields.iter().enumerate() {
                assert!(
                    !fields[..place].iter().any(|(other, _)| other == name),
                    "{at}.{name} is there twice"
                );
                written_once(value, &format!("{at}.{name}"));
            }
        }
        Tree::List(items) => {
            assert!([".tenant_id.from", ".tenant_id.must_match"].contains(&at), "a list is taken for {at}");
            for item in items {
                written_once(item, ".selector");
            }
        }
        _ => {}
    }
}

/// A field more, in any of its objects, and it is refused.
fn nothing_unknown(config: &Value) {
    let mut objects = Vec::new();
    pointers(config, String::new(), &mut objects);
    for pointer in objects {
        let mut more = config.clone();
        more.pointer_mut(&pointer).expect("it was found there")["no such field"] = Value::from(1);
        Config::parse_any(&more.to_string()).expect_err("an unknown field is passed over");
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

/// What AWS is called with is made of characters that its names are made of.
fn sound(config: &Config) {
    let policy = &config.policy;
    assert!((1..=900).contains(&policy.in_flight.get()) && (1..=900).contains(&policy.per_tenant.get()));
    assert_eq!(config.backends.is_empty(), config.source == Kind::Pipes);
    let functions = config.backends.iter().map(|backend| &backend.function);
    let queues = config.quarantine.iter().map(|queue| &queue.url);
    let bridges = config.bridge.iter().map(|bridge| &bridge.fifo_queue);
    let roles = config.credentials.iter().map(|credentials| &credentials.role_arn);
    let tables = config.registry.iter().map(|registry| &registry.table);
    for name in functions.chain(queues).chain(bridges).chain(roles).chain(tables) {
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic()), "no name: {name:?}");
    }
}

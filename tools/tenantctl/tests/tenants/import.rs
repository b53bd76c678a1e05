//! `import` without errors.

use serde_json::{Value, json};

use crate::cli::{World, has};

const THREE: &str = r#"[
  {"tenant_id": "acme", "principals": ["AROAA"], "backend": "premium", "note": "first"},
  {"tenant_id": "globex", "status": "suspended"},
  {"tenant_id": "initech"}
]"#;

#[test]
fn a_dry_run_is_the_default_and_writes_nothing() {
    let world = World::new();
    let out = world.import(THREE, "").good();
    has(&out, &["3 would be added", "this was a dry run: nothing was written"]);
    assert!(world.dynamodb.items("tenants").is_empty());
    assert_eq!(world.dynamodb.count("PutItem"), 0);
}

#[test]
fn import_writes_the_tenants_of_the_file() {
    let world = World::new();
    let output = world.import(THREE, "--execute");
    assert_eq!((output.code, output.err.as_str()), (Some(0), "written: 3 of 3\n"), "{output:?}");
    has(&output.out, &["3 added, 0 changed, 0 already there"]);
    let item = world.item("acme");
    assert_eq!((&item["principals"]["SS"], &item["note"]["S"]), (&json!(["AROAA"]), &json!("first")));
    assert!(item["changed_at"]["S"].is_string());
    let statuses = ["acme", "globex", "initech"].map(|id| world.status(id));
    assert_eq!(statuses, ["active", "suspended", "active"]);
}

#[test]
fn second_import_skips_existing_tenants() {
    let world = World::new();
    world.import(THREE, "--execute");
    let before = world.dynamodb.items("tenants");
    let output = world.import(THREE, "--execute --json").good();
    let report: Value = serde_json::from_str(&output).unwrap();
    assert_eq!((&report["added"], &report["same"]), (&json!(0), &json!(3)));
    assert_eq!(world.dynamodb.items("tenants"), before);
}

#[test]
fn different_tenant_is_reported_and_not_overwritten() {
    let world = World::new().with(&[("globex", "active")]);
    let out = world.import(THREE, "").found();
    has(
        &out,
        &[
            "1 already there and different: left as they are",
            "globex: status: \"active\" in the table, \"suspended\" in",
        ],
    );
    let output = world.import(THREE, "--execute");
    assert_eq!(output.code, Some(1), "one tenant differs and is left");
    has(&output.out, &["2 added, 0 changed"]);
    assert_eq!(world.status("globex"), "active");
}

#[test]
fn overwrite_changes_only_the_fields_of_the_file() {
    let world = World::new();
    world.put(&json!({
        "tenant_id": { "S": "globex" }, "status": { "S": "active" }, "principals": { "SS": ["a"] },
        "note": { "S": "ours" }, "plan": { "S": "gold" },
    }));
    let dry = world.import(THREE, "--overwrite").good();
    has(&dry, &["2 would be added, 1 would be changed", "status: \"active\" in the table"]);
    assert_eq!(world.status("globex"), "active");
    assert_eq!(world.import(THREE, "--overwrite --execute").code, Some(0));
    let item = world.item("globex");
    assert_eq!((&item["principals"]["SS"], &item["note"]["S"]), (&json!(["a"]), &json!("ours")));
    assert_eq!((world.status("globex").as_str(), &item["plan"]["S"]), ("suspended", &json!("gold")));
    let emptied = r#"{"tenant_id":"globex","principals":null,"note":null}"#;
    assert_eq!(world.import(emptied, "--overwrite --execute").code, Some(0));
    let item = world.item("globex");
    assert_eq!((item.get("principals"), item.get("note")), (None, None));
    assert_eq!((world.status("globex").as_str(), &item["plan"]["S"]), ("suspended", &json!("gold")));
}

#[test]
fn only_an_explicit_status_reactivates_a_tenant() {
    for status in ["suspended", "offboarded"] {
        let world = World::new();
        world.put(&json!({
            "tenant_id": { "S": "acme" }, "status": { "S": status }, "principals": { "SS": ["a"] },
        }));
        for text in [r#"{"tenant_id":"acme"}"#, r#"{"tenant_id":"acme","status":null}"#] {
            let output = world.import(text, "--overwrite --execute");
            let left =
                format!("not active and not changed, because the file gives no status: acme ({status})");
            has(&output.out, &["0 changed", &left]);
            assert_eq!((output.code, world.status("acme").as_str()), (Some(0), status));
            assert_eq!(world.item("acme")["principals"]["SS"], json!(["a"]));
        }
        let text = r#"{"tenant_id":"acme","status":"active"}"#;
        assert_eq!(world.import(text, "--overwrite --execute").code, Some(0));
        assert_eq!(world.status("acme"), "active");
        assert_eq!(world.item("acme")["principals"]["SS"], json!(["a"]));
    }
}

#[test]
fn one_fault_refuses_the_whole_file() {
    let world = World::new();
    let text = "{\"tenant_id\":\"acme\"}\n{\"tenant_id\":\"globex \"}\n{\"tenant_id\":\"x\",\"principal\":[\"a\"]}\n";
    let out = world.import(text, "--execute").found();
    let faults = [
        "2 faults: standard input: ",
        "line 2: \"globex \" has a space at an end",
        "line 3: unknown field `principal`",
    ];
    has(&out, &faults);
    assert!(world.dynamodb.calls().is_empty(), "the file is checked before any request");
}

#[test]
fn output_of_ls_can_be_imported() {
    let (old, new) = (World::new(), World::new());
    old.import(THREE, "--execute");
    let listing = old.tenants("ls --all --json").good();
    assert_eq!(new.import(&listing, "--execute").code, Some(0));
    for id in ["acme", "globex", "initech"] {
        let (mut was, mut is) = (old.item(id), new.item(id));
        for item in [&mut was, &mut is] {
            item.as_object_mut().unwrap().remove("changed_at");
        }
        assert_eq!(was, is);
    }
}

#[test]
fn ids_that_differ_only_in_case_are_imported_with_a_warning() {
    let world = World::new().with(&[("ACME", "active")]);
    let text = "{\"tenant_id\":\"acme\"}\n{\"tenant_id\":\"Globex\"}\n{\"tenant_id\":\"globex\"}";
    let out = world.import(text, "").good();
    let warning =
        |ids: &str| format!("warning: these ids differ only in case, and are different tenants: {ids}");
    has(&out, &[&warning("ACME, acme"), &warning("Globex, globex"), "3 would be added"]);
}

#[test]
fn file_is_read_by_path_and_missing_file_is_an_error() {
    let world = World::new();
    let path = std::env::temp_dir().join(format!("tenants-import-{}.jsonl", std::process::id()));
    std::fs::write(&path, "{\"tenant_id\":\"acme\"}\n").unwrap();
    let import = |path: &str| world.run(&["tenants", "import", "--table", "tenants", "--execute", path], "");
    assert_eq!(import(path.to_str().unwrap()).code, Some(0));
    std::fs::remove_file(&path).unwrap();
    assert_eq!(world.status("acme"), "active");
    has(&import(path.to_str().unwrap()).error(3), &["the file cannot be read", "check the path"]);
    has(&world.import("acme\n", "").error(3), &["line 1: ", "standard input: write a JSON array of tenants"]);
    has(&world.import("", "").error(3), &["it has no tenant"]);
}

#[test]
fn import_reads_in_several_requests() {
    let world = World::new();
    let lines: Vec<String> = (0..250).map(|id| format!("{{\"tenant_id\":\"t{id}\"}}")).collect();
    assert_eq!(world.import(&lines.join("\n"), "--execute").code, Some(0));
    assert_eq!((world.dynamodb.count("BatchGetItem"), world.dynamodb.items("tenants").len()), (3, 250));
}

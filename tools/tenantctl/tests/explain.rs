//! `tenantctl explain`: each record's tenant, ordering group and Invoke, or why it is rejected.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use command::{fixtures, tenantctl, with};
use serde_json::{Value, json};
use testbed::{DataRecord, DataStream, Message, Queue};

const CONFIG: &str = "explain/fifo.config.json";
const EVENT: &str = "explain/fifo.event.json";

fn explain_fixture(arguments: &[&str]) -> Value {
    tenantctl(&[&["--json", "explain"], arguments].concat()).json()
}

/// Explains an event on standard input with this configuration.
fn explain(name: &str, config: &Value, event: &str) -> command::Answer {
    let file = std::env::temp_dir().join(format!("tenantctl-explain-{}-{name}.json", std::process::id()));
    std::fs::write(&file, config.to_string()).unwrap();
    let answer = with(&["--json", "explain", "-", "--config", file.to_str().unwrap()], event, &[]);
    std::fs::remove_file(file).unwrap();
    answer
}

fn config(source: &str, from: &[&str]) -> Value {
    json!({ "source": source, "backend": { "function": "orders" }, "tenant_id": { "from": from } })
}

#[test]
fn each_record_has_tenant_group_and_invoke_or_a_reason() {
    let report = explain_fixture(&[EVENT, "--config", CONFIG]);
    let records = report["records"].as_array().unwrap();
    let sent =
        |index: usize| (&records[index]["tenant"], &records[index]["round"], &records[index]["sub_batch"]);
    assert_eq!(sent(0), (&json!("acme"), &json!(1), &json!(1)));
    assert_eq!(sent(1), sent(0));
    assert_eq!(sent(3), (&json!("globex"), &json!(1), &json!(2)));
    assert_eq!(
        sent(4),
        (&json!("acme"), &json!(2), &json!(3)),
        "it waits for the earlier record of its group"
    );
    assert_eq!(records[4]["order_key"], "acme#orders");
    assert_eq!(records[2]["reason"], "conflict");
    assert_eq!(
        records[2]["selectors"][1],
        json!({ "path": "$.body.tenantId", "says": "tenant", "tenant": "globex" })
    );
    assert_eq!(records[5]["reason"], "bad_grammar");
    assert_eq!(records[5]["offending_value"], r"m\u{fc}ller\n");
    assert!(records[5]["remedy"].as_str().unwrap().starts_with("correct the tenant id"));
    assert_eq!(report["rounds"][0][0]["records"], json!([0, 1]));
}

#[test]
fn exit_code_says_whether_a_record_is_rejected() {
    assert_eq!(tenantctl(&["explain", EVENT, "--config", CONFIG]).code, 1);
    let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{"tenantId":"acme"}}"#;
    let answer = explain("exit", &config("eventbridge", &["$.detail.tenantId"]), event);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["rounds"][0][0]["bytes"], event.len());
}

#[test]
fn text_names_selectors_groups_rounds_and_remedies() {
    let text = tenantctl(&["explain", EVENT, "--config", CONFIG]).stdout;
    for line in [
        "sqs-router, arn:aws:sqs:eu-west-1:111122223333:orders.fifo, in order within each message group",
        "  tenant    globex, from $.body.tenantId; $.attributes.MessageGroupId agrees",
        "  group     message group \"acme#orders\"",
        "  sent      round 1, Invoke 1, with record 1",
        "  selector  $.body.tenantId has the tenant globex",
        "  then      it goes to the quarantine, and later records continue",
        "6 records: 4 sent in 3 Invokes, 2 rejected",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn single_record_is_read_as_an_event() {
    let event: Value =
        serde_json::from_str(&std::fs::read_to_string(fixtures().join(EVENT)).unwrap()).unwrap();
    let record = event["Records"][0].to_string();
    let answer = with(&["--json", "explain", "-", "--config", CONFIG], &record, &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.json()["wrapped"].as_str().unwrap().starts_with("a single record"));
    let pipes =
        json!({ "source": "pipes", "tenant_id": { "from": ["$.messageAttributes.tenantId.stringValue"] } });
    let answer = explain("pipes", &pipes, &record);
    assert_eq!(answer.json()["carrier"], "pipe_output");
    assert_eq!(answer.json()["records"][0]["tenant"], "acme");
}

#[test]
fn bridge_message_is_read_as_its_stream_record() {
    let mut config = config("sqs", &["$.kinesis.data.tenantId"]);
    config["bridged_from"] = json!("kinesis");
    let record = DataRecord::new("495", "p", r#"{"tenantId":"acme"}"#).json(&DataStream::new("orders"));
    let answer = explain("bridge", &config, &record);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["records"][0]["item_id"], "495");
    assert_eq!(answer.json()["records"][0]["tenant"], "acme");
}

#[test]
fn stream_records_wait_behind_a_record_that_stays() {
    let record = |number: &str, data: &str| DataRecord::new(number, "p", data);
    let acme = r#"{"tenantId":"acme"}"#;
    let event = DataStream::new("orders").event(&[record("1", acme), record("2", "{}"), record("3", acme)]);
    let report = explain("stream", &config("kinesis", &["$.kinesis.data.tenantId"]), &event).json();
    let fates: Vec<_> = report["records"].as_array().unwrap().iter().map(|record| &record["fate"]).collect();
    assert_eq!(fates, ["sent", "rejected", "waits"]);
    assert_eq!(report["records"][2]["cause"], "behind_checkpoint");
    assert_eq!(report["on_reject"], "redrive");
}

#[test]
fn task_is_one_invoke_and_needs_a_payload() {
    let config = config("task", &["$.tenant_id"]);
    let report = explain("task", &config, r#"{"tenant_id":"acme","payload":{"n": 1.50}}"#).json();
    assert_eq!(report["rounds"][0][0]["bytes"], "{\"n\": 1.50}".len());
    let answer = explain("task-payload", &config, r#"{"tenant_id":"acme"}"#);
    assert_eq!(answer.code, 3);
    assert!(answer.json()["error"]["remedy"].as_str().unwrap().contains("task.payload"), "{answer:?}");
}

#[test]
fn configuration_is_found_in_terraform_and_lambda_output() {
    let bare = std::fs::read_to_string(fixtures().join(CONFIG)).unwrap();
    for (form, text) in [
        (
            "a terraform output",
            json!({ "router_config": { "sensitive": false, "type": "string", "value": bare } }),
        ),
        ("one output alone", json!(bare)),
        (
            "the function's configuration",
            json!({ "Environment": { "Variables": { "TENANT_ROUTER_CONFIG": bare } } }),
        ),
        ("variables", json!({ "TENANT_ROUTER_CONFIG": bare })),
    ] {
        let answer = with(&["explain", EVENT, "--config", "-"], &text.to_string(), &[]);
        assert_eq!(answer.code, 1, "{form}: {answer:?}");
    }
    let two = json!({ "a": { "router_config": bare }, "b": { "router_config": bare } });
    let answer = with(&["explain", EVENT, "--config", "-"], &two.to_string(), &[]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("/a/router_config and /b/router_config"), "{answer:?}");
}

#[test]
fn wrong_event_is_reported_without_quoting_it() {
    let sqs = std::fs::read_to_string(fixtures().join(EVENT)).unwrap();
    let answer = explain("wrong", &config("kinesis", &["$.kinesis.data.tenantId"]), &sqs);
    assert_eq!(answer.code, 3);
    assert_eq!(answer.json()["error"]["remedy"], "use sqs-router, which is built for that source");
    let answer = with(&["explain", "-", "--config", CONFIG], "{\"hush\": ", &[]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("the event is not JSON") && !answer.stderr.contains("hush"), "{answer:?}");
}

#[test]
fn missing_file_and_wrong_configuration_are_named() {
    let answer = tenantctl(&["explain", "no-such.json", "--config", CONFIG]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("no-such.json: give the path of a file"), "{answer:?}");
    let answer = tenantctl(&["explain", EVENT, "--config", EVENT]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains(EVENT) && answer.stderr.contains("unknown field"), "{answer:?}");
    let answer = tenantctl(&["explain", "-", "--config", "-"]);
    assert_eq!(answer.code, 2);
}

#[test]
fn control_characters_are_escaped_for_the_terminal() {
    let event = Queue::fifo("orders").event(&[Message::new("m\u{1b}[2J", "{}").group("acme\u{7}")]);
    let text = with(&["explain", "-", "--config", CONFIG], &event, &[]).stdout;
    assert!(text.contains(r"m\u{1b}[2J") && !text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
}

/// A standard queue's event of these tenants, all sent by one role.
fn event_of(tenants: &[&str]) -> String {
    let message = |(index, tenant): (usize, &&str)| {
        let body = json!({ "tenantId": tenant }).to_string();
        Message::new(format!("m-{index}"), body).attribute("SenderId", "AROA1:session")
    };
    Queue::standard("orders").event(&tenants.iter().enumerate().map(message).collect::<Vec<_>>())
}

/// Explains an event of these tenants with a registry; `more` is added to the registry's configuration.
fn explain_with_registry(name: &str, more: &Value, items: &Value, tenants: &[&str]) -> command::Answer {
    let mut config = config("sqs", &["$.body.tenantId"]);
    config["registry"] = json!({ "table": "tenants" });
    for (field, value) in more.as_object().unwrap() {
        config["registry"][field] = value.clone();
    }
    config["backends"] = json!({ "premium": { "function": "orders-premium" } });
    let folder = std::env::temp_dir().join(format!("tenantctl-explain-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (config_file, items_file) = (folder.join("config.json"), folder.join("tenants.json"));
    std::fs::write(&config_file, config.to_string()).unwrap();
    std::fs::write(&items_file, items.to_string()).unwrap();
    let mut arguments = vec!["--json", "explain", "-", "--config", config_file.to_str().unwrap()];
    if !items.is_null() {
        arguments.extend(["--tenants", items_file.to_str().unwrap()]);
    }
    let answer = with(&arguments, &event_of(tenants), &[]);
    std::fs::remove_dir_all(folder).unwrap();
    answer
}

#[test]
fn registry_decisions_come_from_a_file_of_items() {
    let items = json!([
        { "tenant_id": "acme", "status": "active", "principals": ["AROA1"] },
        { "tenant_id": "globex", "status": "active", "backend": "premium" },
        { "tenant_id": "initech", "status": "suspended" },
        { "tenant_id": "gone", "status": "offboarded" },
        { "tenant_id": "bound", "status": "active", "principals": ["AROA2"] },
        { "tenant_id": "broken", "status": "Active" },
        { "tenant_id": "astray", "status": "active", "backend": "gold" },
    ]);
    let tenants = ["acme", "globex", "initech", "gone", "bound", "broken", "astray", "nobody"];
    let answer = explain_with_registry("decisions", &json!({}), &items, &tenants);
    assert_eq!(answer.code, 1, "{answer:?}");
    let report = answer.json();
    assert_eq!(report["registry"], "file");
    let outcome_of = |index: usize| {
        let record = &report["records"][index];
        let why = ["reason", "cause", "tenant"].iter().find_map(|field| record[field].as_str());
        (record["fate"].as_str().unwrap(), why.unwrap())
    };
    assert_eq!(outcome_of(0), ("sent", "acme"));
    assert_eq!(outcome_of(1), ("sent", "globex"));
    assert_eq!(outcome_of(2), ("rejected", "suspended"));
    assert_eq!(outcome_of(3), ("rejected", "offboarded"));
    assert_eq!(outcome_of(4), ("rejected", "unauthorized"));
    assert_eq!(outcome_of(5), ("waits", "registry_item"));
    assert_eq!(report["records"][5]["why"], "its status is not active, suspended or offboarded");
    assert_eq!(report["records"][6]["why"], "its backend is not in the configuration");
    assert_eq!(outcome_of(7), ("rejected", "unknown_tenant"));
    let backends: Vec<_> =
        report["rounds"][0].as_array().unwrap().iter().map(|sent| &sent["backend"]).collect();
    assert_eq!(backends, ["backend", "premium"]);
}

#[test]
fn hold_makes_a_suspended_tenants_records_wait() {
    let items = json!({ "Items": [{ "tenant_id": { "S": "acme" }, "status": { "S": "suspended" } }] });
    let answer = explain_with_registry("hold", &json!({ "suspended": "hold" }), &items, &["acme"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["records"][0]["cause"], "held");
}

#[test]
fn registry_is_not_asked_without_a_file() {
    let answer = explain_with_registry("unasked", &json!({}), &Value::Null, &["nobody"]);
    assert_eq!((answer.code, &answer.json()["registry"]), (0, &json!("not_asked")));
}

#[test]
fn malformed_list_of_tenants_is_refused() {
    for (items, problem) in [
        (json!({ "tenant": [] }), "not a list of tenants"),
        (json!(["acme"]), "item 0 is not an object"),
        (json!([{ "status": "active" }]), "item 0 has no string tenant_id"),
        (json!([{ "tenant_id": "a", "status": "active" }, { "tenant_id": "a" }]), "item 1 has the tenant_id"),
    ] {
        let answer = explain_with_registry("senseless", &json!({}), &items, &["acme"]);
        assert!(answer.code == 2 && answer.stderr.contains(problem), "{answer:?}");
    }
    let answer = tenantctl(&["explain", EVENT, "--config", CONFIG, "--tenants", EVENT]);
    assert!(answer.code == 2 && answer.stderr.contains("has no registry"), "{answer:?}");
}

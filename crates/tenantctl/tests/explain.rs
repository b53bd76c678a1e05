//! `tenantctl explain`: each record's tenant, lane and Invoke, or why it is rejected.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking")]

#[path = "common/command/mod.rs"]
mod command;

use command::{fixtures, tenantctl, with};
use serde_json::{Value, json};

const CONFIG: &str = "explain/fifo.config.json";
const EVENT: &str = "explain/fifo.event.json";

fn explained(arguments: &[&str]) -> Value {
    tenantctl(&[&["--json", "explain"], arguments].concat()).json()
}

/// An event on standard input, under a configuration that is written for the test.
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
fn each_record_is_told_with_its_tenant_lane_and_invoke_or_with_reason_and_remedy() {
    let told = explained(&[EVENT, "--config", CONFIG]);
    let records = told["records"].as_array().unwrap();
    let sent =
        |index: usize| (&records[index]["tenant"], &records[index]["round"], &records[index]["sub_batch"]);
    assert_eq!(sent(0), (&json!("acme"), &json!(1), &json!(1)));
    assert_eq!(sent(1), sent(0));
    assert_eq!(sent(3), (&json!("globex"), &json!(1), &json!(2)));
    assert_eq!(
        sent(4),
        (&json!("acme"), &json!(2), &json!(3)),
        "it waits for the record before it in its group"
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
    assert_eq!(told["rounds"][0][0]["records"], json!([0, 1]));
}

#[test]
fn the_exit_code_says_whether_a_record_is_rejected() {
    assert_eq!(tenantctl(&["explain", EVENT, "--config", CONFIG]).code, 1);
    let event = r#"{"id":"e","detail-type":"t","source":"s","detail":{"tenantId":"acme"}}"#;
    let answer = explain("exit", &config("eventbridge", &["$.detail.tenantId"]), event);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["rounds"][0][0]["bytes"], event.len());
}

#[test]
fn the_text_names_selectors_lanes_rounds_and_remedies() {
    let text = tenantctl(&["explain", EVENT, "--config", CONFIG]).stdout;
    for line in [
        "sqs-router, arn:aws:sqs:eu-west-1:111122223333:orders.fifo, in order within each message group",
        "  tenant    globex, from $.body.tenantId; $.attributes.MessageGroupId agrees",
        "  lane      message group \"acme#orders\"",
        "  sent      round 1, Invoke 1, with record 1",
        "  selector  $.body.tenantId says globex",
        "  then      it goes to the quarantine, and what stands behind it goes on",
        "6 records: 4 sent in 3 Invokes, 2 rejected",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}\n{text}");
    }
}

#[test]
fn one_record_alone_is_read_as_an_event_of_one_and_that_is_said() {
    let event: Value =
        serde_json::from_str(&std::fs::read_to_string(fixtures().join(EVENT)).unwrap()).unwrap();
    let record = event["Records"][0].to_string();
    let answer = with(&["--json", "explain", "-", "--config", CONFIG], &record, &[]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.json()["wrapped"].as_str().unwrap().starts_with("one record alone"));
    let pipes =
        json!({ "source": "pipes", "tenant_id": { "from": ["$.messageAttributes.tenantId.stringValue"] } });
    let answer = explain("pipes", &pipes, &record);
    assert_eq!(answer.json()["carrier"], "pipe_output");
    assert_eq!(answer.json()["records"][0]["tenant"], "acme");
}

#[test]
fn a_bridges_record_is_read_as_the_stream_record_that_it_holds() {
    let mut config = config("sqs", &["$.kinesis.data.tenantId"]);
    config["bridged_from"] = json!("kinesis");
    let record = r#"{"kinesis":{"partitionKey":"p","sequenceNumber":"495","data":"eyJ0ZW5hbnRJZCI6ImFjbWUifQ=="},
        "eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:111122223333:stream/orders"}"#;
    let answer = explain("bridge", &config, record);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["records"][0]["item_id"], "495");
    assert_eq!(answer.json()["records"][0]["tenant"], "acme");
}

#[test]
fn a_stream_says_what_waits_behind_a_record_that_stays() {
    let record = |number: usize, data: &str| {
        json!({
            "kinesis": { "partitionKey": "p", "sequenceNumber": number.to_string(), "data": data },
            "eventSource": "aws:kinesis",
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:111122223333:stream/orders",
        })
    };
    let acme = "eyJ0ZW5hbnRJZCI6ImFjbWUifQ==";
    let event = json!({ "Records": [record(1, acme), record(2, "e30="), record(3, acme)] });
    let told = explain("stream", &config("kinesis", &["$.kinesis.data.tenantId"]), &event.to_string()).json();
    let fates: Vec<_> = told["records"].as_array().unwrap().iter().map(|record| &record["fate"]).collect();
    assert_eq!(fates, ["sent", "rejected", "waits"]);
    assert_eq!(told["records"][2]["cause"], "behind_checkpoint");
    assert_eq!(told["on_reject"], "redrive");
}

#[test]
fn a_task_is_one_invoke_and_its_missing_payload_is_told() {
    let config = config("task", &["$.tenant_id"]);
    let told = explain("task", &config, r#"{"tenant_id":"acme","payload":{"n": 1.50}}"#).json();
    assert_eq!(told["rounds"][0][0]["bytes"], "{\"n\": 1.50}".len());
    let answer = explain("task-payload", &config, r#"{"tenant_id":"acme"}"#);
    assert_eq!(answer.code, 3);
    assert!(answer.json()["error"]["remedy"].as_str().unwrap().contains("task.payload"), "{answer:?}");
}

#[test]
fn the_configuration_is_found_where_terraform_and_lambda_write_it() {
    let bare = std::fs::read_to_string(fixtures().join(CONFIG)).unwrap();
    for (place, text) in [
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
        assert_eq!(answer.code, 1, "{place}: {answer:?}");
    }
    let two = json!({ "a": { "router_config": bare }, "b": { "router_config": bare } });
    let answer = with(&["explain", EVENT, "--config", "-"], &two.to_string(), &[]);
    assert_eq!(answer.code, 2);
    assert!(answer.stderr.contains("/a/router_config and /b/router_config"), "{answer:?}");
}

#[test]
fn what_is_no_event_of_the_source_is_told_with_the_right_router_and_without_quoting_it() {
    let sqs = std::fs::read_to_string(fixtures().join(EVENT)).unwrap();
    let answer = explain("wrong", &config("kinesis", &["$.kinesis.data.tenantId"]), &sqs);
    assert_eq!(answer.code, 3);
    assert_eq!(answer.json()["error"]["remedy"], "use sqs-router, which is built for that source");
    let answer = with(&["explain", "-", "--config", CONFIG], "{\"hush\": ", &[]);
    assert_eq!(answer.code, 3);
    assert!(answer.stderr.contains("the event is not JSON") && !answer.stderr.contains("hush"), "{answer:?}");
}

#[test]
fn a_file_that_is_not_there_and_a_wrong_configuration_are_told_with_their_place() {
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
fn what_a_producer_chose_cannot_steer_the_terminal() {
    let event = json!({ "Records": [{
        "messageId": "m\u{1b}[2J", "body": "{}", "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:orders.fifo",
        "attributes": { "MessageGroupId": "acme\u{7}" },
    }]});
    let text = with(&["explain", "-", "--config", CONFIG], &event.to_string(), &[]).stdout;
    assert!(text.contains(r"m\u{1b}[2J") && !text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
}

/// A standard queue's event of these tenants, all sent by one role.
fn event_of(tenants: &[&str]) -> String {
    let records = tenants.iter().enumerate().map(|(index, tenant)| {
        json!({
            "messageId": format!("m-{index}"), "body": json!({ "tenantId": tenant }).to_string(),
            "attributes": { "SenderId": "AROA1:session" }, "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:111122223333:orders",
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() }).to_string()
}

/// Explains an event of these tenants under a registry; `more` goes into the registry's configuration.
fn under_registry(name: &str, more: &Value, items: &Value, tenants: &[&str]) -> command::Answer {
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
fn the_registrys_decisions_are_told_from_a_file_of_its_items() {
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
    let answer = under_registry("decisions", &json!({}), &items, &tenants);
    assert_eq!(answer.code, 1, "{answer:?}");
    let told = answer.json();
    assert_eq!(told["registry"], "file");
    let come_to = |index: usize| {
        let record = &told["records"][index];
        let why = ["reason", "cause", "tenant"].iter().find_map(|field| record[field].as_str());
        (record["fate"].as_str().unwrap(), why.unwrap())
    };
    assert_eq!(come_to(0), ("sent", "acme"));
    assert_eq!(come_to(1), ("sent", "globex"));
    assert_eq!(come_to(2), ("rejected", "suspended"));
    assert_eq!(come_to(3), ("rejected", "offboarded"));
    assert_eq!(come_to(4), ("rejected", "unauthorized"));
    assert_eq!(come_to(5), ("waits", "registry_item"));
    assert_eq!(told["records"][5]["why"], "its status is not active, suspended or offboarded");
    assert_eq!(told["records"][6]["why"], "its backend is none of the configuration's");
    assert_eq!(come_to(7), ("rejected", "unknown_tenant"));
    let backends: Vec<_> =
        told["rounds"][0].as_array().unwrap().iter().map(|sent| &sent["backend"]).collect();
    assert_eq!(backends, ["backend", "premium"]);
}

#[test]
fn a_suspended_tenants_records_wait_where_the_configuration_holds_them() {
    let items = json!({ "Items": [{ "tenant_id": { "S": "acme" }, "status": { "S": "suspended" } }] });
    let answer = under_registry("hold", &json!({ "suspended": "hold" }), &items, &["acme"]);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert_eq!(answer.json()["records"][0]["cause"], "held");
}

#[test]
fn without_a_file_the_registry_is_said_not_to_be_asked() {
    let answer = under_registry("unasked", &json!({}), &Value::Null, &["nobody"]);
    assert_eq!((answer.code, &answer.json()["registry"]), (0, &json!("not_asked")));
}

#[test]
fn a_list_of_tenants_that_makes_no_sense_is_refused_as_a_whole() {
    for (items, problem) in [
        (json!({ "tenant": [] }), "no list of tenants"),
        (json!(["acme"]), "item 0 is no object"),
        (json!([{ "status": "active" }]), "item 0 has no tenant_id"),
        (json!([{ "tenant_id": "a", "status": "active" }, { "tenant_id": "a" }]), "item 1 has the tenant_id"),
    ] {
        let answer = under_registry("senseless", &json!({}), &items, &["acme"]);
        assert!(answer.code == 2 && answer.stderr.contains(problem), "{answer:?}");
    }
    let answer = tenantctl(&["explain", EVENT, "--config", CONFIG, "--tenants", EVENT]);
    assert!(answer.code == 2 && answer.stderr.contains("has no registry"), "{answer:?}");
}

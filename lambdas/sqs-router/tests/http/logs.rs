//! Tests what the router logs, and what it never logs.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testbed::{Answer, Invocation, Message, Queue, SqsAnswer, World};

use crate::setup::{Deliver, ROUTER, message};

/// A text that no line may contain, in upper or lower case.
const CANARY: &str = "canary";

/// A world in which every text that a line could quote contains the canary.
fn canary_world(log_tenants: Value) -> World {
    canary_world_at("INFO", log_tenants)
}

/// The same world with this log level.
fn canary_world_at(level: &str, log_tenants: Value) -> World {
    ROUTER
        .with(
            |call| match call.tenant() {
                "canary-failing" => Answer::function_error("CanaryError", "canary"),
                "canary-garbage" => Answer::ok("canary"),
                "canary-foreign" => Answer::refusing(["canary"]),
                "canary-broken" => Answer::error(500, "ServiceException", "canary"),
                "canary-refused" => Answer::error(400, "InvalidRequestContentException", "canary"),
                "canary-throttled" => Answer::throttled("CallerRateLimitExceeded", Some(3600)),
                "canary-forbidden" => Answer::error(403, "AccessDeniedException", "canary"),
                "canary-cut" => Answer::cut(),
                _ => Answer::ok("null"),
            },
            |_| SqsAnswer::Except([(0, "InternalError".to_owned())].into()),
        )
        .set(&["log_tenants"], log_tenants)
        .environment("AWS_LAMBDA_LOG_LEVEL", level)
        .start()
}

fn batch() -> Vec<Message> {
    let tenants = ["failing", "garbage", "foreign", "broken", "refused", "throttled", "cut", "good"];
    let good = tenants.iter().enumerate().map(|(index, name)| {
        message(&index.to_string(), &format!("canary-{name}"))
            .message_attribute("canary", "canary")
            .group("canary")
    });
    let bad = [
        message("91", "canary bad"),
        Message::new("92", "canary"),
        Message::new("93", r#"{"tenantId":{"canary":1}}"#),
        Message::new("94", r#"{"canary":1}"#),
    ];
    good.chain(bad).map(|message| message.group("canary")).collect()
}

#[test]
fn no_log_line_quotes_records_or_responses() {
    let line_counts = ["INFO", "DEBUG", "TRACE"].map(|level| {
        let mut world = canary_world_at(level, json!(false));
        world.deliver(&batch());
        world.deliver(&[message("1", "canary-forbidden")]);
        for event in [r#"{"canary":1}"#, "canary", r#"{"Records":[{"messageId":"1","canary":"canary"}]}"#] {
            world.router.invoke(Invocation::of(event));
        }
        world.deliver_fifo(&batch());
        let lines = world.router.stop();
        assert!(lines.len() > 4, "{lines:#?}");
        for line in &lines {
            assert!(!line.to_lowercase().contains(CANARY), "{line}");
        }
        lines.len()
    });
    assert!(line_counts.iter().all(|count| *count == line_counts[0]), "{line_counts:?}");
}

#[test]
fn library_lines_are_dropped_at_all_levels() {
    for level in ["TRACE", "DEBUG", "INFO"] {
        let mut world = canary_world_at(level, json!(false));
        world.deliver(&batch());
        world.router.invoke(Invocation::of("no JSON"));
        for line in lines_of(world) {
            assert!(line["event"].is_string() || line["_aws"].is_object(), "{level}: {line}");
            assert!(line.get("message").is_none() && line.get("target").is_none(), "{level}: {line}");
        }
    }
}

#[test]
fn log_level_drops_lines_below_it_and_no_metric() {
    for (level, expected) in [
        ("INFO", &["INFO", "WARN"][..]),
        ("WARN", &["WARN"]),
        ("ERROR", &[]),
        ("FATAL", &[]),
        ("nonsense", &["INFO", "WARN"]),
    ] {
        let mut world = canary_world_at(level, json!(false));
        world.deliver(&batch());
        let lines = lines_of(world);
        let levels: BTreeSet<&str> = lines.iter().filter_map(|line| line["level"].as_str()).collect();
        assert!(levels.iter().eq(expected), "{level}: {lines:#?}");
        assert!(lines.iter().any(|line| line["_aws"].is_object()), "{level}: {lines:#?}");
    }
}

// Dashboards, metric filters and rules read these names.
#[test]
fn names_of_log_lines_and_fields_are_stable() {
    let mut world = canary_world(json!(true));
    world.deliver(&batch());
    world.router.invoke(Invocation::of("no JSON"));
    let lines = lines_of(world);
    let fields_of = |event: &str| {
        let line =
            lines.iter().find(|line| line["event"] == event).unwrap_or_else(|| panic!("no {event} line"));
        assert!(line["timestamp"].as_str().is_some_and(|time| time.ends_with('Z')), "{line}");
        let names: BTreeSet<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        names.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(fields_of("started"), "event init_ms level source timestamp version");
    assert_eq!(fields_of("tenant"), "acked event level records requestId tenant_id timestamp");
    assert_eq!(fields_of("anomaly"), "cause code count event level remedy requestId timestamp");
    assert_eq!(fields_of("batch_refused"), "event level problem requestId timestamp");
    assert_eq!(
        fields_of("batch"),
        "admission_ms answered bridged duration_ms event invokes invokes_not_run level quarantined queued records \
         rejected requestId retry source tenants timestamp"
    );
    let batch = lines.iter().find(|line| line["event"] == "batch").unwrap();
    assert_eq!(
        (&batch["rejected"]["bad_grammar"], &batch["retry"]["function_error"]),
        (&json!(1), &json!(1))
    );
}

#[test]
fn log_tenants_allows_ids_and_no_bodies() {
    let mut world = canary_world(json!(true));
    world.deliver(&[Message::new("1", json!({ "tenantId": "canary-good", "text": "unspoken" }).to_string())]);
    let lines = world.router.stop();
    assert!(lines.iter().any(|line| line.contains("canary-good")), "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("unspoken")), "{lines:#?}");
}

#[test]
fn lines_are_json_with_one_summary_per_batch() {
    let mut world = canary_world(json!(false));
    world.deliver(&batch());
    world.deliver(&[message("1", "canary-good")]);
    let lines: Vec<Value> = lines_of(world);
    let summaries: Vec<&Value> = lines.iter().filter(|line| line["event"] == "batch").collect();
    assert_eq!(summaries.len(), 2);
    assert_eq!(summaries[0]["records"], 12);
    assert_eq!(summaries[1]["records"], 1);
}

#[test]
fn rejections_are_counted_by_source_and_by_reason() {
    let mut world = ROUTER.with_default_backend().start();
    world.deliver(&[
        message("1", "no good"),
        message("2", "no good"),
        Message::new("3", "{}"),
        message("4", "a"),
    ]);
    let lines = lines_of(world);
    let rejected = |reason: &str| {
        let of_reason = lines.iter().filter(|line| line["reason"] == reason && line["source"] == "sqs");
        of_reason.filter_map(|line| metric(line, "Rejected")).sum::<f64>()
    };
    assert!((rejected("bad_grammar") - 2.0).abs() < f64::EPSILON, "{lines:#?}");
    assert!((rejected("missing") - 1.0).abs() < f64::EPSILON, "{lines:#?}");
}

#[test]
fn misconfiguration_is_a_metric_of_the_function() {
    let mut world =
        ROUTER.backend(|_| Answer::error(404, "ResourceNotFoundException", "Function not found")).start();
    world.deliver(&[message("1", "a")]);
    let lines = lines_of(world);
    let alarm = lines.iter().find(|line| metric(line, "Misconfigured").is_some_and(|count| count > 0.0));
    let alarm = alarm.unwrap_or_else(|| panic!("no metric: {lines:#?}"));
    assert_eq!(alarm["function"], "testbed");
    assert_eq!(alarm["_aws"]["CloudWatchMetrics"][0]["Dimensions"], json!([["function"]]));
}

#[test]
fn successful_batch_raises_no_alarm() {
    let mut world = ROUTER.with_default_backend().start();
    world.deliver(&[message("1", "a")]);
    for line in lines_of(world) {
        assert!(metric(&line, "Misconfigured").is_none_or(|count| count == 0.0), "{line}");
        assert!(metric(&line, "Rejected").is_none_or(|count| count == 0.0), "{line}");
        assert_ne!(line["level"], "WARN", "{line}");
    }
}

#[test]
fn every_declared_metric_has_a_value() {
    let mut world = canary_world(json!(false));
    world.deliver(&batch());
    let lines = lines_of(world);
    let declared = lines.iter().filter(|line| line.get("_aws").is_some());
    let mut count = 0;
    for line in declared {
        let directive = &line["_aws"]["CloudWatchMetrics"][0];
        assert_eq!(directive["Namespace"], "TenantRouter");
        for name in directive["Metrics"].as_array().unwrap() {
            let value = &line[name["Name"].as_str().unwrap()];
            assert!(value.is_number() || value.is_array(), "{name} has no value in {line}");
            count += 1;
        }
        for name in directive["Dimensions"].as_array().unwrap().iter().flat_map(|set| set.as_array().unwrap())
        {
            assert!(line[name.as_str().unwrap()].is_string(), "{name} has no value in {line}");
        }
    }
    assert!(count > 0, "no metrics: {lines:#?}");
}

/// A metric's value, if the line declares it.
fn metric(line: &Value, name: &str) -> Option<f64> {
    let declared = line["_aws"]["CloudWatchMetrics"]
        .as_array()?
        .iter()
        .filter_map(|directive| directive["Metrics"].as_array());
    let declared = declared.flatten().any(|metric| metric["Name"] == name);
    declared.then(|| line[name].as_f64()).flatten()
}

fn lines_of(world: World) -> Vec<Value> {
    let lines = world.router.stop();
    lines
        .iter()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect()
}

#[test]
fn batch_line_names_the_request() {
    let mut world = ROUTER.with_default_backend().start();
    let invocation = Invocation::of(Queue::standard("orders").event(&[message("1", "a")]));
    let request_id = invocation.request_id().to_owned();
    world.failures(invocation);
    let lines = lines_of(world);
    let summary = lines.iter().find(|line| line["event"] == "batch").unwrap();
    assert_eq!(summary["requestId"], request_id);
}

//! Tests tenant credentials over HTTP: the session in each Invoke, and tenants without one.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use testbed::sts_api::SECRET;
use testbed::{Answer, StsAnswer, StsApi, World};

use crate::setup::{Deliver, ROUTER, message};

fn start(sts: &StsApi) -> World {
    ROUTER
        .backend(|call| match call.tenant() {
            "failing" => Answer::function_error("Error", "no"),
            _ => Answer::ok("null"),
        })
        .set(&["credentials"], json!({ "role_arn": "arn:aws:iam::111122223333:role/orders-tenant" }))
        .environment("AWS_ENDPOINT_URL_STS", &sts.endpoint())
        .start()
}

/// Each Invoke's tenant, with the session token in its client context.
fn tokens(world: &World) -> BTreeSet<(String, String)> {
    let calls = world.lambda.calls();
    let token = |context: &str| {
        let context = base64_simd::STANDARD.decode_to_vec(context).unwrap();
        let context: Value = serde_json::from_slice(&context).unwrap();
        context["custom"]["AWS_SESSION_TOKEN"].as_str().unwrap().to_owned()
    };
    let pair =
        |call: &testbed::Call| (call.tenant().to_owned(), token(call.client_context.as_deref().unwrap()));
    calls.iter().map(|recorded| pair(&recorded.call)).collect()
}

#[test]
fn invoke_carries_its_own_tenants_session() {
    let sts = StsApi::start(|_| StsAnswer::Session);
    let mut world = start(&sts);
    for round in 0..3 {
        let batch = ["blue", "green", "failing"].map(|tenant| message(&format!("{round}{tenant}"), tenant));
        assert_eq!(world.deliver(&batch), [format!("{round}failing")]);
    }
    let own = |tenant: &str| (tenant.to_owned(), format!("{SECRET}{tenant}"));
    assert_eq!(tokens(&world), BTreeSet::from(["blue", "failing", "green"].map(own)));
    let mut requested = sts.tenants();
    requested.sort_unstable();
    assert_eq!(requested, ["blue", "failing", "green"]);
}

#[test]
fn tenant_without_credentials_is_retried_with_an_alarm() {
    let sts = StsApi::start(|tenant| match tenant {
        "denied" => StsAnswer::Error(403, "AccessDenied".to_owned()),
        _ => StsAnswer::Session,
    });
    let mut world = start(&sts);
    let batch = [message("1", "denied"), message("2", "blue"), message("3", "denied"), message("4", "green")];
    assert_eq!(world.deliver(&batch), ["1", "3"]);
    assert!(world.invokes().iter().all(|(tenant, _)| tenant != "denied"));
    let lines = world.router.stop();
    assert!(lines.iter().any(|line| line.contains("sts: AccessDenied")), "{lines:#?}");
    assert!(lines.iter().any(|line| line.contains("\"Misconfigured\":2")), "{lines:#?}");
}

#[test]
fn no_log_line_has_a_credential() {
    let sts = StsApi::start(|tenant| match tenant {
        "denied" => StsAnswer::Error(403, "AccessDenied".to_owned()),
        "busy" => StsAnswer::Error(500, "InternalFailure".to_owned()),
        _ => StsAnswer::Session,
    });
    let mut world = start(&sts);
    world.deliver(&["blue", "failing", "denied", "busy"].map(|tenant| message(tenant, tenant)));
    let lines = world.router.stop();
    assert!(lines.len() > 3, "{lines:#?}");
    for line in lines {
        assert!(!line.to_lowercase().contains("hush"), "{line}");
    }
}

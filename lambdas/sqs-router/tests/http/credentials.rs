//! Tenants' credentials over HTTP: whose session an Invoke carries, and what happens where there is none.

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

/// The session token in each Invoke's client context, with the Invoke's tenant.
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
fn each_invoke_carries_the_session_of_its_own_tenant_and_one_serves_for_many() {
    let sts = StsApi::start(|_| StsAnswer::Session);
    let mut world = start(&sts);
    for round in 0..3 {
        let batch = ["blue", "green", "failing"].map(|tenant| message(&format!("{round}{tenant}"), tenant));
        assert_eq!(world.deliver(&batch), [format!("{round}failing")]);
    }
    let own = |tenant: &str| (tenant.to_owned(), format!("{SECRET}{tenant}"));
    assert_eq!(tokens(&world), BTreeSet::from(["blue", "failing", "green"].map(own)));
    let mut asked = sts.tenants();
    asked.sort_unstable();
    assert_eq!(asked, ["blue", "failing", "green"]);
}

#[test]
fn a_tenant_without_credentials_waits_and_is_alarmed_of_and_the_others_go_on() {
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
fn no_line_ever_holds_a_credential() {
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

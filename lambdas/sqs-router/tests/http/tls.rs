//! The backend over TLS, as everything is on AWS: whom the router speaks to, and that nobody else is told anything.

use std::path::Path;

use testbed::{Answer, InvokeApi, Setup, SqsAnswer, SqsApi, World, invokes};

use crate::setup::{Deliver, ROUTER, message};

/// Between this backend and a quarantine that takes all; it trusts the certificates in `trusted`, a PEM file, alone.
fn over_tls(lambda: InvokeApi, trusted: &Path) -> Setup {
    let trusted = trusted.to_str().unwrap();
    ROUTER.between(lambda, SqsApi::start(|_| SqsAnswer::Taken)).environment("SSL_CERT_FILE", trusted)
}

fn willing() -> InvokeApi {
    InvokeApi::start_over_tls(|_| Answer::ok("null"))
}

/// Two tenants' records are all to be handed out again, and the backend has heard of none.
fn is_told_nothing(mut world: World) {
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "b")]), ["1", "2"]);
    assert!(world.invokes().is_empty());
    let lines = world.router.stop();
    assert!(lines.iter().any(|line| line.contains("no connection")), "{lines:#?}");
}

#[test]
fn over_tls_every_tenant_gets_its_own_records() {
    let lambda = willing();
    let certificate = lambda.certificate().unwrap().to_owned();
    let mut world = over_tls(lambda, &certificate).start();
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "b"), message("3", "a")]), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("a", &["1", "3"]), ("b", &["2"])]));
}

#[test]
fn a_backend_whose_certificate_is_not_trusted_is_told_nothing_and_all_is_retried() {
    let other = willing();
    is_told_nothing(over_tls(willing(), other.certificate().unwrap()).start());
}

#[test]
fn a_backend_whose_certificate_is_for_another_name_is_told_nothing_and_all_is_retried() {
    let lambda = willing();
    let certificate = lambda.certificate().unwrap().to_owned();
    let elsewhere = lambda.endpoint().replace("localhost", "127.0.0.1");
    is_told_nothing(
        over_tls(lambda, &certificate).environment("AWS_ENDPOINT_URL_LAMBDA", &elsewhere).start(),
    );
}

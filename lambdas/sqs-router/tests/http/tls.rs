//! Tests connections over TLS, as on AWS: the router sends nothing to a server that it does not trust.

use std::path::Path;

use testbed::{Answer, InvokeApi, Setup, SqsAnswer, SqsApi, World, invokes};

use crate::setup::{Deliver, ROUTER, message};

/// A router that trusts only the certificates in this PEM file, with a quarantine that accepts everything.
fn over_tls(lambda: InvokeApi, trusted: &Path) -> Setup {
    let trusted = trusted.to_str().unwrap();
    ROUTER.between(lambda, SqsApi::start(|_| SqsAnswer::Taken)).environment("SSL_CERT_FILE", trusted)
}

fn tls_backend() -> InvokeApi {
    InvokeApi::start_over_tls(|_| Answer::ok("null"))
}

/// Checks that all records are retried, and that the backend got none of them.
fn assert_nothing_sent(mut world: World) {
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "b")]), ["1", "2"]);
    assert!(world.invokes().is_empty());
    let lines = world.router.stop();
    assert!(lines.iter().any(|line| line.contains("no connection")), "{lines:#?}");
}

#[test]
fn tenants_get_their_own_records_over_tls() {
    let lambda = tls_backend();
    let certificate = lambda.certificate().unwrap().to_owned();
    let mut world = over_tls(lambda, &certificate).start();
    assert_eq!(world.deliver(&[message("1", "a"), message("2", "b"), message("3", "a")]), [""; 0]);
    assert_eq!(world.sorted_invokes(), invokes(&[("a", &["1", "3"]), ("b", &["2"])]));
}

#[test]
fn untrusted_certificate_gets_no_record() {
    let other = tls_backend();
    assert_nothing_sent(over_tls(tls_backend(), other.certificate().unwrap()).start());
}

#[test]
fn certificate_of_another_name_gets_no_record() {
    let lambda = tls_backend();
    let certificate = lambda.certificate().unwrap().to_owned();
    let elsewhere = lambda.endpoint().replace("localhost", "127.0.0.1");
    assert_nothing_sent(
        over_tls(lambda, &certificate).environment("AWS_ENDPOINT_URL_LAMBDA", &elsewhere).start(),
    );
}

use std::time::Duration;

use super::*;
use crate::http_client;

const PATH: &str =
    "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aeu-west-1%3A111122223333%3Afunction%3Ab/invocations";

fn ask(api: &InvokeApi, path: &str, headers: &str, body: &str) -> String {
    http_client::post(api.server.address(), path, headers, body)
}

#[test]
fn call_is_recorded_with_all_its_fields() {
    let api = InvokeApi::start(|_| Answer::ok("null"));
    let headers =
        "x-amz-tenant-id: a\r\nx-amz-invocation-type: RequestResponse\r\nx-amzn-trace-id: Root=1\r\n";
    assert!(ask(&api, &format!("{PATH}?Qualifier=live"), headers, "{}").ends_with("\r\n\r\nnull"));
    let calls = api.calls();
    let call = &calls[0].call;
    assert_eq!(call.function, "arn:aws:lambda:eu-west-1:111122223333:function:b");
    assert_eq!(call.qualifier.as_deref(), Some("live"));
    assert_eq!(call.tenant_id.as_deref(), Some("a"));
    assert_eq!(call.trace_headers, ["Root=1"]);
    assert_eq!(call.payload, b"{}");
    assert_eq!((calls[0].began, calls[0].ended), (1, Some(2)));
}

#[test]
fn error_has_the_format_of_lambda() {
    let api = InvokeApi::start(|_| Answer::throttled("ConcurrentInvocationLimitExceeded", Some(3)));
    let answer = ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{}");
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    for part in [
        "retry-after: 3",
        "x-amzn-errortype: TooManyRequestsException",
        "\"Type\":\"User\"",
        "\"Reason\":\"Concurrent",
    ] {
        assert!(answer.contains(part), "{part} is not in {answer}");
    }
}

#[test]
fn invalid_tenant_id_is_refused_before_the_script() {
    let api = InvokeApi::start(|_| panic!("asked"));
    for headers in ["", "x-amz-tenant-id: a#b\r\n"] {
        let answer = ask(&api, PATH, headers, "{}");
        assert!(
            answer.starts_with("HTTP/1.1 400 ") && answer.contains("InvalidParameterValueException"),
            "{answer}"
        );
    }
}

#[test]
fn invalid_payload_is_refused_before_the_script() {
    let api = InvokeApi::start(|_| panic!("asked"));
    assert!(ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{").contains("InvalidRequestContentException"));
    let large = format!("\"{}\"", "x".repeat(MAX_ASYNC_BYTES));
    let asynchronous = "x-amz-tenant-id: a\r\nx-amz-invocation-type: Event\r\n";
    assert!(ask(&api, PATH, asynchronous, &large).starts_with("HTTP/1.1 413 "));
}

#[test]
fn cut_sends_nothing_and_cut_midway_half_the_body() {
    let api = InvokeApi::start(|call| match call.tenant_id.as_deref() {
        Some("none") => Answer::cut(),
        _ => Answer::cut_midway("0123456789"),
    });
    assert_eq!(ask(&api, PATH, "x-amz-tenant-id: none\r\n", "{}"), "");
    let half = ask(&api, PATH, "x-amz-tenant-id: half\r\n", "{}");
    assert!(half.contains("content-length: 10") && half.ends_with("\r\n\r\n01234"), "{half}");
}

#[test]
fn action_runs_when_the_answer_is_sent() {
    let sent = Arc::new(Mutex::new(0));
    let api = InvokeApi::start({
        let sent = sent.clone();
        move |_| {
            let sent = sent.clone();
            Answer::ok("null").on_send(move || *sent.lock().unwrap() += 1)
        }
    });
    ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{}");
    assert_eq!(*sent.lock().unwrap(), 1);
}

#[test]
fn overlapping_calls_are_counted() {
    let api = InvokeApi::start(|_| Answer::ok("null").after(Duration::from_millis(50)));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{}"));
        }
    });
    let together = api.calls();
    assert_eq!(max_concurrent(&together), 3);
    api.forget();
    ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{}");
    ask(&api, PATH, "x-amz-tenant-id: a\r\n", "{}");
    assert_eq!(max_concurrent(&api.calls()), 1);
}

#[test]
fn tls_certificate_is_unique_and_deleted_on_drop() {
    let [one, other] = [(); 2].map(|()| InvokeApi::start_over_tls(|_| Answer::ok("null")));
    assert!(one.endpoint().starts_with("https://localhost:"), "{}", one.endpoint());
    let file = one.certificate().unwrap().to_owned();
    let [pem, other] =
        [&file, other.certificate().unwrap()].map(|file| std::fs::read_to_string(file).unwrap());
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    assert_ne!(pem, other);
    drop(one);
    assert!(!file.exists());
}

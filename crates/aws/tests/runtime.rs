//! The Runtime API: what is asked, and what is made of the answers.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::time::Duration;

use aws::{Failure, RuntimeApi, RuntimeError};
use common::{Reply, Server, answer};

const REQUEST_ID: (&str, &str) = ("Lambda-Runtime-Aws-Request-Id", "r-1");
const DEADLINE: (&str, &str) = ("Lambda-Runtime-Deadline-Ms", "1800000000000");

fn event(headers: &[(&'static str, &'static str)], body: &str) -> Reply {
    Reply::Answer { status: 200, headers: headers.to_vec(), body: body.to_owned() }
}

fn runtime(server: &Server) -> RuntimeApi {
    RuntimeApi::at(&server.url().replace("http://", ""), "orders-router")
}

#[tokio::test]
async fn an_event_comes_byte_for_byte_with_what_lambda_says_beside_it() {
    let body = "{\"n\": 1.50e1,\"t\":\"\\u00e9 \u{e9}\"}";
    let trace = ("Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793");
    let server = Server::start([event(&[REQUEST_ID, DEADLINE, trace], body)]).await;
    let invocation = runtime(&server).next().await.unwrap();
    assert_eq!((invocation.event.as_str(), invocation.request_id.as_str()), (body, "r-1"));
    assert_eq!(
        (&*invocation.function_name, invocation.deadline),
        ("orders-router", Duration::from_hours(500_000))
    );
    assert_eq!(invocation.trace_header.as_deref(), Some(trace.1));
    assert_eq!(server.only_request().path, "/2018-06-01/runtime/invocation/next");
}

#[tokio::test]
async fn answers_and_errors_go_to_their_invocation_with_its_number_where_it_has_one() {
    let number = ("Lambda-Runtime-Invocation-Id", "n-7");
    let replies = [
        event(&[REQUEST_ID, DEADLINE, number], "{}"),
        answer(202, ""),
        event(&[REQUEST_ID, DEADLINE], "{}"),
        answer(202, ""),
    ];
    let server = Server::start(replies).await;
    let runtime = runtime(&server);
    let invocation = runtime.next().await.unwrap();
    runtime.answer(&invocation, b"null".to_vec()).await.unwrap();
    let invocation = runtime.next().await.unwrap();
    let failure = Failure { error_type: "NotSettled".to_owned(), error_message: "m".to_owned() };
    runtime.fail(&invocation, &failure).await.unwrap();
    let [_, answered, _, failed] = &server.requests()[..] else { unreachable!("four requests") };
    assert_eq!(answered.path, "/2018-06-01/runtime/invocation/r-1/response");
    assert_eq!((answered.body.as_slice(), answered.header(number.0)), (&b"null"[..], vec!["n-7"]));
    assert_eq!(failed.path, "/2018-06-01/runtime/invocation/r-1/error");
    assert_eq!(failed.body, b"{\"errorType\":\"NotSettled\",\"errorMessage\":\"m\"}");
    assert_eq!(failed.header(number.0), [""; 0]);
}

#[tokio::test]
async fn what_is_no_invocation_is_refused_and_says_what_is_wrong_with_it() {
    for (reply, problem) in [
        (event(&[DEADLINE], "{}"), "no request id"),
        (event(&[REQUEST_ID], "{}"), "no deadline"),
        (answer(500, ""), "HTTP 500"),
        (Reply::CutInBody, "unreadable answer, HTTP 200"),
    ] {
        let server = Server::start([reply]).await;
        let error = runtime(&server).next().await.unwrap_err();
        let expected =
            RuntimeError::Failed { path: "invocation/next".to_owned(), problem: problem.to_owned() };
        assert_eq!(error, expected);
    }
}

#[tokio::test]
async fn a_refused_answer_is_told() {
    let server = Server::start([event(&[REQUEST_ID, DEADLINE], "{}"), answer(413, "")]).await;
    let runtime = runtime(&server);
    let invocation = runtime.next().await.unwrap();
    let error = runtime.answer(&invocation, b"null".to_vec()).await.unwrap_err();
    assert!(error.to_string().contains("invocation/r-1/response: HTTP 413"), "{error}");
}

#[tokio::test]
async fn an_event_that_is_no_text_is_failed_and_the_next_one_comes() {
    let not_text = Reply::Bytes { headers: vec![REQUEST_ID, DEADLINE], body: b"[\"\xff\"]".to_vec() };
    let next = event(&[("Lambda-Runtime-Aws-Request-Id", "r-2"), DEADLINE], "{}");
    let server = Server::start([not_text, answer(202, ""), next]).await;
    let runtime = runtime(&server);
    let error = runtime.next().await.unwrap_err();
    assert!(matches!(&error, RuntimeError::NotText { request_id, .. } if request_id == "r-1"), "{error:?}");
    assert_eq!(runtime.next().await.unwrap().request_id, "r-2");
    let [_, failed, _] = &server.requests()[..] else { unreachable!("three requests") };
    assert_eq!(failed.path, "/2018-06-01/runtime/invocation/r-1/error");
    assert!(String::from_utf8_lossy(&failed.body).contains("UTF-8"));
}

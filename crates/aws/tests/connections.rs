//! Tests the backend's connections: what a broken one means for an Invoke, and how long they stay open.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail by panicking, its helpers too")]

#[allow(dead_code, unreachable_pub, reason = "each test binary uses a part of it")]
mod common;

use std::future::Future;
use std::time::Duration;

use aws::{Clients, LambdaBackend};
use common::{Reply, Server, admitted, answer, clients};
use futures_util::future::join_all;
use routing::ports::{Attempt, Backend, Invocation, InvokeRequest};
use testbed::{Answer, InvokeApi};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

async fn invoke(clients: &Clients) -> Attempt {
    let call = InvokeRequest {
        admitted: admitted("blue"),
        payload: b"{}".to_vec(),
        invocation: Invocation::Sync,
        trace_header: None,
    };
    LambdaBackend::new(clients, [("orders".to_owned(), Duration::from_mins(15))]).invoke(call).await
}

fn answered() -> Attempt {
    Attempt::Answered(b"null".to_vec())
}

fn not_started() -> Attempt {
    Attempt::NotStarted("no connection".to_owned())
}

fn connection_lost() -> Attempt {
    Attempt::Uncertain("connection lost".to_owned())
}

/// Serves one connection with this function, and returns the port.
async fn listen<F: Future<Output = ()> + Send>(serve: impl FnOnce(TcpStream) -> F + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { serve(listener.accept().await.unwrap().0).await });
    port
}

#[tokio::test]
async fn tls_answered_with_plain_text_is_not_started() {
    let port = listen(|mut stream| async move {
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
        stream.read_to_end(&mut Vec::new()).await.ok();
    })
    .await;
    assert_eq!(invoke(&clients(&format!("https://localhost:{port}"))).await, not_started());
}

#[tokio::test]
async fn tls_cut_in_its_greeting_is_not_started() {
    let port = listen(|mut stream| async move { drop(stream.read_u8().await) }).await;
    assert_eq!(invoke(&clients(&format!("https://localhost:{port}"))).await, not_started());
}

#[tokio::test]
async fn tls_with_an_unknown_certificate_is_not_started() {
    let lambda = InvokeApi::start_over_tls(|_: &testbed::Call| Answer::ok("null"));
    assert_eq!(invoke(&clients(&lambda.endpoint())).await, not_started());
    assert!(lambda.calls().is_empty());
}

#[tokio::test]
async fn tls_offers_no_http_2() {
    let (sender, greeting) = oneshot::channel();
    let port = listen(|mut stream| async move {
        let mut bytes = vec![0; 4096];
        let length = stream.read(&mut bytes).await.unwrap();
        sender.send(bytes[..length].to_vec()).unwrap();
    })
    .await;
    invoke(&clients(&format!("https://localhost:{port}"))).await;
    let greeting = greeting.await.unwrap();
    let offers = |text: &[u8]| greeting.windows(text.len()).any(|window| window == text);
    assert!(offers(b"localhost"), "the ClientHello must hold the host name");
    // Length and name of a protocol [RFC 7301, section 3.1].
    assert!(!offers(b"\x02h2"));
}

#[tokio::test]
async fn reset_before_the_request_is_read_is_uncertain() {
    let port = listen(|stream| async move { drop(stream) }).await;
    assert_eq!(invoke(&clients(&format!("http://127.0.0.1:{port}"))).await, connection_lost());
}

#[tokio::test]
async fn reused_connection_that_breaks_is_uncertain() {
    let server = Server::start([answer(200, "null"), Reply::Cut]).await;
    let clients = clients(&server.url());
    assert_eq!(invoke(&clients).await, answered());
    assert_eq!(invoke(&clients).await, connection_lost());
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0], "one request each, on one connection");
}

#[tokio::test]
async fn connection_closed_while_idle_is_replaced() {
    let server = Server::start([Reply::AnswerAndClose, answer(200, "null")]).await;
    let clients = clients(&server.url());
    assert_eq!(invoke(&clients).await, answered());
    // The client needs a moment to notice the end of the connection.
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(invoke(&clients).await, answered());
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 1]);
}

#[tokio::test]
async fn idle_connection_is_dropped_after_a_minute() {
    let server = Server::start([answer(200, "null"), answer(200, "null"), answer(200, "null")]).await;
    let clients = clients(&server.url());
    for idle in [0, 55, 61] {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(idle)).await;
        tokio::time::resume();
        assert_eq!(invoke(&clients).await, answered());
    }
    let connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    assert_eq!(connections, [0, 0, 1]);
}

#[tokio::test]
async fn concurrent_invokes_use_separate_connections() {
    const MANY: usize = 150;
    let mut server = Server::start(vec![Reply::Silence; MANY]).await;
    let clients = clients(&server.url());
    let invoking = tokio::spawn(async move { join_all((0..MANY).map(|_| invoke(&clients))).await });
    for _ in 0..MANY {
        server.arrival().await;
    }
    invoking.abort();
    let mut connections: Vec<usize> = server.requests().iter().map(|request| request.connection).collect();
    connections.sort_unstable();
    assert_eq!(connections, (0..MANY).collect::<Vec<_>>());
}

/// The kind of timer of the connection to this port [Linux, "/proc/net/tcp"].
#[cfg(target_os = "linux")]
fn timer_of_connection_to(port: u16) -> Option<String> {
    const ESTABLISHED: &str = "01";
    let connections = std::fs::read_to_string("/proc/net/tcp").unwrap();
    connections.lines().find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let is_it = fields[2].ends_with(&format!(":{port:04X}")) && fields[3] == ESTABLISHED;
        is_it.then(|| fields[5].split(':').next().unwrap().to_owned())
    })
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn waiting_connection_is_kept_alive() {
    const KEEP_ALIVE: &str = "02";
    let mut server = Server::start([Reply::Silence]).await;
    let url = server.url();
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let invoking = tokio::spawn(async move { invoke(&clients(&url)).await });
    server.arrival().await;
    // The timer for the request's TCP acknowledgement comes first.
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(timer_of_connection_to(port).as_deref(), Some(KEEP_ALIVE));
    invoking.abort();
}

//! An HTTP/1.1 server on loopback with scripted replies, which keeps the requests.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use aws::{QuarantineGroup, QuarantineQueue};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_types::SdkConfig;
use aws_types::region::Region;
use tenancy::{Admitted, Grammar, Rules, Selector};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Responds with a text.
    Answer { status: u16, headers: Vec<(&'static str, &'static str)>, body: String },
    /// Responds 200 with any bytes.
    Bytes { headers: Vec<(&'static str, &'static str)>, body: Vec<u8> },
    /// Responds 200 and closes the connection without a `Connection: close` header.
    AnswerAndClose,
    /// Chooses the reply by the request, for requests that arrive in any order.
    By(fn(&Request) -> Self),
    /// Closes the connection.
    Cut,
    /// Sends less than its `Content-Length`, then closes the connection.
    CutInBody,
    /// Never responds.
    Silence,
    /// Starts a response and never ends it.
    SilenceInBody,
}

const PARTIAL_RESPONSE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{";

/// A response without extra headers.
pub fn answer(status: u16, body: impl Into<String>) -> Reply {
    Reply::Answer { status, headers: vec![], body: body.into() }
}

/// An error as Lambda and SQS write it.
pub fn error(status: u16, code: &'static str, message: &str) -> Reply {
    let body = serde_json::json!({"__type": code, "Type": "User", "message": message}).to_string();
    Reply::Answer { status, headers: vec![("X-Amzn-ErrorType", code)], body }
}

/// A received request.
#[derive(Clone, Debug)]
pub struct Request {
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The number of its connection, from 0.
    pub connection: usize,
}

impl Request {
    /// Every value of this header, in order.
    pub fn header(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }
}

pub struct Server {
    port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    arrivals: mpsc::UnboundedReceiver<()>,
}

impl Server {
    /// Starts a server that gives these replies in order, and then only 599, which no test expects.
    pub async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::<Mutex<Vec<Request>>>::default();
        let script = Arc::new(Mutex::new(replies.into_iter().collect::<VecDeque<_>>()));
        let (arrived, arrivals) = mpsc::unbounded_channel();
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            for connection in 0.. {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(
                    stream,
                    connection,
                    Arc::clone(&script),
                    Arc::clone(&kept),
                    arrived.clone(),
                ));
            }
        });
        Self { port, requests, arrivals }
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// An `https` URL of this server, which does not speak TLS.
    pub fn https_url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// Waits for the next arrival.
    pub async fn arrival(&mut self) {
        self.arrivals.recv().await.unwrap();
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The only request that has arrived.
    pub fn only_request(&self) -> Request {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests.into_iter().next().unwrap()
    }
}

async fn serve(
    mut stream: TcpStream,
    connection: usize,
    script: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    arrived: mpsc::UnboundedSender<()>,
) {
    while let Some(request) = read_request(&mut stream, connection, &arrived).await {
        let mut reply = script.lock().unwrap().pop_front().unwrap_or_else(|| answer(599, ""));
        if let Reply::By(choose) = reply {
            reply = choose(&request);
        }
        requests.lock().unwrap().push(request);
        arrived.send(()).ok();
        match reply {
            Reply::Answer { status, headers, body } => {
                write(&mut stream, status, &headers, body.as_bytes()).await;
            }
            Reply::Bytes { headers, body } => write(&mut stream, 200, &headers, &body).await,
            Reply::AnswerAndClose => return write(&mut stream, 200, &[], b"null").await,
            Reply::Cut | Reply::By(_) => return,
            Reply::CutInBody => {
                stream.write_all(PARTIAL_RESPONSE).await.unwrap();
                return;
            }
            Reply::Silence | Reply::SilenceInBody => {
                if matches!(reply, Reply::SilenceInBody) {
                    stream.write_all(PARTIAL_RESPONSE).await.unwrap();
                }
                stream.read_u8().await.ok();
                return;
            }
        }
    }
}

async fn write(stream: &mut TcpStream, status: u16, headers: &[(&str, &str)], body: &[u8]) {
    let mut head = format!("HTTP/1.1 {status} Scripted\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(&[head.as_bytes(), body].concat()).await.unwrap();
}

/// Reads a request. For other bytes (a TLS `ClientHello`) it waits for the end of the connection.
async fn read_request(
    stream: &mut TcpStream,
    connection: usize,
    arrived: &mpsc::UnboundedSender<()>,
) -> Option<Request> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if bytes.first().is_some_and(|byte| !byte.is_ascii_uppercase()) {
            arrived.send(()).ok();
            stream.read_to_end(&mut bytes).await.ok();
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    // The S3 SDK adds the operation's name to the query.
    let path = target.strip_suffix("?x-id=PutObject").unwrap_or(&target).to_owned();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    let mut request = Request { path, headers, body: bytes.split_off(head_end + 4), connection };
    let length: usize = request.header("Content-Length").first().map_or(0, |text| text.parse().unwrap());
    while request.body.len() < length {
        assert_ne!(stream.read_buf(&mut request.body).await.unwrap(), 0, "a request was cut");
    }
    Some(request)
}

/// Clients as the router creates them, but with this endpoint and invented keys.
pub fn clients(endpoint: &str) -> aws::Clients {
    clients_with(endpoint, Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
}

/// Clients with this endpoint and this credentials provider.
pub fn clients_with(endpoint: &str, credentials: impl ProvideCredentials + 'static) -> aws::Clients {
    let config = SdkConfig::builder()
        .region(Region::new("eu-west-1"))
        .endpoint_url(endpoint)
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .build();
    aws::Clients::from_config(&config).unwrap()
}

/// An admission of this tenant.
pub fn admitted(tenant: &str) -> Admitted {
    let rules = Rules::new(vec![Selector::parse("$.t").unwrap()], vec![], Grammar::Lambda).unwrap();
    rules.admit(&serde_json::json!({ "t": tenant }).to_string()).unwrap()
}

/// A quarantine with default settings.
pub fn quarantine(url: &str) -> QuarantineQueue {
    let (group, url) = (QuarantineGroup::OrderKey, url.to_owned());
    QuarantineQueue { url, group, max_message_bytes: 1024 * 1024, large_records: None }
}

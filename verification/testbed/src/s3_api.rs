//! S3 with objects in memory: `PutObject`, `GetObject`, `DeleteObject`, `ListObjectsV2` [Amazon S3 API reference]. The bucket
//! is in the path.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Mutex};

use hyper::Method;

use crate::percent;
use crate::server::{Head, Reply, Request, Server, lock};

/// The number of keys in one page of a list. S3 has 1000; fewer let tests get a second page.
const PAGE: usize = 3;

#[derive(Default)]
struct Shared {
    objects: Mutex<BTreeMap<(String, String), Vec<u8>>>,
    refused: Mutex<Option<(Method, u16, String)>>,
    silent: Mutex<Option<Method>>,
}

/// An S3 endpoint and its objects.
pub struct Buckets {
    server: Server,
    shared: Arc<Shared>,
}

impl Buckets {
    /// Starts the endpoint without objects.
    #[must_use]
    pub fn start() -> Self {
        let shared = Arc::new(Shared::default());
        let server = Server::start_immediate({
            let shared = shared.clone();
            move |request| handle(request, &shared)
        });
        Self { server, shared }
    }

    /// Returns the URL for `AWS_ENDPOINT_URL_S3`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Puts an object.
    pub fn put(&self, bucket: &str, key: &str, body: impl Into<Vec<u8>>) {
        lock(&self.shared.objects).insert((bucket.to_owned(), key.to_owned()), body.into());
    }

    /// Returns the keys of a bucket.
    #[must_use]
    pub fn keys(&self, bucket: &str) -> Vec<String> {
        let objects = lock(&self.shared.objects);
        objects.keys().filter(|(holder, _)| holder == bucket).map(|(_, key)| key.clone()).collect()
    }

    /// Returns an object, if it exists.
    #[must_use]
    pub fn object(&self, bucket: &str, key: &str) -> Option<Vec<u8>> {
        lock(&self.shared.objects).get(&(bucket.to_owned(), key.to_owned())).cloned()
    }

    /// Sends no response to this HTTP method from now on.
    pub fn stop_responding(&self, method: &str) {
        *lock(&self.shared.silent) = Some(method.parse().expect("the method is valid"));
    }

    /// Refuses `PUT`, `GET` or `DELETE` with this status and error code from now on.
    pub fn refuse(&self, method: &str, status: u16, code: &str) {
        let method = method.parse().expect("the method is valid");
        *lock(&self.shared.refused) = Some((method, status, code.to_owned()));
    }

    /// Refuses no method from now on.
    pub fn refuse_nothing(&self) {
        *lock(&self.shared.refused) = None;
    }
}

fn handle(request: &Request, shared: &Shared) -> Reply {
    if lock(&shared.silent).as_ref() == Some(&request.method) {
        return Reply::Never;
    }
    if let Some((method, status, code)) = &*lock(&shared.refused)
        && *method == request.method
    {
        return error(*status, code);
    }
    let path = percent::decode(request.path.trim_start_matches('/'));
    let (bucket, key) = path.split_once('/').unwrap_or((&path, ""));
    let mut objects = lock(&shared.objects);
    let place = (bucket.to_owned(), key.to_owned());
    match (&request.method, key) {
        (&Method::GET, "") => list(bucket, request.query.as_deref().unwrap_or_default(), &objects),
        (&Method::GET, _) => match objects.get(&place) {
            Some(body) => {
                Reply::Whole(Head::new(200).with("content-type", "application/octet-stream"), body.clone())
            }
            None => error(404, "NoSuchKey"),
        },
        (&Method::PUT, _) if !key.is_empty() => {
            objects.insert(place, request.body.to_vec());
            Reply::Whole(Head::new(200), Vec::new())
        }
        (&Method::DELETE, _) => {
            objects.remove(&place);
            Reply::Whole(Head::new(204), Vec::new())
        }
        _ => error(405, "MethodNotAllowed"),
    }
}

fn list(bucket: &str, query: &str, objects: &BTreeMap<(String, String), Vec<u8>>) -> Reply {
    let parameter = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(found, _)| *found == name).map(|(_, value)| percent::decode(value)).next()
    };
    let (prefix, after) = (parameter("prefix"), parameter("continuation-token"));
    let prefix = prefix.unwrap_or_default();
    let keys = objects.keys().filter(|(holder, _)| holder == bucket).map(|(_, key)| key);
    let keys = keys.filter(|key| key.starts_with(&prefix));
    let mut rest = keys.filter(|key| after.as_ref().is_none_or(|after| *key > after));
    let mut contents = String::new();
    let mut last = "";
    for key in rest.by_ref().take(PAGE) {
        let size = objects[&(bucket.to_owned(), key.clone())].len();
        let key_text = key.replace('&', "&amp;").replace('<', "&lt;");
        // Writing into a String does not fail.
        let _ = write!(contents, "<Contents><Key>{key_text}</Key><Size>{size}</Size></Contents>");
        last = key;
    }
    let more = rest.next().is_some();
    let token =
        if more { format!("<NextContinuationToken>{last}</NextContinuationToken>") } else { String::new() };
    xml(
        200,
        &format!("<ListBucketResult><IsTruncated>{more}</IsTruncated>{token}{contents}</ListBucketResult>"),
    )
}

fn error(status: u16, code: &str) -> Reply {
    xml(status, &format!("<Error><Code>{code}</Code><Message>scripted</Message></Error>"))
}

fn xml(status: u16, body: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
    Reply::Whole(Head::new(status).with("content-type", "application/xml"), body.into_bytes())
}

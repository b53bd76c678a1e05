//! `AssumeRole` in the query protocol of STS [AWS STS API reference]. A script decides for each tenant.

use std::sync::{Arc, Mutex};

use crate::percent;
use crate::server::{Head, Reply, Request, Server, lock};

/// The prefix of every secret in a response, so that tests can find secrets in the wrong places.
pub const SECRET: &str = "hush-";

/// The answer of a script to one request.
#[derive(Clone, Debug)]
pub enum StsAnswer {
    /// Credentials whose session token contains the tenant.
    Session,
    /// An error with this status and code.
    Error(u16, String),
}

type Script = Box<dyn Fn(&str) -> StsAnswer + Send + Sync>;

/// An STS endpoint.
pub struct StsApi {
    server: Server,
    tenants: Arc<Mutex<Vec<String>>>,
}

impl StsApi {
    /// Starts the endpoint. The script gets the value of the session tag `tenant_id`.
    #[must_use]
    pub fn start(script: impl Fn(&str) -> StsAnswer + Send + Sync + 'static) -> Self {
        let (script, tenants) = (Box::new(script) as Script, Arc::<Mutex<Vec<String>>>::default());
        let kept = Arc::clone(&tenants);
        let server = Server::start_immediate(move |request| handle(request, &script, &kept));
        Self { server, tenants }
    }

    /// Returns the URL for `AWS_ENDPOINT_URL_STS`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Returns the tenants of all requests so far, in order.
    #[must_use]
    pub fn tenants(&self) -> Vec<String> {
        lock(&self.tenants).clone()
    }

    /// Deletes the recorded requests.
    pub fn forget(&self) {
        lock(&self.tenants).clear();
    }
}

fn handle(request: &Request, script: &Script, tenants: &Mutex<Vec<String>>) -> Reply {
    let body = String::from_utf8_lossy(&request.body);
    let field = |name: &str| {
        let pair = body.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        pair.map(percent::decode).unwrap_or_default()
    };
    if field("Action") != "AssumeRole" || field("Tags.member.1.Key") != "tenant_id" {
        return error(400, "ValidationError");
    }
    let tenant = field("Tags.member.1.Value");
    lock(tenants).push(tenant.clone());
    match script(&tenant) {
        StsAnswer::Session => xml(
            200,
            &format!(
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAHUSH</AccessKeyId>\
                 <SecretAccessKey>{SECRET}secret</SecretAccessKey><SessionToken>{SECRET}{tenant}</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            ),
        ),
        StsAnswer::Error(status, code) => error(status, &code),
    }
}

fn error(status: u16, code: &str) -> Reply {
    xml(
        status,
        &format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>scripted</Message></Error></ErrorResponse>"
        ),
    )
}

fn xml(status: u16, body: &str) -> Reply {
    Reply::Whole(Head::new(status).with("content-type", "text/xml"), body.as_bytes().to_vec())
}

//! The AWS resources that a configuration can name, on one endpoint: functions, tables, queues, buckets and roles. Only the
//! calls that read them are supported. A test can deny each action.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use hyper::Method;
use serde_json::{Value, json};

use crate::percent;
use crate::server::{Head, Reply, Request, Server, lock};

/// The identity of a caller that has not assumed a role.
const OPERATOR: &str = "arn:aws:iam::111122223333:user/operator";

/// A Lambda function.
#[derive(Clone, Debug)]
pub struct Function {
    /// The timeout, in seconds.
    pub timeout_seconds: u64,
    /// The tenant isolation mode: `PER_TENANT`, or none.
    pub tenancy: Option<&'static str>,
}

/// The existing resources.
#[derive(Clone, Debug, Default)]
pub struct Resources {
    /// Functions by name or ARN, as in the request, with the qualifier.
    pub functions: BTreeMap<String, Function>,
    /// The hash key of each table.
    pub tables: BTreeMap<String, String>,
    /// The attributes of each queue, by URL.
    pub queues: BTreeMap<String, BTreeMap<String, String>>,
    /// The names of the buckets.
    pub buckets: Vec<String>,
    /// For each role, the session tag that `AssumeRole` needs, if any.
    pub roles: BTreeMap<String, Option<&'static str>>,
    /// The actions that are denied, such as `lambda:InvokeFunction`.
    pub denied: Vec<&'static str>,
}

/// One call: the action and its resource.
pub type ApiCall = (String, String);

struct Shared {
    resources: Resources,
    calls: Mutex<Vec<ApiCall>>,
}

impl Shared {
    fn calls(&self) -> MutexGuard<'_, Vec<ApiCall>> {
        lock(&self.calls)
    }

    /// Records the call and returns whether its action is denied.
    fn is_denied(&self, action: &str, target: &str) -> bool {
        self.calls().push((action.to_owned(), target.to_owned()));
        self.resources.denied.contains(&action)
    }
}

/// An endpoint for all services with the resources.
pub struct ResourcesApi {
    server: Server,
    shared: Arc<Shared>,
}

impl ResourcesApi {
    /// Starts the endpoint.
    #[must_use]
    pub fn start(resources: Resources) -> Self {
        let shared = Arc::new(Shared { resources, calls: Mutex::default() });
        let server = Server::start_immediate({
            let shared = shared.clone();
            move |request| answer(request, &shared)
        });
        Self { server, shared }
    }

    /// Returns the URL for `AWS_ENDPOINT_URL`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Returns all calls so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<ApiCall> {
        self.shared.calls().clone()
    }
}

fn answer(request: &Request, shared: &Shared) -> Reply {
    let target = request.header("x-amz-target").unwrap_or_default();
    let body = || serde_json::from_slice::<Value>(&request.body).unwrap_or_default();
    let text = |field: &str| body()[field].as_str().unwrap_or_default().to_owned();
    match target.split('.').next_back() {
        Some("DescribeTable") => describe_table(&text("TableName"), shared),
        Some("BatchGetItem") => {
            let table = body()["RequestItems"].as_object().and_then(|tables| tables.keys().next().cloned());
            batch_get_item(&table.unwrap_or_default(), shared)
        }
        Some("GetQueueAttributes") => queue_attributes(&text("QueueUrl"), shared),
        _ if request.path.starts_with("/2015-03-31/functions/") => function(request, shared),
        _ if request.method == Method::HEAD => head_bucket(request.path.trim_matches('/'), shared),
        _ => security_tokens(&String::from_utf8_lossy(&request.body), request, shared),
    }
}

fn refusal(status: u16, code: &str) -> Reply {
    let head = Head::new(status).with("content-type", "application/json").with("x-amzn-errortype", code);
    Reply::Whole(head, json!({ "__type": code, "message": "refused" }).to_string().into_bytes())
}

fn describe_table(table: &str, shared: &Shared) -> Reply {
    if shared.is_denied("dynamodb:DescribeTable", table) {
        return refusal(400, "com.amazon.coral.service#AccessDeniedException");
    }
    match shared.resources.tables.get(table) {
        None => refusal(400, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"),
        Some(key) => Reply::json(
            200,
            &json!({ "Table": {
                "TableName": table, "TableStatus": "ACTIVE",
                "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
                "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
            }}),
        ),
    }
}

fn batch_get_item(table: &str, shared: &Shared) -> Reply {
    if shared.is_denied("dynamodb:BatchGetItem", table) {
        return refusal(400, "com.amazon.coral.service#AccessDeniedException");
    }
    match shared.resources.tables.get(table) {
        None => refusal(400, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"),
        Some(_) => Reply::json(200, &json!({ "Responses": { table: [] }, "UnprocessedKeys": {} })),
    }
}

fn queue_attributes(url: &str, shared: &Shared) -> Reply {
    if shared.is_denied("sqs:GetQueueAttributes", url) {
        return refusal(403, "AccessDenied");
    }
    match shared.resources.queues.get(url) {
        None => refusal(400, "com.amazonaws.sqs#QueueDoesNotExist"),
        Some(attributes) => Reply::json(200, &json!({ "Attributes": attributes })),
    }
}

fn function(request: &Request, shared: &Shared) -> Reply {
    let path = percent::decode(request.path.trim_start_matches("/2015-03-31/functions/"));
    let (name, action) = path.rsplit_once('/').unwrap_or((&path, ""));
    let action =
        if action == "configuration" { "lambda:GetFunctionConfiguration" } else { "lambda:InvokeFunction" };
    if shared.is_denied(action, name) {
        return refusal(403, "AccessDeniedException");
    }
    let Some(function) = shared.resources.functions.get(name) else {
        return refusal(404, "ResourceNotFoundException");
    };
    if action == "lambda:GetFunctionConfiguration" {
        let timeout = function.timeout_seconds;
        let mut configuration =
            json!({ "FunctionName": name, "Version": "7", "State": "Active", "Timeout": timeout });
        if let Some(mode) = function.tenancy {
            configuration["TenancyConfig"] = json!({ "TenantIsolationMode": mode });
        }
        return Reply::json(200, &configuration);
    }
    let tenant_given = request.header("x-amz-tenant-id").is_some();
    match request.header("x-amz-invocation-type").as_deref() {
        Some("DryRun") if tenant_given == function.tenancy.is_some() => {
            Reply::Whole(Head::new(204), Vec::new())
        }
        Some("DryRun") => refusal(400, "InvalidParameterValueException"),
        // A check of a configuration must not run a function.
        _ => refusal(500, "TheTestbedInvokesNothing"),
    }
}

fn head_bucket(bucket: &str, shared: &Shared) -> Reply {
    if shared.is_denied("s3:ListBucket", bucket) {
        return Reply::Whole(Head::new(403), Vec::new());
    }
    let status = if shared.resources.buckets.iter().any(|known| known == bucket) { 200 } else { 404 };
    Reply::Whole(Head::new(status), Vec::new())
}

fn security_tokens(form: &str, request: &Request, shared: &Shared) -> Reply {
    let fields: BTreeMap<&str, String> = form
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, percent::decode(value)))
        .collect();
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    if field("Action") == "GetCallerIdentity" {
        // The access key of a session is the name of the assumed role.
        let signed = request.header("authorization").unwrap_or_default();
        let key = signed
            .split_once("Credential=")
            .map_or("", |(_, rest)| rest.split('/').next().unwrap_or_default());
        let role = shared.resources.roles.keys().find(|role| role.ends_with(&format!("/{key}")));
        let arn = role.map_or(OPERATOR, String::as_str);
        return xml(
            200,
            "GetCallerIdentity",
            &format!("<Arn>{arn}</Arn><UserId>U</UserId><Account>1</Account>"),
        );
    }
    let role = field("RoleArn");
    let tag = field("Tags.member.1.Key");
    let tag = (!tag.is_empty()).then_some(tag);
    let known = shared.resources.roles.get(&role);
    let needed = known.copied().flatten();
    if shared.is_denied("sts:AssumeRole", &role) || known.is_none() || needed != tag.as_deref() {
        let error = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>\
                     </ErrorResponse>";
        return Reply::Whole(Head::new(403).with("content-type", "text/xml"), error.as_bytes().to_vec());
    }
    let key = role.rsplit('/').next().unwrap_or_default();
    let credentials = format!(
        "<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>\
         <AssumedRoleUser><AssumedRoleId>R:s</AssumedRoleId><Arn>{role}</Arn></AssumedRoleUser>"
    );
    xml(200, "AssumeRole", &credentials)
}

fn xml(status: u16, action: &str, result: &str) -> Reply {
    let body = format!(
        "<{action}Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
         <{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></{action}Response>"
    );
    Reply::Whole(Head::new(status).with("content-type", "text/xml"), body.into_bytes())
}

//! DynamoDB's JSON protocol [Amazon DynamoDB API reference] over tables in memory: `BatchGetItem`, `GetItem`, `PutItem`,
//! `UpdateItem`, `Scan`, `DescribeTable`. For each request a script decides first whether it is served, delayed or failed.
//! A request that DynamoDB refuses is refused here with the same error.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::server::{Head, Reply, Request, Server, lock};

mod expression;
mod read;
mod table;
mod write;

use table::{Refusal, Table, key_text};

/// An item in DynamoDB's JSON: `{"tenant_id":{"S":"acme"}}`.
pub type Item = Map<String, Value>;

/// One request to DynamoDB.
#[derive(Clone, Debug)]
pub struct DynamoDbCall {
    /// The operation: `BatchGetItem`, `Scan` …
    pub operation: String,
    /// The name or ARN of the table, as in the request. For a `BatchGetItem`, of its first table.
    pub table: String,
    /// The hash keys in the request, in order. Empty for a `Scan`.
    pub keys: Vec<String>,
    /// The body of the request.
    pub body: Value,
}

/// The answer of a script to one request.
#[derive(Clone, Debug)]
pub enum DynamoDbAnswer {
    /// The request is served.
    Served,
    /// The request is served, and the response is delayed by this time.
    ServedAfter(Duration),
    /// Another client puts this item first; then the request is served.
    ServedAfterPut(Value),
    /// Another client deletes the item of the first key first; then the request is served.
    ServedAfterDelete,
    /// `BatchGetItem` only: this many keys are served, and the rest are returned as `UnprocessedKeys`.
    Unprocessed(usize),
    /// The request is refused with this status and error code.
    Error(u16, String),
    /// The request is served, and the connection ends without a response.
    CutAfterServing,
    /// The connection ends without a response. The request is not served.
    Cut,
    /// There is no response at all. The request is not served.
    Silence,
}

type Script = Box<dyn Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync>;

struct Shared {
    script: Script,
    calls: Mutex<Vec<DynamoDbCall>>,
    tables: Mutex<BTreeMap<String, Table>>,
}

/// A DynamoDB endpoint and its tables.
pub struct DynamoDbApi {
    server: Server,
    shared: Arc<Shared>,
}

impl DynamoDbApi {
    /// Starts the endpoint. The script is called once for each request.
    #[must_use]
    pub fn start(script: impl Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync + 'static) -> Self {
        let shared =
            Arc::new(Shared { script: Box::new(script), calls: Mutex::default(), tables: Mutex::default() });
        let server = Server::start({
            let shared = shared.clone();
            move |request| {
                let (reply, delay) = handle(&request, &shared);
                async move {
                    tokio::time::sleep(delay).await;
                    reply
                }
            }
        });
        Self { server, shared }
    }

    /// Returns the URL for `AWS_ENDPOINT_URL_DYNAMODB`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        self.server.endpoint()
    }

    /// Returns the ARN of a table.
    #[must_use]
    pub fn table_arn(name: &str) -> String {
        format!("arn:aws:dynamodb:eu-west-1:111122223333:table/{name}")
    }

    /// Creates an empty table with a hash key of type `S`, or empties an existing one.
    pub fn create_table(&self, name: &str, hash_key: &str) {
        lock(&self.shared.tables).insert(name.to_owned(), Table::new(hash_key, None));
    }

    /// Creates an empty table with a hash key and a sort key of type `S`.
    pub fn create_table_with_sort_key(&self, name: &str, hash_key: &str, sort_key: &str) {
        lock(&self.shared.tables).insert(name.to_owned(), Table::new(hash_key, Some(sort_key)));
    }

    /// Deletes a table.
    pub fn delete_table(&self, name: &str) {
        lock(&self.shared.tables).remove(name);
    }

    /// Limits a page of a `Scan` to this many items (default 1000). A request can ask for fewer.
    pub fn page(&self, name: &str, items: usize) {
        self.with(name, |table| table.page = items);
    }

    /// Puts an item into a table and replaces an existing one. This is not recorded as a request.
    ///
    /// # Panics
    /// If the table does not exist or refuses the item.
    pub fn put(&self, name: &str, item: &Value) {
        let item = item.as_object().expect("an item is an object").clone();
        self.with(name, |table| table.put(item).map_err(|refusal| refusal.message)).expect("a valid item");
    }

    /// Deletes an item. This is not recorded as a request.
    pub fn remove(&self, name: &str, hash_key: &str) {
        self.with(name, |table| table.remove(hash_key));
    }

    /// Returns an item, if it exists.
    #[must_use]
    pub fn item(&self, name: &str, hash_key: &str) -> Option<Item> {
        self.items(name).into_iter().find(|item| item.values().any(|value| value["S"] == *hash_key))
    }

    /// Returns all items of a table.
    #[must_use]
    pub fn items(&self, name: &str) -> Vec<Item> {
        self.with(name, |table| table.items.values().cloned().collect())
    }

    /// Returns all requests so far, failed ones included.
    #[must_use]
    pub fn calls(&self) -> Vec<DynamoDbCall> {
        lock(&self.shared.calls).clone()
    }

    /// Deletes the recorded requests.
    pub fn forget(&self) {
        lock(&self.shared.calls).clear();
    }

    /// Returns the number of requests with this operation so far.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        lock(&self.shared.calls).iter().filter(|call| call.operation == operation).count()
    }

    /// Returns the number of `GetItem` and `BatchGetItem` requests so far that named this key.
    #[must_use]
    pub fn reads_of(&self, hash_key: &str) -> usize {
        let calls = lock(&self.shared.calls);
        let reads = calls.iter().filter(|call| ["GetItem", "BatchGetItem"].contains(&&*call.operation));
        reads.filter(|call| call.keys.iter().any(|key| key == hash_key)).count()
    }

    fn with<T>(&self, name: &str, change: impl FnOnce(&mut Table) -> T) -> T {
        change(lock(&self.shared.tables).get_mut(name).expect("the table exists"))
    }
}

/// Returns the response and its delay.
fn handle(request: &Request, shared: &Shared) -> (Reply, Duration) {
    let at_once = |reply| (reply, Duration::ZERO);
    let target = request.header("x-amz-target").unwrap_or_default();
    let Some(operation) = target.strip_prefix("DynamoDB_20120810.") else {
        return at_once(error(400, "UnknownOperationException", "scripted", None));
    };
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else {
        return at_once(error(400, "SerializationException", "scripted", None));
    };
    let call = call(operation, body, &lock(&shared.tables));
    lock(&shared.calls).push(call.clone());
    let (answer, most) = match (shared.script)(&call) {
        DynamoDbAnswer::Unprocessed(most) => (DynamoDbAnswer::Served, Some(most)),
        answer => (answer, None),
    };
    let serve = || match serve(&call, &mut lock(&shared.tables), most) {
        Ok(body) => Reply::Whole(head(200), body.to_string().into_bytes()),
        Err(Refusal { code, message, item }) => error(400, code, &message, item),
    };
    match answer {
        DynamoDbAnswer::Served | DynamoDbAnswer::Unprocessed(_) => at_once(serve()),
        DynamoDbAnswer::ServedAfter(delay) => (serve(), delay),
        DynamoDbAnswer::ServedAfterDelete => {
            if let Some(table) = lock(&shared.tables).get_mut(table::name(&call.table)) {
                table.remove(call.keys.first().map_or("", String::as_str));
            }
            at_once(serve())
        }
        DynamoDbAnswer::ServedAfterPut(item) => {
            let others = json!({ "TableName": call.table, "Item": item });
            let others = DynamoDbCall { operation: "PutItem".to_owned(), body: others, ..call.clone() };
            let put = self::serve(&others, &mut lock(&shared.tables), None);
            put.map_err(|refusal| refusal.message).expect("a valid item");
            at_once(serve())
        }
        DynamoDbAnswer::Error(status, code) => at_once(error(status, &code, "scripted", None)),
        DynamoDbAnswer::CutAfterServing => {
            serve();
            at_once(Reply::Cut)
        }
        DynamoDbAnswer::Cut => at_once(Reply::Cut),
        DynamoDbAnswer::Silence => at_once(Reply::Never),
    }
}

/// Returns the request with its table and keys.
fn call(operation: &str, body: Value, tables: &BTreeMap<String, Table>) -> DynamoDbCall {
    let batch = body["RequestItems"].as_object().and_then(|tables| tables.iter().next());
    let (table, keys) = if let Some((table, request)) = batch {
        (table.clone(), request["Keys"].as_array().cloned().unwrap_or_default())
    } else {
        let keys = [&body["Key"], &body["Item"]].into_iter().filter(|key| key.is_object());
        (body["TableName"].as_str().unwrap_or_default().to_owned(), keys.cloned().collect())
    };
    let hash_key = tables.get(table::name(&table)).map_or("", |table| &table.hash_key);
    let keys = keys.iter().map(|key| key_text(&key[hash_key])).collect();
    DynamoDbCall { operation: operation.to_owned(), table, keys, body }
}

fn serve(
    call: &DynamoDbCall,
    tables: &mut BTreeMap<String, Table>,
    most: Option<usize>,
) -> Result<Value, Refusal> {
    let body = &call.body;
    if call.operation == "BatchGetItem" {
        return read::batch_get_item(body, tables, most);
    }
    let table = table::named(tables, &call.table)?;
    match call.operation.as_str() {
        "GetItem" => read::get_item(body, table),
        "Scan" => read::scan(body, table),
        "DescribeTable" => Ok(json!({ "Table": table.description(table::name(&call.table)) })),
        "PutItem" => write::put_item(body, table),
        "UpdateItem" => write::update_item(body, table),
        other => Err(Refusal::new(
            "UnknownOperationException",
            format!("the testbed does not support this operation: {other}"),
        )),
    }
}

fn head(status: u16) -> Head {
    Head::new(status).with("content-type", "application/x-amz-json-1.0")
}

fn error(status: u16, code: &str, message: &str, item: Option<Item>) -> Reply {
    let mut body =
        json!({ "__type": format!("com.amazonaws.dynamodb.v20120810#{code}"), "message": message });
    if let Some(item) = item {
        body["Item"] = Value::Object(item);
    }
    Reply::Whole(head(status), body.to_string().into_bytes())
}

#[cfg(test)]
mod tests;

//! DynamoDB's items in its JSON protocol [Amazon DynamoDB API reference]: `BatchGetItem`, `GetItem`, `PutItem`,
//! `UpdateItem`, `Scan`, `DescribeTable`, over tables that keep what is written. The script is asked first: it lets a
//! request through, delays it or fails it. What DynamoDB itself would refuse is refused, in its words.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::invoke_api::endpoint;
use crate::server::{Head, Reply, Request, Server};

mod expression;
mod read;
mod table;
mod write;

use table::{Refusal, Table, key_text};

/// An item in DynamoDB's JSON: `{"tenant_id":{"S":"acme"}}`.
pub type Item = Map<String, Value>;

/// One request.
#[derive(Clone, Debug)]
pub struct DynamoDbCall {
    /// The operation: `BatchGetItem`, `Scan` …
    pub operation: String,
    /// The table, as the request names it: by name or ARN. The first one of a `BatchGetItem`.
    pub table: String,
    /// The hash keys that it names, in its order; none for a `Scan`.
    pub keys: Vec<String>,
    /// The whole of it.
    pub body: Value,
}

/// What becomes of one request.
#[derive(Clone, Debug)]
pub enum DynamoDbAnswer {
    /// It is done.
    Served,
    /// It is done, and answered after this time.
    ServedAfter(Duration),
    /// It is done behind somebody else's write: this item is put into the table first, whatever is there.
    ServedBehind(Value),
    /// It is done behind somebody else's deletion of the item that it names first.
    ServedBehindDeletion,
    /// `BatchGetItem` only: all but the first so many keys are left, as `UnprocessedKeys`.
    Unprocessed(usize),
    /// It is refused: status, error code.
    Error(u16, String),
    /// The connection ends without an answer, after it was done.
    CutAfterServing,
    /// The connection ends without an answer, and nothing was done.
    Cut,
    /// There is never an answer, and nothing was done.
    Silence,
}

type Script = Box<dyn Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync>;

struct Shared {
    script: Script,
    calls: Mutex<Vec<DynamoDbCall>>,
    tables: Mutex<BTreeMap<String, Table>>,
}

/// DynamoDB, with the tables that were made in it.
pub struct DynamoDbApi {
    server: Server,
    shared: Arc<Shared>,
}

impl DynamoDbApi {
    /// Starts it. The script is asked once for each request.
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
                    match reply {
                        Some(reply) => reply,
                        None => std::future::pending().await,
                    }
                }
            }
        });
        Self { server, shared }
    }

    /// Where it listens: `AWS_ENDPOINT_URL_DYNAMODB`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        endpoint(self.server.address())
    }

    /// The ARN of one of its tables.
    #[must_use]
    pub fn table_arn(name: &str) -> String {
        format!("arn:aws:dynamodb:eu-west-1:111122223333:table/{name}")
    }

    /// Makes an empty table whose hash key is a text of this name.
    pub fn create_table(&self, name: &str, hash_key: &str) {
        lock(&self.shared.tables).insert(name.to_owned(), Table::new(hash_key, None));
    }

    /// The same with a sort key.
    pub fn create_table_with_sort_key(&self, name: &str, hash_key: &str, sort_key: &str) {
        lock(&self.shared.tables).insert(name.to_owned(), Table::new(hash_key, Some(sort_key)));
    }

    /// Takes a table away.
    pub fn delete_table(&self, name: &str) {
        lock(&self.shared.tables).remove(name);
    }

    /// How many items one page of a `Scan` has at most, where the request does not say less; without this, a thousand.
    pub fn page(&self, name: &str, items: usize) {
        self.with(name, |table| table.page = items);
    }

    /// Puts an item into a table, whatever is there. No request is counted.
    pub fn put(&self, name: &str, item: &Value) {
        let item = item.as_object().expect("an item is an object").clone();
        self.with(name, |table| table.put(item).map_err(|refusal| refusal.message)).expect("a valid item");
    }

    /// Takes an item away. No request is counted.
    pub fn remove(&self, name: &str, hash_key: &str) {
        self.with(name, |table| table.remove(hash_key));
    }

    /// An item, as it is now.
    #[must_use]
    pub fn item(&self, name: &str, hash_key: &str) -> Option<Item> {
        self.items(name).into_iter().find(|item| item.values().any(|value| value["S"] == *hash_key))
    }

    /// All items of a table, as they are now.
    #[must_use]
    pub fn items(&self, name: &str) -> Vec<Item> {
        self.with(name, |table| table.items.values().cloned().collect())
    }

    /// All requests so far, those that failed included.
    #[must_use]
    pub fn calls(&self) -> Vec<DynamoDbCall> {
        lock(&self.shared.calls).clone()
    }

    /// Forgets the requests so far.
    pub fn forget(&self) {
        lock(&self.shared.calls).clear();
    }

    /// How often this operation was asked for so far.
    #[must_use]
    pub fn count(&self, operation: &str) -> usize {
        lock(&self.shared.calls).iter().filter(|call| call.operation == operation).count()
    }

    /// In how many requests this key was asked for so far, by `GetItem` or `BatchGetItem`.
    #[must_use]
    pub fn reads_of(&self, hash_key: &str) -> usize {
        let calls = lock(&self.shared.calls);
        let reads = calls.iter().filter(|call| ["GetItem", "BatchGetItem"].contains(&&*call.operation));
        reads.filter(|call| call.keys.iter().any(|key| key == hash_key)).count()
    }

    fn with<T>(&self, name: &str, change: impl FnOnce(&mut Table) -> T) -> T {
        change(lock(&self.shared.tables).get_mut(name).expect("the table was made before"))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The answer, none where there is never to be one, and how long it takes.
fn handle(request: &Request, shared: &Shared) -> (Option<Reply>, Duration) {
    let at_once = |reply| (Some(reply), Duration::ZERO);
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
        DynamoDbAnswer::ServedAfter(delay) => (Some(serve()), delay),
        DynamoDbAnswer::ServedBehindDeletion => {
            if let Some(table) = lock(&shared.tables).get_mut(table::name(&call.table)) {
                table.remove(call.keys.first().map_or("", String::as_str));
            }
            at_once(serve())
        }
        DynamoDbAnswer::ServedBehind(item) => {
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
        DynamoDbAnswer::Silence => (None, Duration::ZERO),
    }
}

/// What is asked, with the keys that it names.
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
        other => Err(Refusal::new("UnknownOperationException", format!("not part of the testbed: {other}"))),
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

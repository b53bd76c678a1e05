use super::*;
use crate::http_client;

const TABLE: &str = "tenants";

/// Returns a registry with three active tenants.
fn registry(script: impl Fn(&DynamoDbCall) -> DynamoDbAnswer + Send + Sync + 'static) -> DynamoDbApi {
    let api = DynamoDbApi::start(script);
    api.create_table(TABLE, "tenant_id");
    for id in ["acme", "globex", "initech"] {
        api.put(TABLE, &json!({ "tenant_id": { "S": id }, "status": { "S": "active" } }));
    }
    api
}

fn served() -> DynamoDbApi {
    registry(|_| DynamoDbAnswer::Served)
}

/// Sends a request and returns the status and the body of the response.
fn ask(api: &DynamoDbApi, operation: &str, body: &Value) -> (u16, Value) {
    let headers = format!("x-amz-target: DynamoDB_20120810.{operation}\r\n");
    let answer = http_client::post(api.server.address(), "/", &headers, &body.to_string());
    let status = answer.split(' ').nth(1).map_or(0, |status| status.parse().unwrap());
    let body = answer.split_once("\r\n\r\n").map_or("null", |(_, body)| body);
    (status, serde_json::from_str(body).unwrap_or_default())
}

fn key(id: &str) -> Value {
    json!({ "tenant_id": { "S": id } })
}

fn batch(ids: &[&str]) -> Value {
    let keys: Vec<Value> = ids.iter().map(|id| key(id)).collect();
    json!({ "RequestItems": { TABLE: { "Keys": keys } } })
}

fn refused(answer: &(u16, Value)) -> &str {
    assert_eq!(answer.0, 400, "{}", answer.1);
    answer.1["__type"].as_str().unwrap().rsplit('#').next().unwrap()
}

#[test]
fn batch_returns_existing_items_and_records_all_keys() {
    let api = served();
    let (status, answer) = ask(&api, "BatchGetItem", &batch(&["acme", "unknown", "globex"]));
    let ids: Vec<&str> =
        answer["Responses"][TABLE].as_array().unwrap().iter().map(|item| text(item, "tenant_id")).collect();
    assert_eq!((status, ids), (200, vec!["globex", "acme"]));
    assert_eq!(answer["UnprocessedKeys"], json!({}));
    assert_eq!(api.calls()[0].keys, ["acme", "unknown", "globex"]);
    assert_eq!([api.count("BatchGetItem"), api.reads_of("unknown"), api.reads_of("initech")], [1, 1, 0]);
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name]["S"].as_str().unwrap()
}

#[test]
fn table_named_by_arn_is_answered_by_arn() {
    let arn = DynamoDbApi::table_arn(TABLE);
    let request = json!({ "RequestItems": { &arn: { "Keys": [key("acme")] } } });
    let (_, answer) = ask(&served(), "BatchGetItem", &request);
    assert_eq!(answer["Responses"][&arn].as_array().unwrap().len(), 1);
}

#[test]
fn keys_left_by_the_script_are_unprocessed() {
    let api = registry(|_| DynamoDbAnswer::Unprocessed(1));
    let (_, answer) = ask(&api, "BatchGetItem", &batch(&["acme", "globex", "initech"]));
    assert_eq!(answer["Responses"][TABLE].as_array().unwrap().len(), 1);
    assert_eq!(answer["UnprocessedKeys"], batch(&["globex", "initech"])["RequestItems"]);
}

#[test]
fn invalid_batch_is_refused() {
    let api = served();
    let many: Vec<String> = (0..101).map(|id| id.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for ids in [many.as_slice(), &[], &["acme", "acme"], &[""]] {
        assert_eq!(refused(&ask(&api, "BatchGetItem", &batch(ids))), "ValidationException", "{ids:?}");
    }
    let unknown = json!({ "RequestItems": { "none": { "Keys": [key("acme")] } } });
    assert_eq!(refused(&ask(&api, "BatchGetItem", &unknown)), "ResourceNotFoundException");
    api.create_table(TABLE, "id");
    assert_eq!(refused(&ask(&api, "BatchGetItem", &batch(&["acme"]))), "ValidationException");
}

#[test]
fn script_decides_failures_and_delays() {
    let throttled = "ProvisionedThroughputExceededException";
    let api = registry(move |_| DynamoDbAnswer::Error(400, throttled.to_owned()));
    assert_eq!(refused(&ask(&api, "BatchGetItem", &batch(&["acme"]))), throttled);
    let put = json!({ "TableName": TABLE, "Item": key("umbrella") });
    for (answer, done) in [(DynamoDbAnswer::Cut, false), (DynamoDbAnswer::CutAfterServing, true)] {
        let api = registry(move |_| answer.clone());
        assert_eq!(ask(&api, "PutItem", &put).0, 0);
        assert_eq!(api.item(TABLE, "umbrella").is_some(), done);
    }
    let api = registry(|_| DynamoDbAnswer::ServedAfter(Duration::from_millis(50)));
    let asked = std::time::Instant::now();
    assert_eq!(ask(&api, "PutItem", &put).0, 200);
    assert!(asked.elapsed() >= Duration::from_millis(50));
}

#[test]
fn failed_conditional_put_returns_the_existing_item() {
    let api = served();
    let put = |id: &str| {
        json!({
            "TableName": TABLE, "Item": key(id), "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            "ConditionExpression": "attribute_not_exists(#id)", "ExpressionAttributeNames": { "#id": "tenant_id" },
        })
    };
    assert_eq!(ask(&api, "PutItem", &put("umbrella")).0, 200);
    let answer = ask(&api, "PutItem", &put("acme"));
    assert_eq!(refused(&answer), "ConditionalCheckFailedException");
    assert_eq!(text(&answer.1["Item"], "status"), "active");
    assert_eq!(api.item(TABLE, "acme").unwrap()["status"]["S"], "active");
}

#[test]
fn request_sees_an_earlier_write_of_another_client() {
    let api = registry(|_| {
        DynamoDbAnswer::ServedAfterPut(json!({ "tenant_id": { "S": "acme" }, "n": { "S": "x" } }))
    });
    let get = ask(&api, "GetItem", &json!({ "TableName": TABLE, "Key": key("acme") }));
    assert_eq!(text(&get.1["Item"], "n"), "x");
    assert_eq!(api.calls().len(), 1);
}

fn update(id: &str, condition: &str) -> Value {
    json!({
        "TableName": TABLE, "Key": key(id), "ReturnValues": "ALL_NEW",
        "UpdateExpression": "SET #s = :new, note = :note REMOVE backend",
        "ConditionExpression": condition,
        "ExpressionAttributeNames": { "#s": "status" },
        "ExpressionAttributeValues": {
            ":new": { "S": "suspended" }, ":note": { "S": "late" }, ":old": { "S": "active" },
        },
    })
}

#[test]
fn update_applies_if_its_condition_holds() {
    let api = served();
    let (status, answer) =
        ask(&api, "UpdateItem", &update("acme", "attribute_exists(tenant_id) AND #s = :old"));
    assert_eq!((status, text(&answer["Attributes"], "note")), (200, "late"));
    assert_eq!(text(&Value::Object(api.item(TABLE, "acme").unwrap()), "status"), "suspended");
    assert_eq!(
        refused(&ask(&api, "UpdateItem", &update("acme", "#s = :old"))),
        "ConditionalCheckFailedException"
    );
    assert_eq!(
        refused(&ask(&api, "UpdateItem", &update("none", "#s = :old"))),
        "ConditionalCheckFailedException"
    );
    // An update creates a missing item unless its condition forbids it.
    assert_eq!(ask(&api, "UpdateItem", &update("none", "#s <> :old")).0, 200);
    assert!(api.item(TABLE, "none").is_some());
}

#[test]
fn invalid_expression_is_refused() {
    let api = served();
    for condition in ["status = :old", "#missing = :old", "#s = :missing", "attribute_exists(note)"] {
        let answer = ask(&api, "UpdateItem", &update("acme", condition));
        assert_eq!(refused(&answer), "ValidationException", "{condition}");
    }
    let empty =
        json!({ "TableName": TABLE, "Item": { "tenant_id": { "S": "a" }, "principals": { "SS": [] } } });
    assert_eq!(refused(&ask(&api, "PutItem", &empty)), "ValidationException");
}

#[test]
fn scan_returns_pages_and_ends() {
    let api = served();
    api.page(TABLE, 2);
    let (mut found, mut pages, mut start) = (Vec::new(), 0, Value::Null);
    loop {
        let mut request = json!({ "TableName": TABLE, "ProjectionExpression": "tenant_id" });
        if start.is_object() {
            request["ExclusiveStartKey"] = start;
        }
        let (_, answer) = ask(&api, "Scan", &request);
        pages += 1;
        let items = answer["Items"].as_array().unwrap();
        assert!(items.iter().all(|item| item.as_object().unwrap().len() == 1));
        found.extend(items.iter().map(|item| text(item, "tenant_id").to_owned()));
        start = answer["LastEvaluatedKey"].clone();
        if start.is_null() {
            break;
        }
    }
    found.sort_unstable();
    assert_eq!((found, pages), (["acme", "globex", "initech"].map(String::from).to_vec(), 2));
}

#[test]
fn described_table_has_its_key_schema() {
    let api = served();
    api.create_table_with_sort_key("orders", "tenant_id", "order_id");
    let (_, answer) = ask(&api, "DescribeTable", &json!({ "TableName": "orders" }));
    assert_eq!(answer["Table"]["KeySchema"][1]["AttributeName"], "order_id");
    let get = ask(&api, "GetItem", &json!({ "TableName": "orders", "Key": key("acme") }));
    assert_eq!(refused(&get), "ValidationException");
    let get = ask(&api, "GetItem", &json!({ "TableName": TABLE, "Key": key("acme") }));
    assert_eq!(text(&get.1["Item"], "status"), "active");
}

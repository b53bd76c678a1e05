"""What the answer to a batch does to its source
[Lambda developer guide, "Handling errors for an SQS event source in Lambda",
"Configuring partial batch response with Kinesis Data Streams and Lambda", and the same with DynamoDB].

MiniStack honours well-formed answers of queues. Added: an answer that Lambda would not accept fails the whole
batch, and streams resume at the lowest failure.
"""

import json

from ministack.services import lambda_svc

from demo.emulator.patching import replace

WHOLE_BATCH = {"errorType": "BatchFailed", "errorMessage": "the whole batch is retried"}


def install() -> None:
    replace(lambda_svc, "_execute_function", ["func", "event"], execute)


def execute(original, func, event):
    mapping = mapping_of(func, event)
    result = original(func, event)
    if not mapping or result.get("error") or "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return result
    known = [identifier(record) for record in event["Records"]]
    failed = failed_items(result.get("body"))
    whole = {"error": True, "body": WHOLE_BATCH, "log": result.get("log", "")}
    if failed is None or not set(failed) <= set(known):
        return whole
    if not failed or "messageId" in event["Records"][0]:
        return result
    advance(mapping, event["Records"][0], min(known.index(item) for item in failed))
    return whole


def mapping_of(function: dict, event) -> dict | None:
    """The event source mapping that this invocation comes from, if any."""
    records = event.get("Records") if isinstance(event, dict) else None
    source = records and isinstance(records[0], dict) and records[0].get("eventSourceARN")
    name = (function.get("config") or function).get("FunctionName")
    for _, _, mapping in lambda_svc._iter_all_esms() if source else ():
        if mapping.get("EventSourceArn") == source and mapping.get("FunctionName") == name:
            return mapping
    return None


def failed_items(body) -> list[str] | None:
    """The identifiers that an answer names; None where Lambda would call the whole batch failed."""
    if body in (None, "", {}):
        return []
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return None
    failures = body.get("batchItemFailures") if isinstance(body, dict) else None
    if failures is None:
        return []
    if not isinstance(failures, list):
        return None
    items = [failure.get("itemIdentifier") if isinstance(failure, dict) else None for failure in failures]
    return items if all(isinstance(item, str) and item for item in items) else None


def identifier(record: dict) -> str:
    """How an answer names this record."""
    for holder, name in ((record, "messageId"), (record.get("kinesis"), "sequenceNumber"), (record.get("dynamodb"), "SequenceNumber")):
        if holder and holder.get(name):
            return holder[name]
    return ""


def advance(mapping: dict, record: dict, done: int) -> None:
    """Moves a stream's checkpoint past the records before the first failure."""
    if "kinesis" in record:
        shard = record["eventID"].split(":")[0]
        lambda_svc._kinesis_positions[mapping["UUID"]][shard] += done
    else:
        with lambda_svc._dynamodb_stream_positions_lock:
            lambda_svc._dynamodb_stream_positions[mapping["UUID"]] += done

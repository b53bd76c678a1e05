"""Applies the response to a batch to its queue
[Lambda developer guide, "Handling errors for an SQS event source in Lambda"].

MiniStack honours well-formed responses. This module adds that a response which Lambda would not accept fails the whole batch.
`streams` reads streams, which have other rules.
"""

from ministack.services import lambda_svc

from demo.emulator.answers import failed_items
from demo.emulator.patching import replace

WHOLE_BATCH = {"errorType": "BatchFailed", "errorMessage": "the whole batch is retried"}


def install() -> None:
    replace(lambda_svc, "_execute_function", ["func", "event"], execute)


def execute(original, func, event):
    mapping = mapping_of(func, event)
    result = original(func, event)
    if not mapping or result.get("error") or "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return result
    failed = failed_items(result.get("body"))
    if failed is None or not set(failed) <= {record["messageId"] for record in event["Records"]}:
        return {"error": True, "body": WHOLE_BATCH, "log": result.get("log", "")}
    return result


def mapping_of(function: dict, event) -> dict | None:
    """The event source mapping of a queue that started this invocation, if any."""
    records = event.get("Records") if isinstance(event, dict) else None
    first = records[0] if isinstance(records, list) and records else None
    source = first.get("eventSourceARN") if isinstance(first, dict) and "messageId" in first else None
    name = (function.get("config") or function).get("FunctionName")
    for _, _, mapping in lambda_svc._iter_all_esms() if source else ():
        if mapping.get("EventSourceArn") == source and mapping.get("FunctionName") == name:
            return mapping
    return None

"""A line for every finished invocation, in the order in which they finished.

It is what the outside saw, whatever the function says of itself: whose invocation it was, which records it
carried, how it was answered, and the type of the error where it was none. Written to the file that `EMULATOR_TRACE` names; off without it.
"""

import json
import os
import threading

from ministack.core import lambda_runtime

from demo.emulator.answers import failed_items
from demo.emulator.patching import replace
from demo.emulator.tenancy import tenant_id

writing = threading.Lock()


def install() -> None:
    if os.environ.get("EMULATOR_TRACE"):
        replace(lambda_runtime.ProvidedWorker, "invoke", ["self", "event", "request_id"], traced)


def traced(original, self, event, request_id, *args, **kwargs):
    result = original(self, event, request_id, *args, **kwargs)
    write(describe(self.func_name, event, result))
    return result


def describe(function: str, event, result: dict) -> dict:
    records = [record.get("messageId") for record in event.get("Records", [])] if isinstance(event, dict) else []
    answered = result.get("status") == "ok"
    refused = failed_items(result.get("result")) if answered else None
    return {
        "function": function,
        "tenant_id": tenant_id.get(),
        "records": records,
        "error": (result.get("error_payload") or {}).get("errorType") if not answered else None,
        "settled": [] if refused is None else [record for record in records if record not in refused],
    }


def write(line: dict) -> None:
    with writing, open(os.environ["EMULATOR_TRACE"], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")

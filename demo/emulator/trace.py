"""Writes a line for every finished invocation, in the order in which they finish.

The line holds what can be observed from outside the function: the tenant, the records, the response, and the type of
the error if there was one. It goes to the file that `EMULATOR_TRACE` names; without it nothing is written.
"""

import json
import os
import threading
import time

from ministack.core import lambda_runtime

from demo.emulator.answers import failed_items, identifier
from demo.emulator.patching import replace
from demo.emulator.tenancy import tenant_id
from demo.naming import name_of, records_of

writing = threading.Lock()


def install() -> None:
    if os.environ.get("EMULATOR_TRACE"):
        replace(lambda_runtime.ProvidedWorker, "invoke", ["self", "event", "request_id"], traced)


def traced(original, self, event, request_id, *args, **kwargs):
    result = original(self, event, request_id, *args, **kwargs)
    write(describe(self.func_name, event, result))
    return result


def describe(function: str, event, result: dict) -> dict:
    records = records_of(event)
    answered = result.get("status") == "ok"
    return {
        "function": function,
        "at": time.time(),
        "tenant_id": tenant_id.get(),
        "records": [name_of(record) for record in records],
        "error": (result.get("error_payload") or {}).get("errorType") if not answered else None,
        "acknowledged": [name_of(record) for record in acknowledged(records, result.get("result"))] if answered else [],
    }


def acknowledged(records: list[dict], answer) -> list[dict]:
    """What a response acknowledges: a queue's messages that it does not name, a stream's records before the first that it names.

    An event that is not a batch is acknowledged by any response.
    """
    if not records or not identifier(records[0]):
        return records
    failed = failed_items(answer)
    if failed is None or not set(failed) <= {identifier(record) for record in records}:
        return []
    if "messageId" in records[0]:
        return [record for record in records if record["messageId"] not in failed]
    places = [place for place, record in enumerate(records) if identifier(record) in failed]
    return records[: min(places, default=len(records))]


def write(line: dict) -> None:
    with writing, open(os.environ["EMULATOR_TRACE"], "a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")

"""Makes tables unavailable for a while: those that the file `EMULATOR_OUTAGES` names, one per line.

DynamoDB has no such switch. A client sees a service that answers with status 500
[DynamoDB developer guide, "Error handling with DynamoDB"].
"""

import json
import os
from pathlib import Path

from ministack.services import dynamodb

from demo.emulator.patching import replace

OPERATIONS = ("_get_item", "_batch_get_item", "_put_item", "_update_item", "_delete_item", "_query", "_scan")
HEADERS = {"Content-Type": "application/x-amz-json-1.0"}
PROBLEM = {"__type": "com.amazonaws.dynamodb.v20120810#InternalServerError", "message": "Internal server error"}


def install() -> None:
    if os.environ.get("EMULATOR_OUTAGES"):
        for operation in OPERATIONS:
            replace(dynamodb, operation, ["data"], answer)


def answer(original, data):
    if tables_of(data) & down():
        return 500, dict(HEADERS), json.dumps(PROBLEM).encode()
    return original(data)


def tables_of(data: dict) -> set[str]:
    """The names of the tables that a request uses. The request may name them by ARN."""
    requested = data.get("RequestItems") or [data.get("TableName") or ""]
    return {table.rpartition("/")[2] for table in requested}


def down() -> set[str]:
    file = Path(os.environ["EMULATOR_OUTAGES"])
    return {table.rpartition("/")[2] for table in file.read_text().split()} if file.exists() else set()

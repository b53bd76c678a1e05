"""Deletes items whose time to live is over, and adds a record to the table's stream that names DynamoDB as the deleter
[DynamoDB developer guide, "DynamoDB Streams and Time to Live"]. MiniStack deletes them without a stream record.
"""

import contextvars
import logging
import threading
import time

from ministack.core.arn import parse_arn
from ministack.services import dynamodb, lambda_svc

from demo.emulator.patching import replace

# MiniStack checks once a minute, AWS deletes within days.
EVERY_SECONDS = 0.5
# MiniStack deletes expired items in a thread of this name. Its deletions are expiries too.
REAPER = "dynamodb-ttl-reaper"
SERVICE = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}

expiring: contextvars.ContextVar[bool] = contextvars.ContextVar("expiring", default=False)


def install() -> None:
    replace(dynamodb, "_remove_item", ["table", "pk_val", "sk_val"], remove)
    replace(dynamodb, "_build_change_record", ["table", "event_name", "old_item", "new_item"], change)
    threading.Thread(target=reap, daemon=True, name=REAPER).start()


def reap() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            with dynamodb._lock:
                for (account, region, name), setting in list(dynamodb._ttl_settings.all_items()):
                    table = dynamodb._tables.get_scoped(account, region, name)
                    if table and setting.get("TimeToLiveStatus") == "ENABLED":
                        delete_expired(table, setting["AttributeName"])
        except Exception:
            logging.exception("items were not expired")


def delete_expired(table: dict, attribute: str) -> None:
    for partition, items in list(table["items"].items()):
        for sort, item in list(items.items()):
            # Only a number is a time to live.
            if float(item.get(attribute, {}).get("N", "inf")) <= time.time():
                dynamodb._remove_item(table, partition, sort)


def remove(original, table, pk_val, sk_val):
    gone = original(table, pk_val, sk_val)
    if gone is None or threading.current_thread().name != REAPER:
        return gone
    spec = parse_arn(table["TableArn"])
    tokens = (
        (lambda_svc._request_account_id, lambda_svc._request_account_id.set(spec.account_id)),
        (lambda_svc._request_region, lambda_svc._request_region.set(spec.region)),
        (expiring, expiring.set(True)),
    )
    try:
        dynamodb._emit_stream_event(table["TableName"], "REMOVE", gone, None)
    finally:
        for variable, token in tokens:
            variable.reset(token)
    return gone


def change(original, *arguments, **named) -> dict:
    record = original(*arguments, **named)
    return record | {"userIdentity": SERVICE} if expiring.get() else record

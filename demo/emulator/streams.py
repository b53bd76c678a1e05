"""Event source mappings of Kinesis and DynamoDB streams, as Lambda runs them.

MiniStack reads all streams one after the other, retries a failed batch for ever, and supports neither bisecting nor retry
limits. Here each shard is read by itself, and `shard` applies the response. One batch of a shard is in progress at a time,
as with `ParallelizationFactor` 1.
"""

import base64
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from ministack.core.arn import parse_arn
from ministack.core.concurrency import spawn_background
from ministack.services import dynamodb, kinesis, lambda_svc, s3

from demo.emulator.answers import failed_items, identifier
from demo.emulator.patching import replace
from demo.emulator.shard import Limits, Shard

# The wait before a failed batch is retried. Lambda waits longer after each failure.
RETRY_SECONDS = 0.5
REPORTS_ITEMS = "ReportBatchItemFailures"


@dataclass
class Reader:
    """A mapping's reader of one shard."""

    shard: Shard
    busy: bool = False
    rests_until: float = 0.0


@dataclass(frozen=True)
class Source:
    """A shard as the mapping reads it."""

    id: str
    start: int
    end: int
    read: object = field(repr=False)  # (position, count) -> the records in the form that the function gets


readers: dict[tuple[str, str], Reader] = {}


def install() -> None:
    replace(lambda_svc, "_create_esm", ["data"], create)
    replace(lambda_svc, "_poll_kinesis", [], lambda _original: poll("kinesis", shards_of_stream))
    replace(lambda_svc, "_poll_dynamodb_streams", [], lambda _original: poll("dynamodb", shards_of_table))
    replace(lambda_svc, "_kinesis_stream_name_from_arn_spec", ["spec"], stream_name)


def create(original, data):
    """Stores the metrics configuration of a mapping. MiniStack forgets it, so Terraform would plan to set it every time."""
    status, headers, body = original(data)
    if status == 202 and data.get("MetricsConfig"):
        lambda_svc._esms[json.loads(body)["UUID"]]["MetricsConfig"] = data["MetricsConfig"]
    return status, headers, body


def stream_name(original, spec) -> str | None:
    """The stream of a mapping. A mapping may name a consumer with enhanced fan-out; its records are the stream's."""
    stream, _, consumer = spec.resource.removeprefix("stream/").partition("/consumer/")
    if spec.service == "kinesis" and consumer:
        return stream
    return original(spec)


def poll(service: str, shards) -> bool:
    """Delivers a batch of every shard that has none in progress. Returns whether there was any."""
    found = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        account_token = lambda_svc._request_account_id.set(account)
        region_token = lambda_svc._request_region.set(region)
        try:
            spec = parse_arn(mapping["EventSourceArn"])
            if spec.service == service and mapping.get("Enabled", True):
                for source in shards(mapping, spec):
                    found = deliver(mapping, source) or found
        finally:
            lambda_svc._request_account_id.reset(account_token)
            lambda_svc._request_region.reset(region_token)
    return found


def shards_of_stream(mapping: dict, spec) -> Iterator[Source]:
    name = lambda_svc._kinesis_stream_name_from_arn_spec(spec)
    stream = kinesis._streams.get_scoped(spec.account_id, spec.region, name)
    if not stream or stream["StreamStatus"] != "ACTIVE":
        return
    for id, shard in stream["shards"].items():
        kept = shard["records"]
        read = lambda at, count, id=id, kept=kept: [kinesis_record(mapping, id, record) for record in kept[at : at + count]]  # noqa: E731
        yield Source(id, 0, len(kept), read)


def kinesis_record(mapping: dict, shard: str, record: dict) -> dict:
    data = record["Data"]
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": base64.b64encode(data).decode() if isinstance(data, bytes) else data,
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"],
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{lambda_svc.get_account_id()}:role/lambda",
        "awsRegion": lambda_svc.get_region(),
        "eventSourceARN": mapping["EventSourceArn"],
    }


def shards_of_table(mapping: dict, spec) -> Iterator[Source]:
    table, _label = lambda_svc._dynamodb_stream_table_from_arn_spec(spec)
    if (dynamodb._tables.get(table) or {}).get("LatestStreamArn") != mapping["EventSourceArn"]:
        return
    read = lambda at, count: dynamodb.stream_records_since(table, at, count)  # noqa: E731
    yield Source("shardId-00000000000000000000-00000000", dynamodb.stream_start_position(table), dynamodb.stream_end_position(table), read)


def deliver(mapping: dict, source: Source) -> bool:
    key = (mapping["UUID"], source.id)
    if key not in readers:
        # From TRIM_HORIZON, or from the records that come after the mapping. A point in time is not supported.
        starts_at = source.start if mapping.get("StartingPosition") == "TRIM_HORIZON" else source.end
        readers[key] = Reader(Shard(starts_at))
    reader, limits = readers[key], Limits.of(mapping)
    if reader.busy or reader.rests_until > time.monotonic():
        return False
    batch = source.read(reader.shard.position, reader.shard.next_size(limits))
    function, _config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if not batch or function is None:
        return False
    reader.busy = True
    spawn_background(process, reader, mapping, limits, source.id, function, batch, thread_name="stream")
    return True


def process(reader: Reader, mapping: dict, limits: Limits, shard: str, function: dict, batch: list[dict]) -> None:
    try:
        # Records that a filter excludes count as acknowledged.
        wanted = [place for place, record in enumerate(batch) if lambda_svc._apply_filter_criteria([record], mapping)]
        result = lambda_svc._execute_function(function, {"Records": [batch[place] for place in wanted]}) if wanted else {}
        first = first_failure(mapping, [identifier(batch[place]) for place in wanted], result)
        if first is None:
            return reader.shard.acknowledge(len(batch))
        done = wanted[first] if first >= 0 else 0
        if not done:
            reader.rests_until = time.monotonic() + RETRY_SECONDS
        condition = reader.shard.failed(len(batch), done, first < 0, time.time() - arrived(batch[done]), limits)
        if condition:
            discard(mapping, shard, batch[done:], condition)
            reader.shard.acknowledge(len(batch) - done)
    finally:
        reader.busy = False
        lambda_svc._esm_wake.set()


def first_failure(mapping: dict, known: list[str], result: dict) -> int | None:
    """The position of the lowest record in the response; None if all are acknowledged, -1 for a complete failure."""
    if result.get("error"):
        return -1
    if REPORTS_ITEMS not in (mapping.get("FunctionResponseTypes") or []):
        return None
    failed = failed_items(result.get("body"))
    if failed is None or not set(failed) <= set(known):
        return -1
    return min(map(known.index, failed), default=None)


def arrived(record: dict) -> float:
    times = (record.get("kinesis") or {}).get("approximateArrivalTimestamp"), (record.get("dynamodb") or {}).get("ApproximateCreationDateTime")
    return float(next(time for time in times if time is not None))


def discard(mapping: dict, shard: str, batch: list[dict], condition: str) -> None:
    """Writes a discarded batch to the mapping's bucket. Other kinds of destination get no payload and are not used here."""
    destination = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") or ""
    if not destination.startswith("arn:aws:s3:::"):
        logging.error("%d records are lost: %s: name a bucket as its on-failure destination", len(batch), mapping["UUID"])
        return
    batch_info = {
        "requestContext": {"functionArn": mapping["FunctionArn"], "condition": condition},
        "version": "1.0",
        "shardId": shard,
        "payload": json.dumps({"Records": batch}),
    }
    key = f"aws/lambda/{mapping['UUID']}/{shard}/{identifier(batch[0])}"
    s3._put_object(destination.removeprefix("arn:aws:s3:::"), key, json.dumps(batch_info).encode(), {})

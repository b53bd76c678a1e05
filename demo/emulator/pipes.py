"""Pipes from a queue through a function to a queue [EventBridge user guide, "Amazon EventBridge Pipes concepts",
"Event enrichment in Amazon EventBridge Pipes"].

MiniStack's pipes only read tables, have no enrichment, and forget their settings.
"""

import json
import logging

from ministack.core.arn import parse_arn
from ministack.services import lambda_svc, pipes, sqs

from demo.emulator.patching import replace

# Settings that the description of a pipe also returns.
KEPT = ("Enrichment", "EnrichmentParameters", "SourceParameters", "TargetParameters", "LogConfiguration")


def install() -> None:
    replace(pipes, "_create_pipe", ["name", "body"], keep)
    replace(pipes, "_update_pipe", ["name", "body"], keep)
    replace(pipes, "_describe_response", ["pipe"], describe)
    replace(pipes, "_poll_pipe", ["_ddb", "pipe", "pipe_account_id"], poll)


def keep(original, name, body):
    answer = original(name, body)
    if answer[0] == 200:
        pipes._pipes[name] |= {part: body[part] for part in KEPT if part in body}
    return answer


def describe(original, pipe):
    return original(pipe) | {part: pipe[part] for part in KEPT if part in pipe}


def poll(original, _ddb, pipe, pipe_account_id):
    if parse_arn(pipe["Source"]).service != "sqs":
        original(_ddb, pipe, pipe_account_id)
    elif pipe["CurrentState"] == "RUNNING":
        hand_on(pipe)


def hand_on(pipe: dict) -> None:
    """Processes a batch of the pipe's queue, if there is one."""
    parameters = (pipe.get("SourceParameters") or {}).get("SqsQueueParameters") or {}
    queue = sqs._queue_url(parse_arn(pipe["Source"]).resource)
    taken = sqs._receive_messages_for_esm(queue, parameters.get("BatchSize", 10))
    if taken and run(pipe, [record(message, pipe["Source"]) for message in taken]):
        sqs._delete_messages_for_esm(queue, {message["receipt_handle"] for message in taken})


def run(pipe: dict, records: list[dict]) -> bool:
    """Whether the whole batch was delivered. If not, its messages are received again."""
    if pipe.get("Enrichment"):
        function, config, name = lambda_svc._get_func_record_for_ref(pipe["Enrichment"])
        result = lambda_svc._execute_function(lambda_svc._execution_record_for_config(function, config), records)
        if result.get("error"):
            logging.warning("a pipe's batch is retried: %s: %s", name, result.get("body"))
            return False
        body = result.get("body")
        records = json.loads(body) if isinstance(body, str) else body
    target = sqs._queue_url(parse_arn(pipe["Target"]).resource)
    for each in records:
        sqs._act_send_message({"QueueUrl": target, "MessageBody": each if isinstance(each, str) else json.dumps(each)}, target)
    return True


def record(message: dict, source: str) -> dict:
    """A message as a pipe passes it on [EventBridge user guide, "Amazon SQS queue as a source for EventBridge Pipes"]."""
    return {
        "messageId": message["id"],
        "receiptHandle": message["receipt_handle"],
        "body": message["body"],
        "attributes": {"ApproximateReceiveCount": str(message.get("receive_count", 1)), "SentTimestamp": str(int(message["sent_at"] * 1000))},
        "messageAttributes": {},
        "md5OfBody": message.get("md5_body") or "",
        "eventSource": "aws:sqs",
        "eventSourceARN": source,
        "awsRegion": parse_arn(source).region,
    }

"""A function for the emulator's tests, and the calls that deploy and invoke it."""

import json
import time
from collections.abc import Callable

from demo.setup.cloud import Cloud
from demo.setup.zips import zipped
from demo.turns import until

PER_TENANT = {"TenantIsolationMode": "PER_TENANT"}

# Answers with its environment and the tenants it has seen. It fails a record once if REFUSE names its mark, and every time
# with ALWAYS. It answers ANSWER once if that is set. With FAIL it fails every event that is not a batch. It answers a pipe's
# array with the bodies.
BOOTSTRAP = r"""#!/usr/bin/env python3
import http.client, json, os, pathlib, uuid
me, seen, once = uuid.uuid4().hex, set(), pathlib.Path(os.environ.get("ONCE", "/nowhere"))
refuse = set(filter(None, os.environ.get("REFUSE", "").split(",")))
def mark(r):
    return (r.get("messageAttributes", {}).get("n", {}).get("stringValue") or r.get("kinesis", {}).get("partitionKey")
            or r.get("dynamodb", {}).get("Keys", {}).get("pk", {}).get("S"))
def name(r):
    return r.get("messageId") or r.get("kinesis", {}).get("sequenceNumber") or r.get("dynamodb", {}).get("SequenceNumber")
def first(r):
    if mark(r) not in refuse or ((once / mark(r)).exists() and "ALWAYS" not in os.environ): return False
    (once / mark(r)).touch()
    return True
def note(file, what):
    with open(once / file, "a") as notes: notes.write(json.dumps(what) + "\n")
def call(method, path, body=None):
    c = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"]); c.request(method, "/2018-06-01/runtime/" + path, body)
    r = c.getresponse()
    return r.headers, r.read()
while True:
    headers, body = call("GET", "invocation/next")
    event, tenant = json.loads(body), headers.get("Lambda-Runtime-Aws-Tenant-Id")
    seen.add(str(tenant))
    answer = {"environment": me, "tenant": tenant, "seen": sorted(seen)}
    if "Records" in event:
        note("log", [mark(r) for r in event["Records"]])
        note("records", event["Records"])
        answer = {"batchItemFailures": [{"itemIdentifier": name(r)} for r in event["Records"] if first(r)]}
        if "ANSWER" in os.environ and not (once / "answered").exists():
            (once / "answered").touch(); answer = json.loads(os.environ["ANSWER"])
    elif isinstance(event, list) and "FAIL" not in os.environ:
        answer = [json.loads(r["body"]) for r in event]
    elif "FAIL" in os.environ:
        note("events", event)
        answer = {"errorType": "Failed", "errorMessage": "as it was asked to"}
    end = "error" if "errorType" in answer else "response"
    call("POST", "invocation/%s/%s" % (headers["Lambda-Runtime-Aws-Request-Id"], end), json.dumps(answer))
"""


def code() -> bytes:
    return zipped("bootstrap", BOOTSTRAP, 0o755)


def create(cloud: Cloud, name: str, variables: dict | None = None, **more) -> str:
    function = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="provided.al2023",
        Handler="bootstrap",
        Role="arn:aws:iam::000000000000:role/r",
        Code={"ZipFile": code()},
        Timeout=10,
        Environment={"Variables": variables or {}},
        **more,
    )
    return function["FunctionArn"]


def invoke(cloud: Cloud, name: str, **more):
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=b"{}", **more)
    return json.loads(answer["Payload"].read() or b"null")


def eventually(holds: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether the condition holds soon."""
    for _ in until(holds, seconds):
        time.sleep(0.05)
    return holds()

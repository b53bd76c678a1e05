"""Each example: what it is given, what is sent through it, and what must come of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from demo.applied.ground import BUCKET, MAX_RECEIVES, VISIBILITY_SECONDS, Ground
from demo.applied.senders import Proof, Senders
from demo.configurations import BACKEND as EXISTING
from demo.configurations import BACKEND_SECONDS, CONFIGURATIONS
from demo.stage import ROOT

FOLDER = ROOT / "examples"

# What cannot be applied, with the reason: nothing at present.
NOT_APPLIED: dict[str, str] = {}
# What is applied, and has nothing sent through it, with the reason.
NOT_USED = {
    "tenant-credentials": "its backend is a Python function, to which the emulator hands neither tenant id nor client context",
}


@dataclass(frozen=True)
class Example:
    name: str
    # Variables besides its name, zips and architecture.
    given: Callable[[Ground], dict] = field(default=lambda _: {})
    send: Callable[[Senders, Ground, dict], list[Proof]] | None = None
    # Functions that it creates in tenant isolation mode, behind its name; aws 5.x cannot ask for that, so that the emulator does it.
    isolated: tuple[str, ...] = ()


def existing_backend(ground: Ground) -> dict:
    return {"backend_arn": ground.backend.arn, "backend_timeout_seconds": BACKEND_SECONDS}


def from_bucket(ground: Ground) -> dict:
    return existing_backend(ground) | {"artifacts_bucket": BUCKET}


def existing_queue(ground: Ground) -> dict:
    return {
        "queue_arn": ground.arn_of(ground.fifo_queue),
        "visibility_timeout_seconds": VISIBILITY_SECONDS,
        "dead_letter_queue": {"arn": ground.arn_of(ground.fifo_dead_letters), "max_receive_count": MAX_RECEIVES},
    }


def one(what: str, holds: Callable[[], bool]) -> list[Proof]:
    return [Proof(f"{what} reaches its tenant", holds)]


def dynamodb_stream(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    tenant = "dynamodb-stream"
    return one("an item", send.reached(EXISTING, tenant, send.item(made["table_name"], tenant, sk="1")))


def eventbridge_buffered(send: Senders, _ground: Ground, _made: dict) -> list[Proof]:
    tenant = "eventbridge-buffered"
    return one("an event", send.reached(EXISTING, tenant, send.event("default", "shop.orders", tenant)))


def s3_artifacts(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    tenant = "s3-artifacts"
    return one("a message", send.reached(EXISTING, tenant, send.message(made["queue_url"], tenant)))


def pipes_enrichment(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    tenant = "pipes-enrichment"
    return one("a message", send.reached(EXISTING, tenant, send.message(made["incoming_queue_url"], tenant)))


def step_functions(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    tenants = ("tasks-blue", "tasks-green", "no tenant's!")
    orders = [{"tenant_id": tenant, "order": {"tenantId": tenant, "id": f"of {tenant}"}} for tenant in tenants]
    result = send.execution(made["state_machine_arn"], orders)
    done = [{"done": {"ok": True, "id": f"of {tenant}"}} for tenant in tenants[:2]]
    return [
        Proof("two tenants' tasks are done, and answered with what the backend answers", lambda: result()[:2] == done),
        Proof("a task without a tenant is refused in its place, and the others are done", lambda: "refused" in dict(*result()[2:])),
    ]


def sqs_quickstart(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    return one("a message", send.reached("sqs-quickstart", "blue", send.message(made["queue_url"], "blue")))


def sqs_fifo_existing_queue(send: Senders, ground: Ground, _made: dict) -> list[Proof]:
    return one("a message", send.reached("sqs-fifo-existing-queue", "blue", send.message(ground.fifo_queue, "blue")))


def tenant_registry(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    queue = made["queue_url"]
    return [
        *one("a message of the pool", send.reached("tenant-registry-standard", "blue", send.message(queue, "blue"))),
        *one("a message of the premium tier", send.reached("tenant-registry-premium", "green", send.message(queue, "green"))),
    ]


def complete(send: Senders, _ground: Ground, made: dict) -> list[Proof]:
    queues = made["queue_urls"]
    return [
        *one("a message of orders", send.reached("complete", "blue", send.message(queues["orders"], "blue"))),
        *one("a message of payments", send.reached("complete-premium", "green", send.message(queues["payments"], "green"))),
        *one("a record of clicks", send.reached("complete", "blue", send.data(made["stream_arns"]["clicks"], "blue"))),
        *one("an item over the bridge", send.reached("complete", "blue", send.item(made["table_name"], "blue"))),
        *one("an event of news", send.reached("complete-premium", "green", send.event(made["bus_name"], "shop.news", "green"))),
    ]


EXAMPLES = (
    Example("complete", send=complete, isolated=("", "-premium")),
    Example("dynamodb-stream", existing_backend, dynamodb_stream),
    Example("eventbridge-buffered", existing_backend, eventbridge_buffered),
    Example("pipes-enrichment", existing_backend, pipes_enrichment),
    Example("s3-artifacts", from_bucket, s3_artifacts),
    Example("sqs-fifo-existing-queue", existing_queue, sqs_fifo_existing_queue, isolated=("",)),
    Example("sqs-quickstart", send=sqs_quickstart, isolated=("",)),
    Example("step-functions", existing_backend, step_functions),
    Example("tenant-credentials", lambda ground: {"backend_zip": str(ground.python_backend)}, isolated=("",)),
    Example("tenant-registry", lambda _: {"deletion_protection": False}, tenant_registry, isolated=("-standard", "-premium")),
)


def applied_by_the_demo() -> set[str]:
    return {each.folder.name for each in CONFIGURATIONS.values() if each.folder.parent == Path("examples")}


def forgotten() -> set[str]:
    """Examples that nothing applies or uses, and nobody says why; and reasons that have become none."""
    known = {example.name for example in EXAMPLES} | applied_by_the_demo() | NOT_APPLIED.keys()
    not_used = {example.name for example in EXAMPLES if example.send is None}
    return {folder.name for folder in FOLDER.iterdir() if folder.is_dir()} ^ known | not_used ^ NOT_USED.keys()

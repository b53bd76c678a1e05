"""What is sent through the examples that do not use the demo's messages, and the expected results."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from acceptance.example import Applied
from acceptance.promises import Check
from acceptance.senders import Senders
from demo.turns import until

ONLY_AWS = "the emulator passes neither the tenant id nor the client context to a function in Python"


@dataclass(frozen=True)
class Proof:
    """A condition that must become true."""

    what: str
    holds: Callable[[], bool]


def proven(applied: Applied, *proofs: Proof) -> Iterator[None]:
    for proof in proofs:
        held = yield from until(proof.holds, applied.target.pace.patience)
        wrong = [] if held else [f"not within {applied.target.pace.patience} s"]
        applied.checks.append(Check(applied.name, proof.what, wrong))


def reaches(applied: Applied, what: str, function: str, tenant: str, id: str) -> Proof:
    """A message is processed in an invocation of its own tenant, in an environment that has served no other tenant."""

    def holds() -> bool:
        brought = [line for line in applied.logs.journal(function) if id in done(line)]
        return any((line["tenant_id"], line["tenants_seen"]) == (tenant, [tenant]) for line in brought)

    return Proof(f"{what} reaches its tenant", holds)


def done(line: dict) -> set[str]:
    return {record["id"] for record in line["records"] if record["outcome"] == "ok"}


def one_message(applied: Applied, url: str, function: str, tenant: str) -> Proof:
    id = f"{applied.example.short}-{tenant}"
    Senders(applied.target).message(url, tenant, id)
    return reaches(applied, f"a message of {tenant}", function, tenant, id)


def s3_artifacts(applied: Applied) -> Iterator[None]:
    return proven(applied, one_message(applied, applied.outputs["queue_url"], applied.existing.backend_name, "blue"))


def pipes_enrichment(applied: Applied) -> Iterator[None]:
    return proven(applied, one_message(applied, applied.outputs["incoming_queue_url"], applied.existing.backend_name, "blue"))


def sqs_fifo_existing_queue(applied: Applied) -> Iterator[None]:
    return proven(applied, one_message(applied, applied.existing.queue_url, applied.prefix, "blue"))


def step_functions(applied: Applied) -> Iterator[None]:
    tenants = ("blue", "green", "no tenant's!")
    orders = [{"tenant_id": tenant, "order": {"tenantId": tenant, "id": f"of {tenant}"}} for tenant in tenants]
    ended = Senders(applied.target).execution(applied.outputs["state_machine_arn"], {"orders": orders})
    done = [{"done": {"ok": True, "id": f"of {tenant}"}} for tenant in tenants[:2]]
    result = lambda: json.loads((ended() or {}).get("output") or "[]")  # noqa: E731
    return proven(
        applied,
        Proof("two tenants' tasks succeed, and return what the backend returned", lambda: result()[:2] == done),
        Proof("a task without a tenant fails by itself, and the others succeed", lambda: "refused" in dict(*result()[2:])),
    )


def complete(applied: Applied) -> Iterator[None]:
    made, send, pool, premium = applied.outputs, Senders(applied.target), applied.prefix, f"{applied.prefix}-premium"
    id = lambda source: f"{applied.example.short}-{source}"  # noqa: E731
    send.message(made["queue_urls"]["orders"], "blue", id("orders"))
    send.message(made["queue_urls"]["payments"], "green", id("payments"))
    send.data(made["stream_arns"]["clicks"], "blue", id("clicks"))
    send.item(made["table_name"], "blue", id("items"))
    send.event(made["bus_name"], "shop.news", "green", id("news"))
    return proven(
        applied,
        reaches(applied, "a message of orders", pool, "blue", id("orders")),
        reaches(applied, "a message of payments", premium, "green", id("payments")),
        reaches(applied, "a record of clicks", pool, "blue", id("clicks")),
        reaches(applied, "an item on the bridge", pool, "blue", id("items")),
        reaches(applied, "an event of news", premium, "green", id("news")),
    )


def tenant_credentials(applied: Applied) -> Iterator[None]:
    """Each tenant's order becomes its own object and item, with credentials that allow nothing else."""
    what = "each tenant's order is where only this tenant's credentials could write it"
    if not applied.target.is_aws:
        applied.checks.append(Check(applied.name, what, not_measured=ONLY_AWS))
        return
    made, tenants = applied.outputs, ("blue", "green")
    for tenant in tenants:
        Senders(applied.target).message(made["queue_url"], tenant, f"of-{tenant}")
    yield from proven(applied, Proof(what, lambda: all(kept(applied, made["bucket"], made["table_name"], tenant) for tenant in tenants)))


def kept(applied: Applied, bucket: str, table: str, tenant: str) -> bool:
    id = f"of-{tenant}"
    objects = applied.target.client("s3").list_objects_v2(Bucket=bucket, Prefix=f"tenants/{tenant}/")
    item = applied.target.client("dynamodb").get_item(TableName=table, Key={"tenant_id": {"S": tenant}, "id": {"S": id}}, ConsistentRead=True)
    return [each["Key"] for each in objects.get("Contents", [])] == [f"tenants/{tenant}/{id}.json"] and "Item" in item

"""The acts of the demo: the stage is set, hundreds of messages are sent, and then the routers are killed at work; the third
act is `trust`."""

import platform
import time
from dataclasses import dataclass
from pathlib import Path

from demo import trust
from demo.evidence.seen import Seen, gather
from demo.evidence.trust import Trust
from demo.evidence.waiting import Waiting
from demo.show.progress import Steps
from demo.stage import backend, killing, terraform
from demo.stage.cloud import Cloud
from demo.stage.guarded import Guarded
from demo.stage.places import Places
from demo.stage.sources import Sources
from demo.stage.tenantctl import Tenantctl
from demo.story import BRIDGED, FIFO, KINESIS, STANDARD, Message
from demo.story.queues import Queues
from demo.story.rush import rush
from demo.story.script import script
from demo.story.senders import Senders

ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}

# What Terraform applies: examples as they are, one of them twice, and what no example shows.
CONFIGURATIONS = {
    "queues": (Path("examples/sqs-existing-backend"), {}),
    KINESIS: (Path("examples/kinesis-fan-out"), {"name": "clicks"}),
    BRIDGED: (Path("examples/kinesis-fan-out"), {"name": "bridged-clicks", "bridge": True}),
    "estate": (Path("demo/estate"), {}),
}

# The backend's timeout; the routers get one that is longer.
BACKEND_SECONDS = 10
# How soon a failed message comes back. AWS advises six times the router's timeout, which the modules keep to; nobody
# wants to watch that, and no batch of the demo takes nearly as long as this.
RETRY_SECONDS = 8
# A stream's batches are small, so that there are many, and are given up after a few more tries.
BATCHES_OF_STREAMS = {"BatchSize": 25, "MaximumRetryAttempts": 3}
# Five tries until the dead-letter queue, and room for a slow machine.
PATIENCE_SECONDS = 240

# How often the routers are killed, and how long they work in between. Fewer times than a message has tries.
KILLS, WORK_SECONDS = 3, 1.6


@dataclass(frozen=True)
class Scene:
    """Everything that stands when the first message is sent."""

    place: Cloud
    backend: backend.Backend
    senders: Senders
    places: Places
    routers: set[str]
    # The third act's queue; its router is not among the others.
    guarded: Guarded


def set_scene(place: Cloud, zips: Path, steps: Steps) -> Scene:
    architecture = ARCHITECTURES[platform.machine().lower()]
    with steps.step("Creating the isolated backend (PER_TENANT)"):
        isolated = backend.create(place, zips / f"demo-backend-{architecture}.zip", architecture, BACKEND_SECONDS)
    variables = {
        "backend_arn": isolated.arn,
        "backend_timeout_seconds": BACKEND_SECONDS,
        "artifacts_directory": str(zips),
        "architecture": architecture,
    }
    with steps.step("Applying examples and modules with Terraform (a minute or two: the provider waits for each queue and bucket)"):
        estates = [terraform.Estate(place, name, folder, variables | more) for name, (folder, more) in CONFIGURATIONS.items()]
        outputs = dict(zip(CONFIGURATIONS, terraform.apply(estates), strict=True))
    queues, sources = outputs["queues"], Sources.of({stream: outputs[stream] for stream in (KINESIS, BRIDGED)}, outputs["estate"])
    places = Places.of(place, queues, sources)
    hasten(place, places, sources.routers)
    routers = {*queues["router_function_names"].values(), *sources.routers}
    senders = Senders.of(place, Queues(place, {queue: queues[f"{queue}_queue_url"] for queue in (STANDARD, FIFO)}), sources)
    guarded = Guarded.of(place, outputs["estate"]["guarded"])
    guarded.places.return_failures_after(trust.RETRY_SECONDS)
    return Scene(place, isolated, senders, places, routers, guarded)


def hasten(place: Cloud, places: Places, routers: set[str]) -> None:
    """Failures come back soon, and come to an end soon."""
    places.return_failures_after(RETRY_SECONDS)
    functions = place.client("lambda")
    for router in routers:
        for mapping in functions.list_event_source_mappings(FunctionName=router)["EventSourceMappings"]:
            if ":sqs:" not in mapping["EventSourceArn"]:
                functions.update_event_source_mapping(UUID=mapping["UUID"], **BATCHES_OF_STREAMS)


def first(scene: Scene, steps: Steps) -> Seen:
    """Everything at once: good messages, mishaps, hopeless cases, intruders."""
    sent = send(scene, script(), steps)
    with steps.step(f"Waiting until every one has met its end (failures are tried again after {RETRY_SECONDS} s)") as note:
        left = Waiting(scene.places, scene.routers, sent).drain(PATIENCE_SECONDS, lambda waiting: note(f"{waiting} on their way"))
    return gather(sent, {}, left, scene.backend, scene.places)


def second(scene: Scene, earlier: dict[str, Message], steps: Steps) -> Seen:
    """Good messages only, but the routers die while they work."""
    sent = send(scene, rush(), steps)
    with steps.step(f"Killing the routers {KILLS} times while they work") as note:
        for _ in range(KILLS):
            time.sleep(WORK_SECONDS)
            note(f"{killing.kill(scene.routers, scene.place)} killed")
    with steps.step("Waiting until every message is delivered all the same") as note:
        left = Waiting(scene.places, scene.routers, sent).drain(PATIENCE_SECONDS, lambda waiting: note(f"{waiting} on their way"))
    return gather(sent, earlier, left, scene.backend, scene.places)


def third(scene: Scene, earlier: set[str], tenantctl: Tenantctl, steps: Steps) -> Trust:
    """A queue whose router asks a registry, and an operator."""
    return trust.Third(scene.guarded, scene.backend, tenantctl, earlier).play(steps)


def send(scene: Scene, messages: list[Message], steps: Steps) -> dict[str, Message]:
    sources = len({message.source for message in messages})
    with steps.step(f"Sending {len(messages)} messages to {sources} sources") as note:
        return scene.senders.send(messages, lambda count: note(f"{count} sent"))

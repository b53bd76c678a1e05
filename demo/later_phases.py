"""The second and third phase: routers are killed while they work, and a registry lists the tenants (`registry_phase`)."""

import time
from dataclasses import dataclass

from demo import registry_phase
from demo.configurations import OTHERS
from demo.evidence.seen import Seen, Taken, gather
from demo.evidence.trust import Trust
from demo.evidence.waiting import Waiting
from demo.first_phase import PATIENCE_SECONDS, FirstPhase
from demo.messages import Message
from demo.messages.rush import rush
from demo.messages.senders import Senders
from demo.setup import killing
from demo.setup.guarded import Guarded
from demo.setup.tenantctl import Tenantctl
from demo.show.progress import Steps

# How often the routers are killed, and how long they work in between. It must be less often than a message is tried.
KILLS, WORK_SECONDS = 3, 1.6


@dataclass(frozen=True)
class LaterPhases:
    """The phases that follow the first one. They use the resources that it created."""

    first: FirstPhase
    steps: Steps

    def second(self) -> Seen:
        """Sends only valid messages, and kills the routers while they work."""
        places, messages = self.first.places, rush()
        with self.steps.step(f"Sending {len(messages)} messages to {len({message.source for message in messages})} sources") as note:
            sent = Senders.of(places).send(messages, lambda count: note(f"{count} sent"))
        with self.steps.step(f"Killing the routers {KILLS} times while they work") as note:
            for _ in range(KILLS):
                time.sleep(WORK_SECONDS)
                note(f"{killing.kill(set(places.routers), places.cloud)} killed")
        with self.steps.step("Waiting until every message is delivered nevertheless") as note:
            left = Waiting(places, sent).drain(PATIENCE_SECONDS, lambda waiting: note(f"{waiting} in transit"))
        return gather(sent, self.first.sent, left, self.first.isolated, places, Taken())

    def third(self, earlier: dict[str, Message], tenantctl: Tenantctl) -> Trust:
        """Uses a queue whose router reads a registry, and an operator who changes it."""
        guarded = Guarded.of(self.first.cloud, self.first.outputs[OTHERS]["guarded"])
        guarded.places.return_failures_after(registry_phase.RETRY_SECONDS)
        return registry_phase.RegistryPhase(guarded, self.first.isolated, tenantctl, {*earlier}).run_all(self.steps)

"""The third phase: a registry lists the tenants, and an operator uses tenantctl to fix what was rejected."""

import random
import signal
import time
from collections.abc import Callable

from demo.evidence.seen import Seen, quarantined
from demo.evidence.trust import Killed, Outage, Trust, delivered, gather, router_attempts
from demo.messages import GUARDED, Message, trust
from demo.messages.queues import Queues
from demo.setup.backend import Backend
from demo.setup.guarded import Guarded
from demo.setup.tenantctl import Run, Tenantctl, ended
from demo.show.progress import Steps
from demo.turns import until

# The wait before a record that waits for the registry is received again. No batch takes as long, since the router waits two
# seconds at most.
RETRY_SECONDS = 5
# The visibility timeout of what a killed replay has received; the shortest that tenantctl accepts.
HOLD_SECONDS = 3
# How often a replay is killed, and after how many replayed records at most.
KILLS, MOST_REPLAYED = 5, 12
SEED = 5
PATIENCE_SECONDS = 120
POLL_SECONDS = 0.2


class RegistryPhase:
    def __init__(self, guarded: Guarded, backend: Backend, tenantctl: Tenantctl, earlier: set[str]):
        self.guarded, self.backend, self.tenantctl, self.earlier = guarded, backend, tenantctl, earlier
        self.queues = Queues(guarded.places.cloud, guarded.places.queues)
        self.sent: dict[str, Message] = {}
        self.trust = Trust(Seen({message.id: message for message in trust.everything()}))

    def run_all(self, steps: Steps) -> Trust:
        with steps.step("Importing the registry's tenants: tenantctl tenants import"):
            self.register()
        with steps.step("Sending messages of active, suspended and unknown tenants") as note:
            self.opening(note)
        with steps.step("Activating both, and replaying what was quarantined: tenantctl quarantine replay"):
            self.activate_and_replay()
        stale = self.guarded.stale_seconds
        with steps.step(f"Making the registry unavailable: known tenants are served for {stale} s, then all wait; then making it available") as note:
            self.outage(note)
        with steps.step(f"Killing a replay of {len(trust.piled_up())} records {KILLS} times") as note:
            self.kill_replays(note)
        self.trust.seen.left = self.guarded.waiting()
        gather(self.trust, self.sent, self.earlier, self.backend, self.guarded)
        return self.trust

    def register(self) -> None:
        file = self.guarded.places.cloud.folder / "tenants.jsonl"
        file.write_text(trust.registry())
        self.run("tenants", "import", str(file), "--table", self.guarded.table, "--execute")

    def opening(self, note: Callable[[str], None]) -> None:
        sent = self.send(trust.opening())
        self.wait_until_empty(note)
        look = self.guarded.places.look(self.guarded.quarantine)
        self.trust.first = Seen(sent, quarantined=[quarantined(GUARDED, message) for message in look])

    def activate_and_replay(self) -> None:
        self.activate(trust.SUSPENDED, "activate")
        self.activate(trust.UNKNOWN, "add")
        self.run("quarantine", "replay", *self.replaying("--tenant", trust.SUSPENDED))
        self.run("quarantine", "replay", *self.replaying("--reason", "unknown_tenant"))
        self.wait_until_empty()

    def outage(self, note: Callable[[str], None]) -> None:
        self.send(trust.greeting())
        self.wait_until_empty()
        outage = self.trust.outage = Outage(begun=time.time())
        self.guarded.take_table_away()
        self.send([*trust.of_the_newcomer(), *trust.within_the_bound()])
        ids = {message.id for message in trust.within_the_bound()}
        bound = outage.begun + self.guarded.stale_seconds
        self.wait(lambda: ids <= delivered(self.backend), bound - time.time())
        note("known tenants were served")
        # The last answer was read before the table became unavailable.
        time.sleep(max(0.0, bound - time.time()))
        waiting = {*self.send(trust.after_the_bound())}
        self.wait(lambda: waiting <= router_attempts({}, self.guarded).keys(), PATIENCE_SECONDS)
        # Long enough for each record to reach the router once more.
        time.sleep(RETRY_SECONDS)
        note("all wait")
        outage.quarantined, outage.ended = self.guarded.quarantined(), time.time()
        self.guarded.bring_table_back()
        self.wait_until_empty(note)

    def kill_replays(self, note: Callable[[str], None]) -> None:
        self.send(trust.piled_up())
        self.wait_until_empty(note)
        self.activate(trust.PILED_UP, "activate")
        chance, end = random.Random(SEED), time.monotonic() + PATIENCE_SECONDS
        while (waiting := self.guarded.quarantined()) and time.monotonic() < end:
            note(f"{waiting} to replay")
            if len(self.trust.killed) < KILLS:
                self.kill_replay(waiting, chance.randint(0, MOST_REPLAYED))
            else:
                self.rerun(self.tenantctl.run("quarantine", "replay", *self.replaying()))
            # Until the records that the last replay received are visible again.
            self.wait(lambda: not self.guarded.held(), HOLD_SECONDS)
        self.wait_until_empty(note)

    def kill_replay(self, waiting: int, replayed: int) -> None:
        """Kills a replay when it has replayed this many records; for zero, when it has received some."""
        command = ("quarantine", "replay", *self.replaying())
        with self.tenantctl.started(*command) as (process, log):
            at_work = lambda: self.guarded.quarantined() <= waiting - replayed if replayed else self.guarded.held()  # noqa: E731
            self.wait(lambda: process.poll() is not None or at_work(), PATIENCE_SECONDS, 0.0)
            process.kill()
            process.wait()
        if process.returncode == -signal.SIGKILL:
            self.trust.killed.append(Killed(waiting - self.guarded.quarantined(), self.guarded.held()))
        else:
            self.rerun(ended(command, process, log))

    def rerun(self, run: Run) -> None:
        """A replay that ended by itself."""
        self.trust.runs.append(run)
        self.trust.reruns.append(run)

    def replaying(self, *filters: str) -> list[str]:
        # In the emulator, the sender of every message is an account, not the router's role as in AWS.
        seconds = str(HOLD_SECONDS)
        return ["--queue", self.guarded.quarantine, "--hold-seconds", seconds, *filters, "--any-source", "--execute"]

    def activate(self, tenant: str, how: str) -> None:
        self.trust.activated[tenant] = time.time()
        self.run("tenants", how, tenant, "--table", self.guarded.table)
        # Before that, the router may have cached that the tenant is rejected, and would quarantine its records again.
        time.sleep(self.guarded.fresh_seconds)

    def run(self, *arguments: str) -> Run:
        run = self.tenantctl.run(*arguments)
        self.trust.runs.append(run)
        return run

    def send(self, messages: list[Message]) -> dict[str, Message]:
        sent = self.queues.send(messages)
        self.sent |= sent
        return sent

    def wait_until_empty(self, note: Callable[[str], None] = lambda _: None) -> None:
        """Waits until the queue is empty."""
        self.wait(lambda: not self.report_waiting(note), PATIENCE_SECONDS)

    def report_waiting(self, note: Callable[[str], None]) -> int:
        waiting = self.guarded.waiting()
        note(f"{waiting} in transit")
        return waiting

    def wait(self, holds: Callable[[], bool], seconds: float, poll: float = POLL_SECONDS) -> None:
        """Waits until the condition holds, at most for this time."""
        for _ in until(holds, seconds):
            time.sleep(poll)

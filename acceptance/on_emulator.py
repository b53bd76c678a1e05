"""Runs the acceptance test on the embedded emulator: python -m acceptance.on_emulator [OPTIONS of acceptance]

The emulator enforces IAM. The test runs as a user with exactly the policy that `--print-policy` prints, which proves that the policy is
sufficient; every function runs with its own role. A second run is stopped in the middle, as by Ctrl-C.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from acceptance import leftovers, unfinished
from acceptance.catalogue import PARTS, of
from acceptance.policy import STEM, policy
from acceptance.promises import Check
from acceptance.target import Target
from demo.setup import ACCOUNT, REGION, ROOT, cloud
from demo.setup.cloud import Cloud
from demo.setup.folder import own_folder
from demo.setup.terraform import real_provider
from scripts import task
from scripts.terraform.providers import on_stderr

USER = "accepting"
ENFORCING = {"AUTH": "true"}
# The emulator does not support the condition key that limits a mapping to a function.
WITHOUT_CONDITION = "Mappings"
# The example that is created fastest.
STOPPED_PART = "step-functions"
PATIENCE_SECONDS = 900


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m acceptance.on_emulator", description="Runs acceptance on the embedded emulator.")
    parser.add_argument("--only", metavar="PART,…", default=",".join(PARTS))
    parser.add_argument("--output", metavar="FOLDER", type=Path, default=Path())
    known, rest = parser.parse_known_args()
    parts = tuple(known.only.split(","))
    providers, why = real_provider(on_stderr)
    if not providers:
        return skipped(parts, why)
    report = known.output / "acceptance.json"
    report.unlink(missing_ok=True)
    with own_folder(None) as scratch, cloud.running(scratch / "cloud", ENFORCING) as place:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | keys(place)
        command = [sys.executable, "-m", "acceptance", "--account", ACCOUNT, "--region", REGION, "--endpoint-url", place.endpoint, "--yes", *rest]
        whole = subprocess.Popen([*command, "--only", known.only, "--output", str(known.output)], cwd=ROOT, env=environment)
        stopped = Stopped([*command, "--only", STOPPED_PART], environment, scratch / "stopped")
        # On SIGTERM both runs are asked to end, and they destroy their resources first. Ctrl-C reaches them directly.
        signal.signal(signal.SIGTERM, lambda *_: [process.terminate() for process in (whole, stopped.process)])
        checks = ended(stopped.checks, place)
        code = ended(whole.wait)
    return summed(report, checks, code)


def ended(wait, *arguments):
    """Waits for a process that ends by itself after an interrupt."""
    while True:
        with contextlib.suppress(KeyboardInterrupt):
            return wait(*arguments)


def keys(place: Cloud) -> dict[str, str]:
    """The keys of a user with the policy of all parts."""
    document = policy(Target(ACCOUNT, REGION, place.endpoint), PARTS)
    iam = place.client("iam")
    iam.create_user(UserName=USER)
    arn = iam.create_policy(PolicyName=USER, PolicyDocument=json.dumps(understood(document)))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=USER, PolicyArn=arn)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def understood(document: dict) -> dict:
    """The policy without the condition key that the emulator does not support."""
    statements = [{**each} for each in document["Statement"]]
    for statement in statements:
        if statement["Sid"] == WITHOUT_CONDITION:
            del statement["Condition"]
    return document | {"Statement": statements}


class Stopped:
    """A run that is stopped while Terraform creates resources."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path):
        folder.mkdir()
        self.log = folder / "log"
        with open(self.log, "wb") as output:
            own = [*command, "--output", str(folder)]
            self.process = subprocess.Popen(own, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def checks(self, place: Cloud) -> list[Check]:
        end = time.monotonic() + PATIENCE_SECONDS
        while not (run := self.creating()) and self.process.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        self.process.send_signal(signal.SIGINT)
        code, said = self.process.wait(PATIENCE_SECONDS), self.log.read_text(errors="replace")
        wrong = [] if run and code == 130 and "stopped; nothing is left" in said else [f"it ended with {code}; its output:\n{said}"]
        left = leftovers.by_name(place, run) + leftovers.by_tag(place, run) if run else []
        return [
            Check("a stopped run", "stopped while Terraform creates, it reports that, and that nothing is left", wrong),
            Check("a stopped run", "nothing is left of it, by name and by tag", left),
        ]

    def creating(self) -> str:
        """The name of the run, as soon as Terraform has created something."""
        for log in unfinished.FOLDER.glob(f"{STEM}*/{STOPPED_PART}-apply.log"):
            mark = log.parent / unfinished.MARK
            with contextlib.suppress(OSError):
                if unfinished.read(mark).process == self.process.pid and "Creation complete" in log.read_text():
                    return log.parent.name
        return ""


def skipped(parts: tuple[str, ...], why: str) -> int:
    """Reports the examples that cannot be applied here."""
    examples = of(parts)
    for example in examples:
        print(f"SKIPPED {example.name} is applied, used under faults, planned again and destroyed: {why}")
    print(f"acceptance: 0 passed, 0 failed, {len(examples)} skipped")
    return 0


def summed(report: Path, checks: list[Check], code: int) -> int:
    """Adds these checks to those of the whole run, for the suite's counter."""
    for check in checks:
        print(check.text)
    content = json.loads(report.read_text()) if report.exists() else {"passed": 0, "failed": 1, "checks": []}
    failed = content["failed"] + sum(not check.holds for check in checks)
    skipped = sum(bool(check["not_measured"]) for check in content["checks"])
    print(f"acceptance: {content['passed'] + sum(check.holds for check in checks)} passed, {failed or int(code != 0)} failed, {skipped} skipped")
    return 1 if failed or code else 0


if __name__ == "__main__":
    task.run(main)

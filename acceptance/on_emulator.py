"""Acceptance on the embedded emulator: python -m acceptance.on_emulator [what acceptance takes]

The emulator enforces IAM. Acceptance works as a user who may do what `--print-policy` prints and nothing else, so that what it prints
is known to be enough, and the routers work as their roles.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from acceptance.catalogue import PARTS, of
from acceptance.policy import policy
from acceptance.target import Target
from demo.stage import cloud
from demo.stage.cloud import REGION, ROOT, Cloud
from scripts.terraform.providers import APPLIED_VERSION, Need, find

ACCOUNT, USER = "000000000000", "accepting"
ENFORCING = {"AUTH": "true"}
# The emulator does not know the condition key by which AWS tells whose a mapping is.
WITHOUT_CONDITION = "Mappings"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m acceptance.on_emulator", description="Runs acceptance on the embedded emulator.")
    parser.add_argument("--only", default=None)
    known, rest = parser.parse_known_args()
    only = ["--only", known.only] if known.only else []
    parts = tuple(known.only.split(",")) if known.only else PARTS
    if not find(Need.APPLY).real:
        return skipped(parts)
    with tempfile.TemporaryDirectory(prefix="tenant-router-acceptance-") as folder, cloud.running(Path(folder) / "cloud", ENFORCING) as place:
        command = [sys.executable, "-m", "acceptance", "--account", ACCOUNT, "--region", REGION, "--endpoint-url", place.endpoint, "--yes"]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | keys(place, parts)
        with subprocess.Popen([*command, *only, *rest], cwd=ROOT, env=environment) as process:
            # Asked to end, it asks acceptance, which destroys first; Ctrl-C reaches that by itself.
            signal.signal(signal.SIGTERM, lambda *_: process.terminate())
            while True:
                with contextlib.suppress(KeyboardInterrupt):
                    return process.wait()


def skipped(parts: tuple[str, ...]) -> int:
    """Names what cannot be applied here."""
    examples = of(parts)
    for example in examples:
        print(f"SKIPPED {example.name} is applied, used under faults and destroyed: there is no hashicorp/aws {APPLIED_VERSION} on this machine")
    print(f"acceptance: 0 passed, 0 failed, {len(examples)} skipped")
    return 0


def keys(place: Cloud, parts: tuple[str, ...]) -> dict[str, str]:
    """The keys of a user who may do what the printed policy says."""
    document = policy(Target(ACCOUNT, REGION, place.endpoint), parts)
    iam = place.client("iam")
    iam.create_user(UserName=USER)
    arn = iam.create_policy(PolicyName=USER, PolicyDocument=json.dumps(understood(document)))["Policy"]["Arn"]
    iam.attach_user_policy(UserName=USER, PolicyArn=arn)
    key = iam.create_access_key(UserName=USER)["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}


def understood(document: dict) -> dict:
    """The policy without the condition that the emulator does not know."""
    statements = [{**each} for each in document["Statement"]]
    for statement in statements:
        if statement["Sid"] == WITHOUT_CONDITION:
            del statement["Condition"]
    return document | {"Statement": statements}


if __name__ == "__main__":
    sys.exit(main())

"""Plans a deployment that an older version created: the plan must destroy nothing, and so create nothing again.

`tests/upgrade/state.json` is the state that commit 7c2bbd2 left of `tests/upgrade/main.tf` on the demo's emulator. It holds the
ids of all resources and what can force a replacement, which is all that the plan needs. A new event source mapping would start
at its starting position again, so records would be lost or repeated [Lambda developer guide "Using Lambda with Kinesis"].
"""

import json
from pathlib import Path

FOLDER = "tests/upgrade"
PLAN = "upgrade.tfplan"
# Nothing exists from which the state could be refreshed.
COMMAND = ("plan", "-refresh=false", "-input=false", "-no-color", f"-out={PLAN}")
# Terraform's names of the actions after which a resource is no longer the one in the state. A replacement holds `delete`.
LOSING = {"delete", "forget"}


def write_state(folder: Path, registry: str) -> None:
    """Puts the state where Terraform reads it, with providers of this registry."""
    state = (folder / "state.json").read_text()
    (folder / "terraform.tfstate").write_text(state.replace("registry.terraform.io", registry))


def lost(plan: str) -> list[str]:
    """The resources that a plan, as JSON, does not keep."""
    changes = json.loads(plan)["resource_changes"]
    return [
        f"{change['address']} would not be kept ({', '.join(change['change']['actions'])}): {FOLDER}: "
        "write a moved block for it, or do not change what replaces it"
        for change in changes
        if LOSING & set(change["change"]["actions"])
    ]

"""The configurations that the demo creates: two examples unchanged, one of them twice, and resources that no example has."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from demo.messages import BRIDGED, BUFFERED, DIRECT, FIFO, KINESIS, STANDARD, TABLE
from demo.setup import ROOT, SetupFailed

BACKEND = "demo-backend"
# The backend's timeout. The routers' timeout is longer.
BACKEND_SECONDS = 10


@dataclass(frozen=True)
class Configuration:
    folder: Path
    # The sources that the configuration creates, and the Lambda functions whose zips it needs.
    sources: tuple[str, ...]
    routers: tuple[str, ...]
    variables: dict = field(default_factory=dict)


QUEUES, OTHERS = "queues", "others"
CONFIGURATIONS = {
    QUEUES: Configuration(Path("examples/sqs-existing-backend"), (STANDARD, FIFO), ("sqs-router",)),
    KINESIS: Configuration(Path("examples/kinesis-fan-out"), (KINESIS,), ("kinesis-router",), {"name": "clicks"}),
    BRIDGED: Configuration(
        Path("examples/kinesis-fan-out"), (BRIDGED,), ("kinesis-router", "sqs-router"), {"name": "bridged-clicks", "bridge": True}
    ),
    OTHERS: Configuration(Path("demo/others"), (TABLE, BUFFERED, DIRECT), ("dynamodb-router", "eventbridge-router", "sqs-router")),
}
# All Lambda functions of the demo.
FUNCTIONS = tuple(sorted({BACKEND, *(router for each in CONFIGURATIONS.values() for router in each.routers)}))


def copied(configuration: Path, into: Path) -> Path:
    """Copies the files of a configuration, so that `../..` is the copy and not the repository. Returns its folder in the copy."""
    ignore = shutil.ignore_patterns(".terraform", "*.tfstate*", ".terraform.lock.hcl")
    for part in (Path("modules"), configuration):
        if not (ROOT / part).is_dir():
            raise SetupFailed(f"a part of this repository is missing: {part}: clone it again")
        shutil.copytree(ROOT / part, into / part, ignore=ignore)
    for file in ROOT.glob("*.tf"):
        shutil.copy(file, into)
    return into / configuration

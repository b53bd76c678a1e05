"""Creates router functions through the API, with the configuration that the modules would write."""

import json
from dataclasses import dataclass, field
from pathlib import Path

from demo.stage.cloud import Cloud

ROLE = "arn:aws:iam::000000000000:role/demo-router"
# Longer than the backend takes, with the start of an environment.
TIMEOUT_SECONDS = 60


@dataclass
class Routers:
    """Makes routers to one backend, and remembers them."""

    cloud: Cloud
    zips: Path
    architecture: str
    backend_arn: str
    backend_seconds: int
    names: set[str] = field(default_factory=set)

    def create(self, name: str, artifact: str, **configuration) -> str:
        """A router of this configuration; gives its ARN."""
        backend = {"function": self.backend_arn, "timeout_seconds": self.backend_seconds}
        self.names.add(name)
        function = self.cloud.client("lambda").create_function(
            FunctionName=name,
            Runtime="provided.al2023",
            Handler="bootstrap",
            Architectures=[self.architecture],
            Role=ROLE,
            Code={"ZipFile": (self.zips / f"{artifact}-{self.architecture}.zip").read_bytes()},
            Timeout=TIMEOUT_SECONDS,
            MemorySize=256,
            Environment={"Variables": {"TENANT_ROUTER_CONFIG": json.dumps({"backend": backend} | configuration)}},
        )
        return function["FunctionArn"]

    def read(self, name: str, source_arn: str, **more) -> None:
        """Lets a router read a queue or a stream."""
        self.cloud.client("lambda").create_event_source_mapping(
            FunctionName=name, EventSourceArn=source_arn, FunctionResponseTypes=["ReportBatchItemFailures"], **more
        )

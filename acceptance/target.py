"""Where the acceptance test runs: an AWS account, or an emulator behind an endpoint."""

import os
import time
from dataclasses import dataclass, field
from functools import cache

import boto3
from botocore.config import Config

# The tag of everything that is created; its value is the name of the run.
TAG = "tenant-router-acceptance"


@dataclass(frozen=True)
class Pace:
    """How long things take there, in seconds."""

    # The wait before a failed message is retried: longer than any batch takes here. The modules set six timeouts.
    retry: int
    # How long a changed permission or limit may take to be effective everywhere.
    propagation: int
    # How long a log line, a tag or a listing may lag behind.
    lag: int
    # The interval between two checks.
    poll: float
    # How long to wait for something that must happen.
    patience: int


AWS_PACE = Pace(retry=20, propagation=60, lag=300, poll=5.0, patience=1200)
EMULATOR_PACE = Pace(retry=10, propagation=0, lag=5, poll=0.3, patience=600)


@dataclass(frozen=True)
class Target:
    """Creates the clients and Terraform's environment for the one account."""

    account: str
    region: str
    endpoint: str | None = None
    _clients: dict = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_aws(self) -> bool:
        return self.endpoint is None

    @property
    def pace(self) -> Pace:
        return AWS_PACE if self.is_aws else EMULATOR_PACE

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    def arn(self, service: str, resource: str) -> str:
        """An ARN of this account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def client(self, service: str):
        if service not in self._clients:
            config = Config(retries={"mode": "standard", "max_attempts": 8})
            self._clients[service] = boto3.client(service, region_name=self.region, endpoint_url=self.endpoint, config=config)
        return self._clients[service]

    def rest(self) -> None:
        """Waits for one interval."""
        time.sleep(self.pace.poll)

    def environment(self) -> dict[str, str]:
        """This process's environment with the region, and with the endpoint if there is one. The credentials stay."""
        given = {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}
        if self.endpoint:
            given["AWS_ENDPOINT_URL"] = self.endpoint
        return dict(os.environ) | given


@cache
def partition_of(region: str) -> str:
    """`aws`, or the partition of China or of a government's regions."""
    return boto3.Session().get_partition_for_region(region)

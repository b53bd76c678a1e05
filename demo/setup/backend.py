"""Creates the tenant-isolated backend through the API, as its owner would before there is a router."""

import json
from dataclasses import dataclass
from pathlib import Path

from demo.configurations import BACKEND, BACKEND_SECONDS
from demo.setup.cloud import Cloud

TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


@dataclass(frozen=True)
class Backend:
    arn: str
    journals: Path


def create(cloud: Cloud, zip_file: Path, architecture: str) -> Backend:
    journals = cloud.folder / "journals"
    journals.mkdir()
    role = cloud.client("iam").create_role(RoleName=BACKEND, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    function = cloud.client("lambda").create_function(
        FunctionName=BACKEND,
        Runtime="provided.al2023",
        Handler="bootstrap",
        Architectures=[architecture],
        Role=role,
        Code={"ZipFile": zip_file.read_bytes()},
        Timeout=BACKEND_SECONDS,
        Environment={"Variables": {"DEMO_JOURNAL": str(journals)}},
        TenancyConfig={"TenantIsolationMode": "PER_TENANT"},
    )
    return Backend(function["FunctionArn"], journals)

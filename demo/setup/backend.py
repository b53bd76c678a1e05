"""Creates the tenant-isolated backend through the API, as its owner would before there is a router."""

import json
from dataclasses import dataclass
from pathlib import Path

from demo.configurations import BACKEND, BACKEND_SECONDS
from demo.setup.cloud import Cloud


@dataclass(frozen=True)
class Backend:
    arn: str
    journals: Path


def create(cloud: Cloud, zip_file: Path, architecture: str) -> Backend:
    journals = cloud.folder / "journals"
    journals.mkdir()
    role = cloud.client("iam").create_role(RoleName=BACKEND, AssumeRolePolicyDocument=trusting("lambda"))["Role"]["Arn"]
    variables = {"DEMO_JOURNAL": str(journals)}
    function = cloud.client("lambda").create_function(**isolated(BACKEND, role, zip_file, architecture), Environment={"Variables": variables})
    return Backend(function["FunctionArn"], journals)


def trusting(service: str) -> str:
    """The trust policy, as JSON, of a role that a service of AWS assumes."""
    statement = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def isolated(name: str, role: str, zip_file: Path, architecture: str) -> dict:
    """The arguments that create the demo backend as a tenant-isolated function."""
    return {
        "FunctionName": name,
        "Runtime": "provided.al2023",
        "Handler": "bootstrap",
        "Architectures": [architecture],
        "Role": role,
        "Code": {"ZipFile": zip_file.read_bytes()},
        "Timeout": BACKEND_SECONDS,
        "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"},
    }

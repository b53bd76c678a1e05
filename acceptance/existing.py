"""Creates through the API what the examples expect to exist already, as its owner would."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from acceptance.buckets import empty
from acceptance.target import TAG, Target
from demo.setup.backend import isolated, trusting
from demo.setup.zips import zipped
from demo.turns import until
from scripts.build import ROOT

# The visibility timeout of the FIFO queue that an example adopts: at least six times its router's timeout.
VISIBILITY_SECONDS, MAX_RECEIVES = 312, 5
# Lambda rejects a new role until it is known everywhere.
ROLE_SECONDS = 90


@dataclass(frozen=True)
class Existing:
    """Names of the existing resources. What no example needs is not created."""

    target: Target
    run: str
    zips: Path
    architecture: str
    # A folder of the run for zips that are made here.
    folder: Path
    # What is needed: `backend`, `queue`, `bucket`.
    needs: frozenset[str] = frozenset()

    @property
    def backend_name(self) -> str:
        return f"{self.run}-backend"

    @property
    def backend_arn(self) -> str:
        return self.target.arn("lambda", f"function:{self.backend_name}")

    @property
    def bucket(self) -> str:
        # A bucket's name is unique worldwide.
        return f"{self.run}-zips-{self.target.account}"

    @property
    def queue_arn(self) -> str:
        return self.target.arn("sqs", f"{self.run}-existing.fifo")

    @property
    def dead_letter_arn(self) -> str:
        return self.target.arn("sqs", f"{self.run}-existing-dlq.fifo")

    @property
    def queue_url(self) -> str:
        return self.target.client("sqs").get_queue_url(QueueName=self.queue_arn.rpartition(":")[2])["QueueUrl"]

    @property
    def tags(self) -> dict[str, str]:
        return {TAG: self.run}

    def python_backend(self) -> Path:
        """The zip of a backend in Python, made as its README says."""
        file = self.folder / "tenant-credentials-backend.zip"
        if not file.exists():
            handler = ROOT / "examples" / "tenant-credentials" / "backend" / "handler.py"
            file.write_bytes(zipped(handler.name, handler.read_text()))
        return file

    def create(self) -> Iterator[None]:
        """Creates what is needed; yields while it waits."""
        if "backend" in self.needs:
            yield from self.create_backend()
        if "queue" in self.needs:
            self.create_queues()
        if "bucket" in self.needs:
            self.create_bucket()

    def create_backend(self) -> Iterator[None]:
        """Creates the tenant-isolated backend of all examples that have none of their own."""
        group = create_log_group(self.target, self.backend_name, self.tags)
        role = create_role(self.target, self.backend_name, "lambda", [write_to(group)], self.tags)
        zip_file = self.zips / f"demo-backend-{self.architecture}.zip"
        arguments = isolated(self.backend_name, role, zip_file, self.architecture) | {
            "MemorySize": 512,
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": f"/aws/lambda/{self.backend_name}"},
            "Tags": self.tags,
        }
        yield from create_function(self.target, arguments)

    def create_queues(self) -> None:
        sqs = self.target.client("sqs")
        name = lambda arn: arn.rpartition(":")[2]  # noqa: E731
        sqs.create_queue(QueueName=name(self.dead_letter_arn), Attributes={"FifoQueue": "true"}, tags=self.tags)
        redrive = {"deadLetterTargetArn": self.dead_letter_arn, "maxReceiveCount": MAX_RECEIVES}
        attributes = {"FifoQueue": "true", "VisibilityTimeout": str(VISIBILITY_SECONDS), "RedrivePolicy": json.dumps(redrive)}
        sqs.create_queue(QueueName=name(self.queue_arn), Attributes=attributes, tags=self.tags)

    def create_bucket(self) -> None:
        s3 = self.target.client("s3")
        # For us-east-1, S3 takes no location constraint.
        place = {} if self.target.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.target.region}}
        s3.create_bucket(Bucket=self.bucket, **place)
        s3.put_bucket_tagging(Bucket=self.bucket, Tagging={"TagSet": [{"Key": key, "Value": value} for key, value in self.tags.items()]})
        for file in sorted(self.zips.glob(f"*-{self.architecture}.zip")):
            s3.upload_file(str(file), self.bucket, file.name)

    def remove(self) -> None:
        """Deletes everything that exists. Missing resources are no error."""
        if "bucket" in self.needs:
            s3 = self.target.client("s3")
            with suppress(s3.exceptions.NoSuchBucket):
                empty(self.target, self.bucket)
                s3.delete_bucket(Bucket=self.bucket)
        if "queue" in self.needs:
            sqs = self.target.client("sqs")
            for arn in (self.queue_arn, self.dead_letter_arn):
                with suppress(sqs.exceptions.QueueDoesNotExist):
                    sqs.delete_queue(QueueUrl=sqs.get_queue_url(QueueName=arn.rpartition(":")[2])["QueueUrl"])
        if "backend" in self.needs:
            remove_function(self.target, self.backend_name)


def create_log_group(target: Target, function: str, tags: dict[str, str]) -> str:
    """Creates a function's log group and returns its ARN. Lambda would create it without tags, and leave it."""
    target.client("logs").create_log_group(logGroupName=f"/aws/lambda/{function}", tags=tags)
    return target.arn("logs", f"log-group:/aws/lambda/{function}")


def write_to(group: str) -> dict:
    return {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": f"{group}:*"}


def create_role(target: Target, name: str, service: str, statements: list[dict], tags: dict[str, str]) -> str:
    """Creates a role with one policy, which a service assumes. Returns its ARN."""
    iam = target.client("iam")
    listed = [{"Key": key, "Value": value} for key, value in tags.items()]
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusting(service), Tags=listed)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}))
    return role


def create_function(target: Target, arguments: dict) -> Iterator[None]:
    """Creates a function as soon as Lambda knows its role, and waits until it can be invoked."""
    functions = target.client("lambda")
    yield from retried(lambda: functions.create_function(**arguments), functions.exceptions.InvalidParameterValueException, "role")
    name = arguments["FunctionName"]
    yield from until(lambda: functions.get_function_configuration(FunctionName=name).get("State", "Active") == "Active", ROLE_SECONDS)


def retried(call: Callable[[], object], error: type[Exception], about: str) -> Iterator[None]:
    """Repeats a call while it is rejected because of a resource that is new."""
    refused: list[Exception] = []

    def accepted() -> bool:
        try:
            call()
        except error as problem:
            if about not in str(problem):
                raise
            refused.append(problem)
            return False
        return True

    if not (yield from until(accepted, ROLE_SECONDS)):
        raise refused[-1]


def remove_function(target: Target, name: str) -> None:
    """Deletes a function with its role and log group."""
    functions, logs = target.client("lambda"), target.client("logs")
    with suppress(functions.exceptions.ResourceNotFoundException):
        functions.delete_function(FunctionName=name)
    remove_role(target, name)
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=f"/aws/lambda/{name}")


def remove_role(target: Target, name: str) -> None:
    iam = target.client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role_policy(RoleName=name, PolicyName=name)
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName=name)

"""The command line, and the checks before anything is created."""

import argparse
import os
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from acceptance.target import Target
from scripts import task
from scripts.build import ROOT

ACCOUNT = re.compile(r"[0-9]{12}")
RUN = re.compile(r"accept-[0-9a-f]{6}")


class RunRejected(task.TaskError):
    """The run cannot start. The text says why and what to do."""


@dataclass(frozen=True)
class Options:
    target: Target
    parts: tuple[str, ...]
    zips: Path
    output: Path
    print_policy: bool
    yes: bool
    keep: bool
    # The name of an earlier run to destroy; nothing else is done then.
    destroy: str | None
    # A Kafka cluster's ARN or bootstrap servers, as given.
    kafka: str | None


def read(arguments: list[str] | None, parts: tuple[str, ...]) -> Options:
    """Reads the command line; `parts` are those that exist."""
    given = parser(parts).parse_args(arguments)
    if not ACCOUNT.fullmatch(given.account):
        raise RunRejected(f"an account number has 12 digits: --account {given.account}: name the account to use")
    if given.region not in regions():
        raise RunRejected(f"Lambda does not exist in this region: --region {given.region}: name one such as eu-west-1")
    if given.destroy and not RUN.fullmatch(given.destroy):
        raise RunRejected(f"a run's name is accept- and six digits or letters a to f: --destroy {given.destroy}: see the folders in .acceptance")
    check_endpoints(given.endpoint_url)
    return Options(
        target=Target(given.account, given.region, given.endpoint_url),
        parts=chosen(given.only, parts),
        zips=given.zips.resolve(),
        output=given.output.resolve(),
        print_policy=given.print_policy,
        yes=given.yes,
        keep=given.keep,
        destroy=given.destroy,
        kafka=given.kafka_cluster or given.kafka_bootstrap,
    )


def parser(parts: tuple[str, ...]) -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="./taskw acceptance --",
        description="Applies the examples in an AWS account, uses them under faults, checks the promises, and destroys everything again.",
    )
    made.add_argument("--account", required=True, metavar="ID", help="the account to use; it must be the account of the credentials")
    made.add_argument("--region", required=True, metavar="NAME", help="the region to use")
    made.add_argument("--only", metavar="PART,…", help=f"run only these parts, of {', '.join(parts)}")
    made.add_argument("--print-policy", action="store_true", help="print the IAM policy that the parts need, as JSON, and stop")
    made.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    made.add_argument("--keep", action="store_true", help="keep the folder with logs and Terraform's working copies")
    made.add_argument("--zips", metavar="FOLDER", type=Path, default=ROOT / "dist", help="the folder with the Lambda zips (default dist)")
    made.add_argument("--output", metavar="FOLDER", type=Path, default=Path(), help="the folder for acceptance.json and acceptance.md")
    made.add_argument("--destroy", metavar="RUN", help="destroy what an earlier run left, and do nothing else")
    made.add_argument("--endpoint-url", metavar="URL", help="an emulator instead of AWS")
    made.add_argument("--kafka-cluster", metavar="ARN", help="an MSK cluster for the question about Kafka")
    made.add_argument("--kafka-bootstrap", metavar="SERVERS", help="bootstrap servers of a Kafka cluster, for the same question")
    return made


def chosen(only: str | None, parts: tuple[str, ...]) -> tuple[str, ...]:
    if only is None:
        return parts
    wanted = [part.strip() for part in only.split(",") if part.strip()]
    unknown = [part for part in wanted if part not in parts]
    if unknown or not wanted:
        raise RunRejected(f"there is no such part: --only {only}: use some of {','.join(parts)}")
    return tuple(part for part in parts if part in wanted)


@cache
def regions() -> set[str]:
    """The regions of all partitions that have Lambda."""
    session = boto3.Session()
    return {region for partition in session.get_available_partitions() for region in session.get_available_regions("lambda", partition)}


def check_endpoints(endpoint: str | None) -> None:
    """Rejects endpoints in the environment, which would direct some calls elsewhere than the command line says."""
    named = sorted(name for name in os.environ if name.startswith("AWS_ENDPOINT_URL"))
    if named and endpoint is None:
        raise RunRejected(f"an endpoint is set that is not AWS's: {', '.join(named)}: unset it, or name the emulator with --endpoint-url")


def check_account(target: Target) -> str:
    """Compares the command line with the credentials. Returns the ARN of the caller."""
    # Terraform reads the first, boto3 the others.
    named = {os.environ.get("AWS_REGION"), os.environ.get("AWS_DEFAULT_REGION"), boto3.Session().region_name}
    if others := sorted(named - {None, "", target.region}):
        raise RunRejected(
            f"the environment names another region: {', '.join(others)} in AWS_REGION, AWS_DEFAULT_REGION or the profile, "
            f"--region {target.region}: make both the same, so that nothing is created where you do not look"
        )
    try:
        caller = target.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as problem:
        raise RunRejected(
            f"the credentials are not accepted: STS in {target.region}: log in to account {target.account}, then try again ({problem})"
        ) from problem
    if caller["Account"] != target.account:
        raise RunRejected(
            f"the credentials are of another account: {caller['Account']} ({caller['Arn']}), --account {target.account}: "
            f"use credentials of {target.account}, or name {caller['Account']} if it is the one to use"
        )
    return caller["Arn"]

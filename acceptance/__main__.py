"""Runs the acceptance test from beginning to end: python -m acceptance --account ID --region NAME"""

import hashlib
import json
import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from acceptance import unfinished
from acceptance.account import check_quota
from acceptance.announcement import announcement
from acceptance.catalogue import PARTS
from acceptance.deployment import ON_AN_EMULATOR, Tree, provider_version
from acceptance.existing import Existing
from acceptance.interrupts import Interrupts
from acceptance.options import Options, RunRejected, check_account, read
from acceptance.policy import policy
from acceptance.prices import bound, total
from acceptance.report import Report
from acceptance.run import Run, needs
from acceptance.target import Target
from acceptance.unfinished import Unfinished
from demo.setup import machine
from demo.show.progress import Steps
from scripts import task
from scripts.terraform.providers import Need, Providers, find

# With a larger heap, Terraform and its provider spend a third less time on garbage collection.
HEAP = {"GOGC": "400"}


def main(arguments: list[str] | None = None) -> int:
    console = Console(stderr=True)
    try:
        options = read(arguments, PARTS)
        if options.print_policy:
            print(json.dumps(policy(options.target, options.parts), indent=2))
            return 0
        caller = check_account(options.target)
        if options.destroy:
            return carried_out(unfinished.named(options.destroy, options.target), options, console)
        for left in unfinished.all_of_them():
            console.print(f"an earlier run was killed: {left.run}: destroy its resources with {left.command}", highlight=False, soft_wrap=True)
        return carried_out(confirmed(options, caller), options, console)
    except task.TaskError as problem:
        sys.exit(f"acceptance does not start: {problem}")


def confirmed(options: Options, caller: str) -> Unfinished:
    """Announces the run and asks for confirmation."""
    target, run = options.target, unfinished.new_name()
    architecture = architecture_of(options.zips)
    check_quota(target)
    print(announcement(target, run, options.parts, caller), file=sys.stderr)
    if not options.yes:
        if not sys.stdin.isatty():
            raise RunRejected("the run cannot be confirmed: standard input is not a terminal: pass --yes")
        print(f"\nType the account number to continue ({target.account}): ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip() != target.account:
            raise RunRejected("the account was not confirmed: standard input: nothing was created")
    return Unfinished(run, target.account, target.region, target.endpoint, options.parts, architecture, os.getpid())


def carried_out(this: Unfinished, options: Options, console: Console) -> int:
    """Runs the test, or destroys what is left of a run. The report is written in every case."""
    providers = providers_for(options.target)
    folder = unfinished.folder(this.run)
    this.write()
    environment = providers.environment(options.target.environment()) | HEAP
    tree = Tree(folder / "tree", options.target, this.run, providers.binary.path, environment)
    existing = Existing(options.target, this.run, options.zips, this.architecture, folder, needs(this.parts))
    run, begun, stopped = Run.of(tree, existing, this.parts, options.kafka, Steps(console)), time.monotonic(), False
    report = begun_report(this, options, providers)
    Interrupts().install()
    try:
        run.destroy() if options.destroy else run.play()
    except KeyboardInterrupt:
        stopped = True
    report.versions["hashicorp/aws"] = provider_version(tree)
    report.seconds, report.stale_tags = round(time.monotonic() - begun, 1), run.stale
    report.checks, report.answers = run.all_checks, run.answers
    report.examples = {applied.name: applied.facts for applied in run.examples}
    written = report.write(options.output)
    print("\n".join([*report.lines(), f"written: {', '.join(map(str, written))}"]))
    if run.nothing_left:
        this.ended()
    else:
        print(f"resources of {this.run} are left: see the checks above: {this.command}")
    if options.keep:
        console.print(f"kept: {folder}", highlight=False)
    elif run.nothing_left:
        shutil.rmtree(folder, ignore_errors=True)
    if stopped:
        print("stopped; " + ("nothing is left" if run.nothing_left else f"destroy what is left with {this.command}"))
        return 130
    print(report.closing())
    return 1 if report.failed else 0


def begun_report(this: Unfinished, options: Options, providers: Providers) -> Report:
    versions = {"Terraform": str(providers.binary), "hashicorp/aws from": str(providers)}
    versions |= {
        zip.name: f"SHA-256 {hashlib.sha256(zip.read_bytes()).hexdigest()}" for zip in sorted(options.zips.glob(f"*-{this.architecture}.zip"))
    }
    return Report(
        run=this.run,
        account=this.account,
        region=this.region,
        endpoint=this.endpoint,
        parts=this.parts,
        versions=versions,
        differences=() if options.target.is_aws else ON_AN_EMULATOR,
        cost_bound_dollars=round(total(bound(this.parts)), 2),
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def providers_for(target: Target) -> Providers:
    """The real provider: in an account one that the examples require, on the emulator the one that the emulator is tested with."""
    found = find(Need.CHECK if target.is_aws else Need.APPLY)
    if not found.real:
        raise RunRejected("no provider can apply: hashicorp/aws: let this machine reach the registry, or name a mirror")
    return found


def architecture_of(zips: Path) -> str:
    """This machine's architecture if there are zips for it; otherwise the other one. An account supports both."""
    own = machine.ARCHITECTURES.get(platform.machine().lower(), "x86_64")
    for architecture in (own, *(other for other in ("arm64", "x86_64") if other != own)):
        if (zips / f"demo-backend-{architecture}.zip").is_file():
            return architecture
    raise RunRejected(f"there are no zips: {zips}: build them with ./taskw build, or name their folder with --zips")


if __name__ == "__main__":
    task.run(main)

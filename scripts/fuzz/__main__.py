"""Fuzzes: python3 -m scripts.fuzz [--target NAME]… [--seconds N] [--minimise]

The paths below are in verification/fuzz. New inputs are written to found, which is not committed. `--minimise` copies the few
inputs that reach new code into corpus. An input that fails is written to artifacts: copy it into corpus under a telling name,
and the tests fail until the bug is fixed.
"""

import argparse
import re
from dataclasses import dataclass

from scripts import task
from scripts.fuzz.cargo_fuzz import FUZZ, build, run
from scripts.fuzz.distil import distil

# Longer inputs are slow and find nothing new; libFuzzer reports a slow input as a failure.
LIMITS = ["-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", f"-dict={FUZZ / 'pieces.dict'}"]


@dataclass(frozen=True)
class Done:
    target: str
    executions: int
    held: bool


def main() -> int:
    known = sorted(path.stem for path in (FUZZ / "fuzz_targets").glob("*.rs"))
    parser = argparse.ArgumentParser(prog="./taskw fuzz --", description="Looks for inputs that make a fuzz target fail.")
    parser.add_argument("--target", action="append", choices=known, metavar="NAME", help=f"one of {', '.join(known)}; may be repeated (default: all)")
    parser.add_argument("--seconds", type=int, default=60, metavar="N", help="how long each target runs (default: 60)")
    parser.add_argument("--minimise", action="store_true", help="copy inputs that reach new code into the corpus, instead of looking for more")
    options = parser.parse_args()
    build()
    return report([work(target, options.seconds, options.minimise) for target in options.target or known])


def work(target: str, seconds: int, minimise: bool) -> Done:
    found, corpus = FUZZ / "found" / target, FUZZ / "corpus" / target
    found.mkdir(parents=True, exist_ok=True)
    if minimise:
        return Done(target, 0, distil(corpus, found, lambda folders, options: run(target, *folders, "--", *options, *LIMITS).returncode) == 0)
    # libFuzzer writes new inputs into the first folder.
    done = run(target, found, corpus, "--", f"-max_total_time={seconds}", "-print_final_stats=1", *LIMITS)
    executions = re.search(r"^stat::number_of_executed_units: (\d+)", done.stderr, re.MULTILINE)
    return Done(target, int(executions[1]) if executions else 0, done.returncode == 0)


def report(done: list[Done]) -> int:
    print(f"\n{'target':<14}{'executions':>12}")
    for each in done:
        print(f"{each.target:<14}{each.executions:>12}{'' if each.held else '  FAILED: see verification/fuzz/artifacts'}")
    print(f"\n{sum(each.held for each in done)} passed, {sum(not each.held for each in done)} failed")
    return 0 if all(each.held for each in done) else 1


if __name__ == "__main__":
    task.run(main)

"""Checks where the crates come from, their licences, and which ones a function holds twice: python3 -m scripts.lint.licences"""

import json
import re
import subprocess

from scripts import task
from scripts.build import LAMBDAS, ROOT, TARGETS
from scripts.lint import report

# Permissive licences, which the binaries of an Apache-2.0 product may include.
ALLOWED = {"Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "Unlicense", "Unicode-3.0", "Zlib", "0BSD", "CC0-1.0"}

REGISTRY = "registry+https://github.com/rust-lang/crates.io-index"

# Crates that a Lambda function may hold in two versions, each with the reason. An entry that no longer applies is an error
# too.
TWICE = {
    "base64": "the SDK needs the older version; it adds a few kB",
    "crypto-common": "the SDK's checksums for S3 need the older version; it adds a few kB",
    "digest": "the SDK's checksums for S3 need the older version; it adds a few kB",
    "syn": "runs at build time only, in macros",
}


def main() -> int:
    asked = ["cargo", "metadata", "--locked", "--format-version", "1"]
    asked += [option for target in TARGETS.values() for option in ("--filter-platform", target)]
    metadata = json.loads(subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    foreign = [crate for crate in metadata["packages"] if crate["source"] is not None]
    found = {f"{crate['name']} {crate['version']}": problems_of(crate) for crate in foreign}
    return report("licences", found | {"duplicates": duplicates(built_into_functions())})


def problems_of(crate: dict) -> list[str]:
    name, found = f"{crate['name']} {crate['version']}", []
    if crate["source"] != REGISTRY:
        found.append(f"the crate is not from crates.io: {name}: {crate['source']}: depend on a published version")
    if not permitted(crate["license"] or ""):
        found.append(f"the licence is not allowed: {name}: {crate['license']}: choose another crate, or add the licence in {__file__}")
    return found


def permitted(expression: str) -> bool:
    """Whether the allowed licences satisfy an SPDX expression. The older `/` means `OR`."""
    # A licence with an exception is a licence of its own, which the list does not have.
    words = re.findall(r"[()]|[^\s()]+(?: WITH [^\s()]+)?", expression.replace("/", " OR "))
    allowed = [word in ALLOWED if word not in ("(", ")", "AND", "OR") else word for word in words]
    try:
        return alternatives(allowed) and not allowed
    except IndexError:  # the expression ends too early
        return False


def alternatives(words: list) -> bool:
    met = together(words)
    while words and words[0] == "OR":
        words.pop(0)
        met = together(words) or met
    return met


def together(words: list) -> bool:
    met = single(words)
    while words and words[0] == "AND":
        words.pop(0)
        met = single(words) and met
    return met


def single(words: list) -> bool:
    word = words.pop(0)
    if word == "(":
        met = alternatives(words)
        return words.pop(0) == ")" and met
    return word is True


def duplicates(built: set[str]) -> list[str]:
    """The crates that the Lambda functions hold in more than one version, except for the accepted ones."""
    versions: dict[str, set[str]] = {}
    for name, version in (crate.split()[:2] for crate in built):
        versions.setdefault(name, set()).add(version.removeprefix("v"))
    twice = {name: sorted(found) for name, found in versions.items() if len(found) > 1}
    unexpected = [
        f"the Lambda functions hold a crate twice: {name} {' and '.join(found)}: use one version, or accept it with a reason in {__file__}"
        for name, found in twice.items()
        if name not in TWICE
    ]
    return unexpected + [
        f"the functions no longer hold this crate twice: {name}: remove it from the list in {__file__}" for name in TWICE if name not in twice
    ]


def built_into_functions() -> set[str]:
    """The name and version of each crate in a Lambda function. `cargo metadata` would also list those of features that are off."""
    asked = ["cargo", "tree", "--locked", "--edges", "normal", "--prefix", "none", "--format", "{p}"]
    asked += [option for name in LAMBDAS for option in ("--package", name)]
    asked += [option for target in TARGETS.values() for option in ("--target", target)]
    tree = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {line for line in tree.splitlines() if line}


if __name__ == "__main__":
    task.run(main)

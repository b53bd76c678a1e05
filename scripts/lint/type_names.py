"""Checks that each type name of the product has one meaning: python3 -m scripts.lint.type_names"""

import re
from collections import defaultdict
from collections.abc import Mapping

from scripts import task
from scripts.build import ROOT
from scripts.lint import files, report

PRODUCT = ("crates/tenancy/", "crates/sources/", "crates/routing/", "crates/aws/", "crates/router/", "tools/tenantctl/", "lambdas/")

DEFINITION = re.compile(r"^\s*(?:pub(?:\([a-z: ]+\))? )?(?:struct|enum|union|trait|type) ([A-Z]\w*)", re.MULTILINE)
# `type Value = …;` inside an impl does not define a name; the trait does.
ASSOCIATED = re.compile(r"^\s+type [A-Z]\w* *=.*$", re.MULTILINE)
TESTS = re.compile(r"^#\[cfg\(test\)\]\nmod \w+ \{.*", re.MULTILINE | re.DOTALL)


def types_in(text: str) -> list[str]:
    """The types that a product file defines, without those of its tests."""
    return DEFINITION.findall(ASSOCIATED.sub("", TESTS.sub("", text)))


def is_product(name: str) -> bool:
    return name.startswith(PRODUCT) and "/src/" in name and not name.endswith("/tests.rs") and "/tests/" not in name


def definitions(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Where each type name is defined, given the text of each file by its path. Files outside the product are skipped."""
    places = defaultdict(list)
    for path, text in texts.items():
        if is_product(path):
            for name in types_in(text):
                places[name].append(path)
    return dict(places)


def problems_of(places: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The problems of each type name, given the files that define it."""
    return {
        name: [f"{name} is defined {len(paths)} times: {', '.join(paths)}: give each meaning its own name"] if len(paths) > 1 else []
        for name, paths in places.items()
    }


def main() -> int:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in files("*.rs")}
    return report("type names", problems_of(definitions(texts)))


if __name__ == "__main__":
    task.run(main)

"""Checks that our Terraform uses nothing that OpenTofu lacks: python3 -m scripts.terraform.opentofu

The modules support OpenTofu from 1.9 on. What 1.9 supports was read from its source at tag v1.9.0: functions in
internal/lang/functions.go; blocks and arguments in internal/configs (parser_config.go, named_values.go, module_call.go,
resource.go, provider.go, checks.go, moved.go, removed.go, import.go, test_file.go); what a mock may set in
internal/configs/hcl2shim/mock_value_composer.go. One thing in our tests needs a newer version: an instance as the target of
an override, as in `module.sqs["orders"].…`. 1.9 rejects it (internal/addrs/module.go), 1.13 accepts it (its commit 3561785c).
"""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

from scripts import task
from scripts.build import ROOT
from scripts.lint import files, report
from scripts.terraform.hcl import Block, NotHcl, Token, parse
from scripts.terraform.schema_only import SCHEMA

INSTANCES = (1, 13)
FUNCTIONS = {line for line in Path(__file__).with_name("opentofu-functions.txt").read_text().split("\n") if line and line[0] != "#"}
# In a variable's type these are type constructors, not functions.
TYPES = {"list", "map", "object", "optional", "set", "tuple"}
# At the start of an expression, OpenTofu 1.9 reads `ephemeral` and `action` as resource types.
UNKNOWN_ROOTS = {"ephemeral", "action"}

CHECK = {"condition", "error_message"}
META = {"count", "for_each", "provider", "depends_on"}
OVERRIDES = {"override_resource", "override_data", "override_module"}
# The arguments and the blocks that each block may hold; `*` if a provider or the user defines them.
ANY = {"*"}
BLOCKS: dict[str, tuple[set[str], set[str]]] = {
    "terraform": ({"required_version", "experiments", "language"}, {"backend", "cloud", "required_providers", "provider_meta", "encryption"}),
    "variable": ({"description", "default", "type", "sensitive", "nullable"}, {"validation"}),
    "output": ({"description", "value", "depends_on", "sensitive"}, {"precondition", "postcondition"}),
    "validation": (CHECK, set()),
    "precondition": (CHECK, set()),
    "postcondition": (CHECK, set()),
    "assert": (CHECK, set()),
    "check": (set(), {"data", "assert"}),
    "moved": ({"from", "to"}, set()),
    "removed": ({"from"}, set()),
    "import": ({"provider", "id", "to", "for_each"}, set()),
    "locals": (ANY, set()),
    "provider": (ANY, ANY),
    "module": (ANY, set()),
    "resource": (ANY, ANY),
    "data": (ANY, ANY),
    "lifecycle": (
        {"create_before_destroy", "prevent_destroy", "ignore_changes", "replace_triggered_by"},
        {"precondition", "postcondition"},
    ),
    "run": ({"command", "providers", "expect_failures"}, {"plan_options", "assert", "variables", "module"} | OVERRIDES),
    "plan_options": ({"mode", "refresh", "replace", "target"}, set()),
    "variables": (ANY, set()),
    "mock_provider": ({"alias"}, {"mock_resource", "mock_data", "override_resource", "override_data"}),
    "mock_resource": ({"defaults"}, set()),
    "mock_data": ({"defaults"}, set()),
    "override_resource": ({"target", "values"}, set()),
    "override_data": ({"target", "values"}, set()),
    "override_module": ({"target", "outputs"}, set()),
}
CONFIGURATION = {"terraform", "provider", "variable", "locals", "output", "module", "resource", "data", "moved", "import", "check", "removed"}
TEST = {"run", "provider", "variables", "mock_provider"} | OVERRIDES
# Write-only arguments end like this. OpenTofu supports them from 1.11 on.
WRITE_ONLY = re.compile(r"_wo(_version)?$")
CALLED = re.compile(r'^\s*source\s*=\s*"(\.\.?/[^"]*)"', re.MULTILINE)


def problems_of(path: Path) -> list[str]:
    name = path.relative_to(ROOT).as_posix()
    try:
        whole = parse(path.read_text(encoding="utf-8"))
    except NotHcl as problem:
        return [f"{problem}: {name}: write it so that scripts/terraform/hcl.py can read it"]
    is_test = path.name.endswith(".tftest.hcl")
    found = [*unknown_blocks(whole, TEST if is_test else CONFIGURATION), *unknown_calls(whole)]
    if is_test:
        found += invalid_mocks(whole, path.parent.parent if path.parent.name == "tests" else path.parent)
    return [f"OpenTofu 1.9 lacks this: {name}:{line}: {what}" for line, what in sorted(set(found))]


Found = Iterator[tuple[int, str]]


def unknown_blocks(whole: Block, top: set[str]) -> Found:
    for block in whole.blocks:
        if block.type not in top:
            yield block.line, f"block `{block.type}`"
        yield from unknown_within(block)


def unknown_within(block: Block) -> Found:
    # Inside the blocks of a provider, only the language's own blocks are known.
    arguments, blocks = BLOCKS.get(block.type, (ANY, ANY))
    for name, value in block.attributes.items():
        line = value[0].line if value else block.line
        if arguments is not ANY and name not in arguments:
            yield line, f"argument `{name}` of `{block.type}`"
        elif arguments is ANY and WRITE_ONLY.search(name):
            yield line, f"write-only argument `{name}`"
    for inner in block.blocks:
        if blocks is not ANY and inner.type not in blocks:
            yield inner.line, f"block `{inner.type}` in `{block.type}`"
        yield from unknown_within(inner)


def unknown_calls(whole: Block) -> Found:
    for block in whole.all():
        for name, value in block.attributes.items():
            known = FUNCTIONS | TYPES if (block.type, name) == ("variable", "type") else FUNCTIONS
            for before, token, after in zip([None, *value], value, [*value[1:], None]):
                if token.value == "::":
                    yield token.line, "a function of a provider or a namespace"
                elif token.kind == "name" and is_symbol(after, "(") and token.value not in known:
                    yield token.line, f"function `{token.value}`"
                elif token.value in UNKNOWN_ROOTS and is_symbol(after, ".") and not is_symbol(before, "."):
                    yield token.line, f"reference to `{token.value}`"


def is_symbol(token: Token | None, value: str) -> bool:
    return token is not None and token.kind == "symbol" and token.value == value


@functools.cache
def schemas() -> dict:
    return json.loads(SCHEMA.read_text())


def invalid_mocks(whole: Block, folder: Path) -> Found:
    """Mocks and overrides may only set computed attributes; a mock of a type must not set what the configuration sets."""
    schema, configured = schemas(), configured_in(folder)
    for block in whole.all():
        target = block.attributes.get("target", [])
        if block.type not in {"mock_resource", "mock_data", "override_resource", "override_data"}:
            continue
        kind = block.labels[0] if block.labels else next((token.value for token in target if token.value.startswith("aws_")), "")
        of_kind = schema["data_sources" if block.type.endswith("data") else "resources"].get(kind)
        if of_kind is None:
            continue
        attributes = of_kind["block"]["attributes"]
        for name, line in keys_of(block.attributes.get("defaults") or block.attributes.get("values") or []):
            if not attributes.get(name, {}).get("computed"):
                yield line, f"a mock of `{kind}.{name}`, which the provider does not compute"
            elif block.type.startswith("mock_") and name in configured.get(kind, ()):
                yield line, f"a mock of `{kind}.{name}`, which the configuration sets"


def overrides_instances(folder: Path) -> bool:
    """Whether a folder's tests override single instances, which OpenTofu supports from `INSTANCES` on."""
    blocks = (block for path in folder.glob("tests/*.tftest.hcl") for block in parse(path.read_text(encoding="utf-8")).all())
    return any(is_symbol(token, "[") for block in blocks if block.type in OVERRIDES for token in block.attributes.get("target", []))


def keys_of(value: list[Token]) -> list[tuple[str, int]]:
    """The names that an object sets, without those inside its values."""
    depth, found = 0, []
    for token, after in zip(value, [*value[1:], None]):
        if token.kind == "symbol":
            depth += (token.value in "([{") - (token.value in ")]}") if len(token.value) == 1 else 0
        elif depth == 1 and token.kind == "name" and is_symbol(after, "="):
            found.append((token.value, token.line))
    return found


def configured_in(folder: Path) -> dict[str, set[str]]:
    """The arguments of each resource type that a folder or a module called by it sets."""
    found: dict[str, set[str]] = {}
    ahead, seen = [folder.resolve()], set()
    while ahead:
        here = ahead.pop()
        if here in seen:
            continue
        seen.add(here)
        called, own = configured_here(here)
        ahead += called
        for kind, arguments in own.items():
            found.setdefault(kind, set()).update(arguments)
    return found


@functools.cache
def configured_here(folder: Path) -> tuple[list[Path], dict[str, set[str]]]:
    """The modules that a folder calls, and the arguments of each resource type that it sets itself."""
    called, found = [], {}
    for path in sorted(folder.glob("*.tf")):
        text = path.read_text(encoding="utf-8")
        called += [(folder / source).resolve() for source in CALLED.findall(text)]
        for block in parse(text).blocks:
            if block.type in ("resource", "data"):
                found.setdefault(block.labels[0], set()).update(block.attributes)
    return called, found


def main() -> int:
    return report("opentofu", {str(path): problems_of(path) for path in files("*.tf", "*.tftest.hcl")})


if __name__ == "__main__":
    task.run(main)

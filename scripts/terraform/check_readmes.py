"""Checks that the tables of inputs and outputs in the READMEs match the Terraform files.

Markers in a README say where the tables are: <!-- inputs --> … <!-- /inputs -->, and the same for outputs.

usage: python3 -m scripts.terraform.check_readmes [--write]
"""

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path

from scripts import task

REPOSITORY = Path(__file__).resolve().parents[2]
ROOT_DOCUMENT = REPOSITORY / "docs" / "terraform.md"
BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
HEREDOC = re.compile(r"^  description = <<-EOT\n(.*?)^  EOT$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r'^  description = (".*")$', re.MULTILINE)
TYPE = re.compile(r"^  type += (.*)$", re.MULTILINE)
DEFAULT = re.compile(r"^  default += (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """An input or an output, as the table shows it."""

    name: str
    description: str
    type: str
    default: str


def documents() -> dict[Path, Path]:
    """Each document, with the folder whose inputs and outputs it lists."""
    folders = sorted(path.parent for kind in ("modules", "examples") for path in REPOSITORY.glob(f"{kind}/*/versions.tf"))
    return {folder / "README.md": folder for folder in folders} | {ROOT_DOCUMENT: REPOSITORY}


def description(body: str) -> str:
    heredoc, quoted = HEREDOC.search(body), QUOTED.search(body)
    if heredoc:
        lines = [line.strip() for line in heredoc.group(1).strip().splitlines()]
        return "<br>".join(lines).replace("|", "\\|")
    # In descriptions, HCL's quoted strings have the syntax of JSON.
    return json.loads(quoted.group(1)).replace("|", "\\|") if quoted else ""


def summary(declared: str) -> str:
    """The type without its fields, which the description explains: `object({ …` becomes `object`."""
    return re.sub(r"object\(.*", "object", declared) + (")" if declared.startswith(("map(object", "list(object")) else "")


def entries(folder: Path, kind: str) -> list[Entry]:
    found = []
    for path in sorted(folder.glob("*.tf")):
        for block, name, body in BLOCK.findall(path.read_text()):
            if block != kind:
                continue
            declared, default = TYPE.search(body), DEFAULT.search(body)
            shown = f"`{default.group(1)}`" if default else "required"
            found.append(Entry(name, description(body), summary(declared.group(1)) if declared else "", shown))
    # Required inputs come first.
    return sorted(found, key=lambda entry: entry.default != "required") if kind == "variable" else found


def table(folder: Path, kind: str) -> str:
    found = entries(folder, kind)
    if kind == "variable":
        rows = ["| input | type | default | what it is |", "| --- | --- | --- | --- |"]
        rows += [f"| `{e.name}` | `{e.type}` | {e.default} | {e.description} |" for e in found]
    else:
        rows = ["| output | what it is |", "| --- | --- |"]
        rows += [f"| `{e.name}` | {e.description} |" for e in found]
    word = "input" if kind == "variable" else "output"
    return "\n".join([f"{len(found)} {word}{'' if len(found) == 1 else 's'}.", "", *rows])


def filled(text: str, folder: Path) -> tuple[str, list[str]]:
    """The document with current tables, and the problems that prevent filling it."""
    problems = []
    for kind, marker in (("variable", "inputs"), ("output", "outputs")):
        between = re.compile(rf"(<!-- {marker} -->\n).*?(\n<!-- /{marker} -->)", re.DOTALL)
        fresh = table(folder, kind)
        text, count = between.subn(lambda match: match.group(1) + fresh + match.group(2), text)
        if count != 1:
            problems.append(f"the markers of {marker} are there {count} times: put <!-- {marker} --> and <!-- /{marker} --> there once")
        undocumented = [entry.name for entry in entries(folder, kind) if not entry.description]
        if undocumented:
            problems.append(f"{marker} without a description: {', '.join(undocumented)}: write one")
    return text, problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the tables instead of checking them")
    options = parser.parse_args()
    passed = failed = 0
    for document, folder in documents().items():
        name = document.relative_to(REPOSITORY)
        problems = [] if document.is_file() else ["the file is missing: write one, with an example and the markers"]
        if not problems:
            text = document.read_text()
            fresh, problems = filled(text, folder)
            if options.write and not problems:
                document.write_text(fresh)
            elif fresh != text:
                problems.append("the tables do not match the .tf files: run python3 -m scripts.terraform.check_readmes --write")
        passed, failed = passed + (not problems), failed + bool(problems)
        for problem in problems or [""]:
            print(f"FAIL {name}: {problem}" if problem else f"ok   {name}")
    print(f"readmes: {passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    task.run(main)

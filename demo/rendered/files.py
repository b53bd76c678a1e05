"""Compares the written files with what Terraform renders now."""

import difflib
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from demo.configurations import CONFIGURATIONS
from demo.rendered import FILES, Rendered, file_of
from demo.rendered.render import render
from scripts.terraform.providers import Providers


def fresh(providers: Providers) -> dict[str, Rendered]:
    """Renders every configuration of the demo."""
    with tempfile.TemporaryDirectory(prefix="tenant-router-rendered-") as scratch, ThreadPoolExecutor() as pool:
        made = pool.map(lambda name: render(name, providers, Path(scratch)), CONFIGURATIONS)
        return dict(zip(CONFIGURATIONS, made, strict=True))


def write(rendered: dict[str, Rendered]) -> None:
    FILES.mkdir(exist_ok=True)
    for name, made in rendered.items():
        file_of(name).write_text(made.text())


def differences(rendered: dict[str, Rendered]) -> str:
    """The differences between the files and the rendered resources, as a diff; empty if there are none."""
    found = []
    for name, made in rendered.items():
        file = file_of(name)
        written = file.read_text() if file.exists() else ""
        found += difflib.unified_diff(written.splitlines(True), made.text().splitlines(True), str(file), "rendered now", n=0)
    return "".join(found)

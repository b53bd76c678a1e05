"""Tries whether `init` installs the provider in a given environment. A registry that does not answer is given up early."""

import re
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.terraform.binary import Binary
from scripts.terraform.mirrors import PROVIDER

# If the versions are not listed within this time, the registry counts as unreachable.
DECISION_SECONDS = 8
# The download has about 150 MB.
DOWNLOAD_SECONDS = 900
IMPATIENT = {"TF_REGISTRY_CLIENT_TIMEOUT": "5", "TF_REGISTRY_DISCOVERY_RETRY": "0"}
# `- Installing hashicorp/aws v5.100.0...`, `- Using hashicorp/aws v5.100.0 from the shared cache directory`
CHOSEN = re.compile(rf"^- (\w+) .*{re.escape(PROVIDER)} v([0-9][^ ]*?)(?:\.\.\.| |$)")


@dataclass(frozen=True)
class Attempt:
    """The result: the installed version, or the reason why there is none."""

    version: str = ""
    reason: str = ""

    @property
    def installed(self) -> bool:
        return bool(self.version)


def requiring(constraint: str) -> str:
    """A configuration that requires the provider in a version that satisfies the constraint."""
    return f'''terraform {{
  required_providers {{
    aws = {{
      source  = "{PROVIDER}"
      version = "{constraint}"
    }}
  }}
}}
'''


def attempt(binary: Binary, constraint: str, environment: Mapping[str, str], folder: Path, say: Callable[[str], None]) -> Attempt:
    """Runs `init` in this folder on an empty configuration that requires the provider."""
    (folder / "main.tf").write_text(requiring(constraint))
    command = [binary.path, "init", "-backend=false", "-input=false", "-no-color"]
    lines: list[str] = []
    chosen = threading.Event()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=IMPATIENT | dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:

        def read() -> None:
            for line in process.stdout:
                lines.append(line)
                if match := CHOSEN.match(line):
                    chosen.set()
                    if match[1] == "Installing" and environment.get("TF_PLUGIN_CACHE_DIR"):
                        say(f"providers: downloading {PROVIDER} {match[2]}; it is kept in {environment['TF_PLUGIN_CACHE_DIR']}")

        reader = threading.Thread(target=read)
        reader.start()
        problem = wait(process, chosen)
        reader.join()
    if problem or process.returncode != 0:
        return Attempt(reason=problem or reason("".join(lines)))
    versions = [match[2] for line in lines if (match := CHOSEN.match(line))]
    return Attempt(version=versions[-1] if versions else constraint)


def wait(process: subprocess.Popen, chosen: threading.Event) -> str:
    """Waits for the process; kills it after a time limit. Returns what was wrong, or an empty string."""
    begun = time.monotonic()
    while process.poll() is None:
        limit = DOWNLOAD_SECONDS if chosen.is_set() else DECISION_SECONDS
        if time.monotonic() - begun > limit:
            process.kill()
            process.wait()
            return f"no answer within {limit} s"
        time.sleep(0.02)
    return ""


def reason(output: str) -> str:
    """Terraform's error in one line, without the parts that the caller knows."""
    _, _, error = output.partition("Error: ")
    title, _, detail = (error or output).partition("\n")
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", detail) if paragraph.strip()]
    text = paragraphs[0] if paragraphs else title.strip()
    return re.sub(r"^(?:Could not retrieve the list of available versions for|Error while installing) (?:provider )?\S+: ", "", text)

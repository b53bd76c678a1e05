"""A provider registry on loopback with one release of hashicorp/aws. The release starts the provider that an environment variable names.

A registry signs what it serves. The checksums in registry/ and their signature were made once, with a key that was deleted. They stay
valid, because the package has the same bytes on every machine.
"""

import hashlib
import io
import json
import threading
import zipfile
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FIXTURES = Path(__file__).parent / "registry"
VERSION = "6.99.0"
PLATFORMS = [("linux", "amd64"), ("linux", "arm64"), ("darwin", "amd64"), ("darwin", "arm64")]
STARTS = "LOOPBACK_PROVIDER"
SUMS = f"terraform-provider-aws_{VERSION}_SHA256SUMS"


def package() -> bytes:
    content = io.BytesIO()
    entry = zipfile.ZipInfo(f"terraform-provider-aws_v{VERSION}_x5", (1980, 1, 1, 0, 0, 0))
    entry.create_system, entry.external_attr = 3, 0o100755 << 16
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, f'#!/bin/sh\nexec "${STARTS}" "$@"\n')
    return content.getvalue()


def file_name(system: str, architecture: str) -> str:
    return f"terraform-provider-aws_{VERSION}_{system}_{architecture}.zip"


def sums() -> str:
    digest = hashlib.sha256(package()).hexdigest()
    return "".join(f"{digest}  {file_name(*platform)}\n" for platform in PLATFORMS)


class Registry(BaseHTTPRequestHandler):
    """The provider registry protocol, `providers.v1`."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        *_, last = parts = self.path.strip("/").split("/")
        if parts[:2] == ["v1", "providers"] and last == "versions":
            platforms = [{"os": system, "arch": architecture} for system, architecture in PLATFORMS]
            self.answer({"versions": [{"version": VERSION, "protocols": ["5.0"], "platforms": platforms}]})
        elif "download" in parts:
            self.answer(self.described(*parts[-2:]))
        elif last == SUMS:
            self.send((FIXTURES / "SHA256SUMS").read_bytes())
        elif last == f"{SUMS}.sig":
            self.send((FIXTURES / "SHA256SUMS.sig").read_bytes())
        elif last.endswith(".zip"):
            self.send(package())
        else:
            self.send_error(404)

    def described(self, system: str, architecture: str) -> dict:
        files = f"http://{self.headers['Host']}/files"
        key = {"key_id": (FIXTURES / "key-id").read_text().strip(), "ascii_armor": (FIXTURES / "key.asc").read_text()}
        return {
            "protocols": ["5.0"],
            "os": system,
            "arch": architecture,
            "filename": file_name(system, architecture),
            "download_url": f"{files}/{file_name(system, architecture)}",
            "shasums_url": f"{files}/{SUMS}",
            "shasums_signature_url": f"{files}/{SUMS}.sig",
            "shasum": hashlib.sha256(package()).hexdigest(),
            "signing_keys": {"gpg_public_keys": [key]},
        }

    def answer(self, content: dict) -> None:
        self.send(json.dumps(content).encode(), "application/json")

    def send(self, content: bytes, kind: str = "application/octet-stream") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_) -> None:
        """Says nothing."""


@contextmanager
def registry():
    """Runs the registry. Yields the server: `asked` lists the requested paths, `url` is the service's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}/v1/providers/"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

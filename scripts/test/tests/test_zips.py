"""The same binary gives the same zip, and a binary that the runtime cannot load is rejected."""

import json
import re
import stat
import sys
import tempfile
import tomllib
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from scripts.build import LAMBDAS, ROOT, BuildFailed, glibc, package
from scripts.build.elf import Binary, NotElf


class Zips(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def binary(self, content: bytes = b"\x7fELF binary") -> Path:
        path = self.folder / "binary"
        path.write_bytes(content)
        return path

    def packed(self, name: str = "a.zip") -> Path:
        package.pack(self.binary(), self.folder / name)
        return self.folder / name

    def test_same_binary_gives_the_same_zip(self):
        first = self.packed("first.zip").read_bytes()
        self.assertEqual(self.packed("second.zip").read_bytes(), first)

    def test_zip_holds_one_executable_bootstrap(self):
        with zipfile.ZipFile(self.packed()) as archive:
            self.assertEqual(archive.namelist(), ["bootstrap"])
            self.assertEqual(stat.S_IMODE(archive.getinfo("bootstrap").external_attr >> 16), 0o755)
            self.assertEqual(archive.read("bootstrap"), self.binary().read_bytes())

    def test_zip_with_another_file_is_rejected(self):
        path = self.packed()
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("notes.txt", "")
        with self.assertRaisesRegex(BuildFailed, "must hold one file"):
            glibc.check_zip(path)

    def test_bootstrap_that_is_not_executable_is_rejected(self):
        path = self.folder / "flat.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bootstrap", b"")
        with self.assertRaisesRegex(BuildFailed, "mode must be 0755"):
            glibc.check_zip(path)

    def test_file_that_is_not_elf_is_rejected(self):
        with self.assertRaisesRegex(NotElf, "not a 64-bit little-endian ELF"):
            Binary(self.binary(b"#!/bin/sh\n"))

    def test_missing_file_is_rejected(self):
        with self.assertRaisesRegex(NotElf, "cannot be read"):
            Binary(self.folder / "nothing")


class Lambdas(unittest.TestCase):
    def test_function_package_binary_and_folder_have_one_name(self):
        for name in LAMBDAS:
            manifest = tomllib.loads((ROOT / "lambdas" / name / "Cargo.toml").read_text())
            binaries = [binary["name"] for binary in manifest.get("bin", [])] or [name]
            self.assertEqual((manifest["package"]["name"], binaries), (name, [name]))

    def test_every_source_kind_of_the_module_has_a_router(self):
        module = (ROOT / "modules/router-function/variables.tf").read_text()
        [kinds] = re.findall(r"contains\(\[([^]]+)\], var\.event_source\.kind\)", module)
        for kind in json.loads(f"[{kinds}]"):
            self.assertIn("pipes-enricher" if kind == "pipes" else f"{kind}-router", LAMBDAS)


@unittest.skipUnless(sys.platform == "linux", "the test reads this Python's own binary")
class Needs(unittest.TestCase):
    """Reads a binary that every Linux has: the shell."""

    shell = Path("/bin/sh").resolve()

    def test_binary_needs_a_glibc_version(self):
        self.assertIn("libc.so.6", Binary(self.shell).libraries())
        self.assertTrue(any(version.startswith("GLIBC_2.") for version in Binary(self.shell).versions()))

    def test_library_that_the_runtime_lacks_is_rejected(self):
        with mock.patch.object(glibc, "PRESENT", set()), self.assertRaisesRegex(BuildFailed, "libc.so.6"):
            glibc.check("shell", self.shell)

    def test_newer_glibc_is_rejected_with_the_remedy(self):
        libraries = Binary(self.shell).libraries()
        with mock.patch.object(glibc, "PRESENT", libraries), mock.patch.object(glibc, "GLIBC", (2, 1)), self.assertRaisesRegex(BuildFailed, "--zig"):
            glibc.check("shell", self.shell)

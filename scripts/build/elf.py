"""Reads which shared libraries and which symbol versions an ELF binary needs.

It reads what the dynamic loader reads: the program headers and the dynamic section of a 64-bit,
little-endian file, which both of Lambda's architectures use [System V ABI, "Dynamic Linking"; LSB "Symbol Versioning"].
"""

import struct
from pathlib import Path

from scripts.build import BuildFailed

PT_LOAD, PT_DYNAMIC = 1, 2
DT_NEEDED, DT_STRTAB = 1, 5
DT_VERNEED, DT_VERNEEDNUM = 0x6FFFFFFE, 0x6FFFFFFF


class NotElf(BuildFailed):
    """The file is not an ELF binary that this module can read."""


class Binary:
    """One ELF binary. The file is read once."""

    def __init__(self, path: Path):
        try:
            self.data = path.read_bytes()
        except OSError as problem:
            raise NotElf(f"the file cannot be read: {path}: {problem.strerror}: name a Lambda function or zip that was built") from problem
        if self.data[:6] != b"\x7fELF\x02\x01":
            raise NotElf(f"not a 64-bit little-endian ELF binary: {path}: name a Lambda function that was built for Linux")
        offset, size, count = *struct.unpack_from("<Q", self.data, 32), *struct.unpack_from("<HH", self.data, 54)
        headers = [struct.unpack_from("<IIQQQQ", self.data, offset + size * index) for index in range(count)]
        self.segments = [(address, start, length) for kind, _, start, address, _, length in headers if kind == PT_LOAD]
        self.dynamic = [entry for header in headers if header[0] == PT_DYNAMIC for entry in self.entries(header[2], header[5])]

    def entries(self, offset: int, length: int) -> list[tuple[int, int]]:
        return [struct.unpack_from("<QQ", self.data, offset + at) for at in range(0, length, 16)]

    def libraries(self) -> set[str]:
        """The shared libraries that the loader must load."""
        return {self.text(value) for tag, value in self.dynamic if tag == DT_NEEDED}

    def versions(self) -> set[str]:
        """The symbol versions that the binary needs, such as GLIBC_2.34."""
        found, tags = set(), dict(self.dynamic)
        need = self.place(tags[DT_VERNEED]) if DT_VERNEED in tags else None
        for _ in range(tags.get(DT_VERNEEDNUM, 0)):
            _, count, _, first, following = struct.unpack_from("<HHIII", self.data, need)
            version = need + first
            for _ in range(count):
                *_, name, step = struct.unpack_from("<IHHII", self.data, version)
                found.add(self.text(name))
                version += step
            need += following
        return found

    def text(self, offset: int) -> str:
        start = self.place(dict(self.dynamic)[DT_STRTAB]) + offset
        return self.data[start : self.data.index(b"\0", start)].decode()

    def place(self, address: int) -> int:
        """The offset in the file of an address of the loaded program."""
        for begin, start, length in self.segments:
            if begin <= address < begin + length:
                return start + address - begin
        raise NotElf(f"the binary is damaged: {address:#x} is in none of its segments: build it again")

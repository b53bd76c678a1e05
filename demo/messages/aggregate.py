"""Aggregates in the format of the Kinesis Producer Library: a magic number, a protobuf message, its MD5 sum
[Kinesis Producer Library, "KPL Aggregated Record Format"].
"""

import hashlib

MAGIC = b"\xf3\x89\x9a\xc2"


def aggregate(records: list[tuple[str, bytes]]) -> bytes:
    """An aggregate of (partition key, data)."""
    keys = list(dict.fromkeys(key for key, _ in records))
    table = b"".join(part(1, key.encode()) for key in keys)
    inner = b"".join(part(3, b"\x08" + number(keys.index(key)) + part(3, data)) for key, data in records)
    return MAGIC + table + inner + hashlib.md5(table + inner).digest()


def part(field: int, content: bytes) -> bytes:
    """A length-delimited field."""
    return bytes([field << 3 | 2]) + number(len(content)) + content


def number(value: int) -> bytes:
    """A varint: seven bits a byte, the lowest first."""
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])

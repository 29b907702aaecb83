"""A file of named numpy arrays that is mapped into memory, not read: processes share it, and opening costs nothing.

Layout: eight bytes of magic, the length of the header (uint32, little-endian), the header (JSON: a dict of plain
settings and, for each array, dtype, shape and offset from the start of the data), padding to 64 bytes, the data, every
array aligned to 64 bytes. Nothing in it depends on when or where it was written.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

MAGIC = b"BANMIAN1"
ALIGNMENT = 64  # bytes: a cache line
Setting: TypeAlias = int | float | str | list[str]


class ResourceError(ValueError):
    """The file is not a resource of this version."""


def write(path: Path, arrays: Mapping[str, NDArray[Any]], settings: Mapping[str, Setting]) -> int:
    """Write the arrays and settings; returns the size of the file in bytes."""
    entries: dict[str, dict[str, object]] = {}
    data = bytearray()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        little = array.astype(array.dtype.newbyteorder("<"))
        data += bytes(-len(data) % ALIGNMENT)
        entries[name] = {"dtype": little.dtype.str, "shape": list(array.shape), "offset": len(data)}
        data += little.tobytes()
    header = json.dumps({"settings": dict(settings), "arrays": entries}, sort_keys=True, ensure_ascii=False)
    head = MAGIC + len(header.encode()).to_bytes(4, "little") + header.encode()
    head += bytes(-len(head) % ALIGNMENT)
    path.write_bytes(head + data)
    return len(head) + len(data)


def read(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """The arrays, mapped and read-only, and the settings.

    Raises:
        ResourceError: the file does not begin like a resource.
        OSError: there is no such file.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise ResourceError(f"{path} is no statistics file of this version; make it again with `count`")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    length = int.from_bytes(mapped[len(MAGIC) : len(MAGIC) + 4], "little")
    start = len(MAGIC) + 4
    header = json.loads(mapped[start : start + length])
    start += length
    start += -start % ALIGNMENT
    arrays = {}
    for name, entry in header["arrays"].items():
        dtype = np.dtype(entry["dtype"])
        count = int(np.prod(entry["shape"], dtype=np.int64))
        flat = np.frombuffer(mapped, dtype, count, start + entry["offset"])
        arrays[name] = flat.reshape(entry["shape"])
    return arrays, header["settings"]

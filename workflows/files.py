"""Files that people name: read no further than is sensible, whatever they are."""

from __future__ import annotations

from pathlib import Path


def beginning(path: Path, limit: int) -> bytes:
    """The first `limit` bytes at most: devices and pipes tell no size, and a file may grow while it is read."""
    with path.open("rb") as file:
        return file.read(limit)

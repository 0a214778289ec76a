"""The shipped methods file: how every index is worked out, and the sentences that stand beside it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from scoring.parameters import Methods, read_methods
from workflows.places import BrokenInstrumentError


@cache
def methods() -> Methods:
    """The shipped methods, read once a process."""
    read = read_methods((files("instruments") / "methods.yaml").read_text(encoding="utf-8"))
    if isinstance(read, tuple):
        raise BrokenInstrumentError(f"methods.yaml: {read[0]}")
    return read

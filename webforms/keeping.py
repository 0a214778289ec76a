"""Bytes rendered once and kept: results pages change only with a new batch."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

SHELF_BYTES = 12 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Kept:
    """A finished body and the tag by which a browser knows it again."""

    body: bytes
    tag: str


class Shelf:
    """What was rendered lately; what was rendered first goes first when there is no room left."""

    def __init__(self, room: int = SHELF_BYTES) -> None:
        self._room = room
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()

    def kept(self, key: Hashable, render: Callable[[], bytes]) -> Kept:
        """The body of that key, rendered by whoever asks first while others wait."""
        found = self._kept.get(key)
        if found is not None:
            return found
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                body = render()
                found = self._kept[key] = Kept(body, tag_of(body))
                while len(self._kept) > 1 and sum(len(each.body) for each in self._kept.values()) > self._room:
                    self._kept.popitem(last=False)
        return found


def tag_of(body: bytes) -> str:
    """The tag of a body: equal bytes, equal tag."""
    return hashlib.sha256(body).hexdigest()[:24]

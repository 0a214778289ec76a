"""The QR code of one counter: its dark modules, and their outline as one SVG path."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

Corner = tuple[int, int]
Rows = tuple[tuple[bool, ...], ...]

# Trying all eight masks costs nine tenths of a code's time and helps no camera: one mask is pinned.
MASK = 2

# Width of the white border, in modules (ISO/IEC 18004, 9.1).
QUIET = 4

# How many bytes each version holds with error correction M, which recovers 15 % of a code (ISO/IEC 18004, table 7,
# byte mode). Below version 4 the quiet zone would be wider than the designs leave room for; above version 10 a module
# on a slip would be smaller than 0.6 mm.
CAPACITY = {4: 62, 5: 84, 6: 106, 7: 122, 8: 152, 9: 180, 10: 213}


class AddressError(ValueError):
    """The address does not go into a code that a phone reads from 1 m."""

    def __init__(self, code: str, address: str) -> None:
        super().__init__(f"{code}: {address!r}")
        self.code = code
        self.address = address


def version(address: str) -> int:
    """The smallest version that holds the address."""
    if not address or not address.isascii() or any(character <= " " for character in address):
        raise AddressError("address_not_plain", address)
    for number, held in CAPACITY.items():
        if len(address) <= held:
            return number
    raise AddressError("address_too_long", address)


def matrix(address: str) -> Rows:
    """Rows of modules, dark = True, without quiet zone."""
    drawn = QRCode(
        version=version(address),
        error_correction=ERROR_CORRECT_M,
        border=QUIET,
        mask_pattern=MASK,
    )
    drawn.add_data(address.encode("ascii"), optimize=0)
    drawn.make(fit=False)
    return tuple(tuple(bool(module) for module in row) for row in drawn.modules)


@lru_cache(maxsize=8192)
def picture(address: str) -> str:
    """The code as an SVG picture with its quiet zone, one path on white; a module is one unit wide. Kept, for a counter
    gets several designs."""
    rows = matrix(address)
    side = len(rows) + 2 * QUIET
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-QUIET} {-QUIET} {side} {side}">'
        f'<path fill="#fff" d="M{-QUIET} {-QUIET}h{side}v{side}h{-side}z"/><path d="{outline(rows)}"/></svg>'
    )


def modules(address: str) -> int:
    """How many modules a side of the code has, without quiet zone."""
    return 17 + 4 * version(address)


def outline(rows: Rows) -> str:
    """The border of the dark modules as an SVG path: touching modules become one area, so that no hairline shows."""
    ends = edges(rows)
    loops = []
    while ends:
        loops.append(loop(ends, next(iter(ends))))
    return "".join(loops)


def edges(rows: Rows) -> dict[Corner, list[Corner]]:
    """Every edge between dark and light, from corner to corner, with the dark module on its right."""
    ends: dict[Corner, list[Corner]] = defaultdict(list)
    light = (False,) * len(rows)
    for y, (above, row, below) in enumerate(zip((light, *rows), rows, (*rows[1:], light), strict=False)):
        for x, dark in enumerate(row):
            if not dark:
                continue
            if not above[x]:
                ends[x, y].append((x + 1, y))
            if x + 1 == len(row) or not row[x + 1]:
                ends[x + 1, y].append((x + 1, y + 1))
            if not below[x]:
                ends[x + 1, y + 1].append((x, y + 1))
            if x == 0 or not row[x - 1]:
                ends[x, y + 1].append((x, y))
    return ends


def loop(ends: dict[Corner, list[Corner]], start: Corner) -> str:
    """Takes one closed loop of edges out of `ends` and words it; edges in one direction become one stroke."""
    corners = [start]
    here = start
    while True:
        following = ends[here].pop()
        if not ends[here]:
            del ends[here]
        if len(corners) > 1 and straight(corners[-2], here, following):
            corners[-1] = following
        else:
            corners.append(following)
        if following == start:
            break
        here = following
    strokes = [f"M{start[0]} {start[1]}"]
    for (x0, y0), (x1, y1) in pairwise(corners[:-1]):
        strokes.append(f"h{x1 - x0}" if y0 == y1 else f"v{y1 - y0}")
    return "".join(strokes) + "z"


def straight(before: Corner, here: Corner, after: Corner) -> bool:
    """True where the three corners lie in one line."""
    return (before[0] == here[0] == after[0]) or (before[1] == here[1] == after[1])

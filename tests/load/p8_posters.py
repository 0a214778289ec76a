"""P8: A4 posters for every counter, beside the bare matrices of their codes from `qrcode`, every mask tried."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import qrcode
import zxingcpp

from qr_templates.posters import Poster, draw
from survey.counter_codes import counter_code, spoken
from tests.load.figures import Figure, Goal, middles, plain, ratios, rounds
from tests.load.sizes import Sizes

SITE = "hailong.thainguyen.gov.vn"
SCALE = 150 / 72  # 150 dots an inch


def counters(count: int) -> list[Poster]:
    """Posters of counters that nobody has drawn yet, so that no code is remembered from the round before."""
    codes = [counter_code(secrets.randbits(40)) for _ in range(count)]
    return [
        Poster(
            code=code,
            address=f"https://{SITE}/c/{code}",
            address_words=f"{SITE}/c/{spoken(code)}",
            unit_code=f"U{number:03}",
            unit=f"Ủy ban nhân dân xã Phú Lương {number}",
            counter=f"Quầy {number}",
            service="Chứng thực, hộ tịch",
            campaign_title="Đo lường sự hài lòng của người dân",
        )
        for number, code in enumerate(codes)
    ]


def drawn(posters: Sequence[Poster]) -> tuple[float, bytes]:
    """Seconds to draw all posters into one file for the printer, and the file."""
    begun = time.perf_counter()
    _, made = next(iter(draw(posters, "a4", "pdf")))
    return time.perf_counter() - begun, made


def matrices(addresses: Sequence[str]) -> float:
    """Seconds for the bare matrices: no version and no mask named."""
    begun = time.perf_counter()
    for address in addresses:
        code = qrcode.QRCode()
        code.add_data(address)
        code.make(fit=True)
    return time.perf_counter() - begun


def read_back(made: bytes) -> set[str]:
    """The addresses that an independent reader finds on the rendered pages."""
    with pypdfium2.PdfDocument(made) as document:
        pictures = [page.render(scale=SCALE, grayscale=True).to_numpy() for page in document]
    return {found.text for picture in pictures for found in zxingcpp.read_barcodes(picture)}


def measure(sizes: Sizes, folder: Path) -> list[Figure]:
    """P8, and that every code of the last file can be read."""
    drawn(counters(2))  # fonts are read once a process
    sets = [counters(sizes.posters) for _ in range(sizes.rounds)]
    due, files = iter(sets), []

    def posters() -> float:
        seconds, made = drawn(next(due))
        files.append(made)
        return seconds

    measured = rounds(sizes.rounds, posters, lambda: matrices([poster.address for poster in sets[0]]))
    unread = {poster.address for poster in sets[-1]} - read_back(files[-1])
    if unread:
        raise AssertionError(f"{len(unread)} codes cannot be read, for example {min(unread)}")
    ours, bare = middles(measured)
    return [
        Figure(
            "P8",
            f"{sizes.posters} A4 posters in one PDF ÷ {sizes.posters} bare QR matrices",
            ratios(measured),
            Goal(1.2),
            detail=f"{plain(ours / sizes.posters * 1000)} ms a poster, {plain(bare / sizes.posters * 1000)} ms a "
            f"matrix; all {sizes.posters} codes read from the rendered pages",
        )
    ]

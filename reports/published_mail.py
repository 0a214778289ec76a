"""The mail and the chat message that tell of a publication: what a busy reader takes in on a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.findings import Findings, extremes
from reports.published import Number
from reports.sipas_opening import OPEN
from reports.summary_mail import AUTOMATIC
from reports.summary_words import index_words, interval_words, whole

ATTACHED = (
    "Kèm theo: báo cáo bản Word, bản PDF để đọc, bảng số liệu Excel. Các tệp này nằm trong bộ số liệu đã công bố."
)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What was published, under which title, and where everybody reads it."""

    title: str
    publication: Number
    sha256: str
    findings: Findings
    url: str


def subject(told: Told) -> str:
    """The subject: what was published; no index, for it is read over shoulders."""
    number = told.publication
    again = f" (số {number.number}, đính chính)" if number.number > 1 else ""
    return f"Công bố kết quả{again} ngày {number.day:%d/%m/%Y}: {told.title}"


def words(told: Told) -> str:
    """The mail: the main figures, where they stand, what is attached, and the number for the minutes."""
    parts = (
        "Kính gửi Ông/Bà,",
        "\n".join([f"{announced(told)}:", *(f"- {line}" for line in figures(told))]),
        f"Trang kết quả: {told.url}",
        ATTACHED,
        f"Mã SHA-256 của bộ số liệu, để ghi biên bản: {told.sha256}",
        AUTOMATIC,
    )
    return "\n\n".join(parts)


def message(told: Told) -> str:
    """The same for a chat, without documents."""
    lines = "\n".join(f"• {line}" for line in figures(told))
    return f"{announced(told)}:\n{lines}\n\nXem đầy đủ, tải báo cáo: {told.url}"


def announced(told: Told) -> str:
    """That it was published, and why once more."""
    number = told.publication
    reason = f" Lý do công bố lại: {number.reason.rstrip('.')}." if number.reason else ""
    return f"“{told.title}” đã công bố số {number.number}, ngày {number.day:%d/%m/%Y}.{reason} Số liệu chính"


def figures(told: Told) -> Iterator[str]:
    """The main figures, as they were published."""
    found = told.findings
    issued = f" trên {whole(found.answers.issued)} phiếu phát ra" if found.answers.issued else ""
    yield f"Phiếu hợp lệ: {whole(found.answers.valid)}{issued}."
    if found.headline.value is None:
        yield "Chỉ số hài lòng chung: chưa đủ số phiếu để công bố."
        return
    interval = interval_words(found.headline)
    between = f" (khoảng tin cậy 95\u00a0%: {interval})" if interval else ""
    shown = sum(each.value is not None for each in found.units.values())
    yield f"Chỉ số hài lòng chung: {index_words(found.headline)}\u00a0%{between}; {whole(shown)} đơn vị có chỉ số."
    ends = extremes(found.parts)
    if ends:
        best, worst = (f"{each.title} ({index_words(each.figure)}\u00a0%)" for each in ends)
        yield f"Yếu tố cao nhất: {best}; thấp nhất: {worst}."
    if found.basis == "open":
        yield OPEN

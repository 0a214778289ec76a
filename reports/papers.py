"""An official document before it is Word, PDF or paper: what it says, in which order, and nothing about how it looks.

`reports.word.word(paper)` makes it DOCX and `reports.print.pdf(paper)` PDF, both after Nghị định 30/2020/NĐ-CP.
Numbers of headings, tables, charts and annexes, the end mark "./." and every number and date are set by the layout: a
paper holds values, never formatted figures, save where they stand inside a sentence (`reports.numerals`).

>>> example().annexes[0].title
'Danh sách đơn vị'
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from reports.pictures import Chart

Cell = str | int | float | Decimal | date | None
Kind = Literal["text", "whole", "number", "change", "day"]
Level = Literal[1, 2, 3]
MENTION, END = "\ue000", "\ue001"  # private letters, taken out of everything that comes from data


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of the first page. Capitals where the decree wants them are made by the layout.

    `number` is what stands before the sign, None leaves room to write it ("Số:      /BC-SNV"); `day` None leaves room
    for the day ("ngày      tháng      năm"). `superior` is the body above the issuing one, empty where none is named.
    Without a `kind` it is an official letter (công văn): its summary stands under the number as "V/v …". `to` are those
    who are addressed ("Kính gửi:").
    """

    superior: str
    body: str
    sign: str
    place: str
    kind: str
    summary: str
    number: int | None = None
    day: date | None = None
    to: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A title within the text; level 1 is numbered I., level 2 is 1., level 3 is a)."""

    level: Level
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, justified, its first line indented; `lead` are its first words, in bold."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of paragraphs, each after a dash."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Basis:
    """The grounds ("Căn cứ …") of a decision, a paragraph each, in italics; without marks at their ends."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Centred:
    """A bold line of its own in the middle, such as "QUYẾT ĐỊNH:" or the authority above the grounds of a decision."""

    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a decision; the layout numbers them ("Điều 1.")."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` says how cells are set, `decimals` how many of a number, `group` a title over neighbours.

    "change" is a number with its sign. `width` is the column's share of the table where every column has one; otherwise
    the layout decides.
    `meaning` explains the column in a workbook.
    """

    title: str
    kind: Kind = "text"
    decimals: int = 2
    group: str = ""
    width: float = 0
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells; `strong` for totals and means."""

    cells: tuple[Cell, ...]
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A line across the whole table that says what the rows under it have in common; an empty one ends that."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its title above it, its header repeated on every page, notes under it.

    A cell of None is printed as a dash: no value is never a zero. `key` lets text mention it (`mention`).
    `small` sets it in smaller letters, for tables of many columns.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row | Band, ...]
    notes: tuple[str, ...] = ()
    key: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A remark in small italics; a warning has a bar beside it and stands upright."""

    text: str
    warning: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    """A marked place where an officer writes what the system cannot know; `text` says what belongs there."""

    text: str


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of headings of levels 1 and 2, with their pages."""

    title: str = "Mục lục"


Block = (
    Heading | Paragraph | Bullets | Basis | Centred | Article | Table | Chart | Note | Fill | PageBreak | Contents
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs: lines of authority ("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"), and the name; an empty one leaves room for it."""

    authority: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on a page of its own; "Phụ lục I" and the line of what it belongs to are made by the layout."""

    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    key: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document. `recipients` are the lines of "Nơi nhận" without dashes and marks, the last "Lưu: VT, …"."""

    head: Head
    blocks: tuple[Block, ...]
    signature: Signature
    recipients: tuple[str, ...]
    annexes: tuple[Annex, ...] = ()


def mention(key: str) -> str:
    """A place in a text where the layout writes "Bảng 3", "Biểu đồ 2" or "Phụ lục I" of what bears that key."""
    return f"{MENTION}{key}{END}"


def rows(cells: Iterable[Iterable[Cell]]) -> tuple[Row, ...]:
    """Plain rows from plain cells.

    >>> rows([["Sở Y tế", 81.5]])
    (Row(cells=('Sở Y tế', 81.5), strong=False),)
    """
    return tuple(Row(tuple(each)) for each in cells)


def example() -> Paper:
    """A short report with one of most things, for tests and for whoever changes the template."""
    from reports.pictures import Bar, Bars

    return Paper(
        head=Head(
            superior="Ủy ban nhân dân tỉnh Thái Nguyên",
            body="Sở Nội vụ",
            sign="BC-SNV",
            place="Thái Nguyên",
            kind="Báo cáo",
            summary="Tình hình đo lường mức độ hài lòng về sự phục vụ hành chính tuần 36 năm 2024",
            number=5,
            day=date(2024, 2, 5),
        ),
        blocks=(
            Heading(1, "Tình hình chung"),
            Paragraph(f"Kết quả của từng đơn vị được trình bày tại {mention('units')}."),
            Table(
                "Chỉ số hài lòng theo đơn vị",
                (Column("Đơn vị"), Column("Số phiếu", "whole"), Column("Chỉ số (%)", "number")),
                (*rows([["Sở Y tế", 1204, 81.456], ["Sở Xây dựng", 12, None]]), Row(("Toàn tỉnh", 1216, 80.9), True)),
                notes=("Dấu “–”: chưa đủ số phiếu để công bố.",),
                key="units",
            ),
            Heading(2, "So sánh các đơn vị"),
            Chart(
                "Chỉ số hài lòng xếp theo thứ tự",
                "Sở Y tế 81,46 %; Sở Xây dựng 79,10 %; trung bình 80,90 %.",
                Bars((Bar("Sở Y tế", 81.456), Bar("Sở Xây dựng", 79.1)), mean=80.9),
            ),
            Note("Một số đơn vị có ít phiếu; chỉ số của các đơn vị này có sai số lớn.", warning=True),
            Bullets(("Tiếp tục thu phiếu tại bộ phận một cửa;", "Nhắc các đơn vị chưa có phiếu.")),
            Paragraph("Trên đây là báo cáo của Sở Nội vụ, kính trình Ủy ban nhân dân tỉnh xem xét."),
        ),
        signature=Signature(("KT. Giám đốc", "Phó Giám đốc")),
        recipients=("UBND tỉnh (báo cáo)", "Các sở, ban, ngành", "Lưu: VT, CCHC"),
        annexes=(
            Annex("Danh sách đơn vị", (Table("Đơn vị", (Column("Mã"), Column("Tên")), rows([["H34", "Sở Y tế"]])),)),
        ),
    )

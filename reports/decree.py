"""Nghị định 30/2020/NĐ-CP, Phụ lục I: measures and fixed words of an official document.

Word's template and the printed page both take them from here. What the decree leaves open, such as the letters inside
a table, was chosen by us and is marked so. The decree's own sections: I.3 margins, I.7 page numbers (in the middle of
the top margin, none on the first page), II.1 to II.9 the parts in order, III.1 annexes (Roman numerals where there are
several, pages counted anew in each).
"""

from __future__ import annotations

import unicodedata

from reports.numerals import whole_day
from reports.papers import Head, Paper

MM = {
    "width": 210.0,  # A4 standing (I.1)
    "height": 297.0,
    "top": 20.0,  # 20-25 mm
    "bottom": 20.0,
    "left": 30.0,  # 30-35 mm
    "right": 20.0,  # 15-20 mm
    "number": 10.0,  # of the page number from the edge; it stands in the middle of the top margin
    "indent": 12.7,  # of the first line: 1 cm or 1.27 cm (II.5)
    "left_part": 62.0,  # of the letterhead: the issuing body; ours
    "right_part": 98.0,  # Quốc hiệu in 13 pt is 96 mm wide; ours
    "to": 36.0,  # of "Kính gửi:" from the margin, where several are addressed; ours
    "foot_left": 72.0,  # "Nơi nhận"; ours
    "foot_right": 88.0,
}

# Sizes go together: Quốc hiệu 13 with Tiêu ngữ 14 and the day 14 (the decree's own example).
PT = {
    "motto_state": 13.0,  # 12-13
    "motto": 14.0,  # 13-14
    "body_name": 13.0,  # 12-13
    "number": 13.0,  # 13
    "day": 14.0,  # 13-14
    "subject": 13.0,  # V/v under the number of a letter: 12-13
    "title": 14.0,  # 13-14
    "text": 14.0,  # 13-14
    "page": 14.0,  # 13-14
    "recipients": 12.0,  # 12
    "recipient": 11.0,  # 11
    "annex": 14.0,
    "after": 6.0,  # at least 6 pt between paragraphs
    "cell": 12.0,  # of tables; ours
    "cell_small": 10.0,  # of tables with many columns; ours
    "note": 12.0,  # ours
}
LINES = 1.15  # one line to one and a half

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
RECIPIENTS = "Nơi nhận:"
TO = "Kính gửi:"
SIGN_HERE = "(Ký, ghi rõ họ tên)"  # ours; the decree's own forms leave room and say nothing
DRAFT = "DỰ THẢO"  # custom of offices
ENDED = "./."  # custom of offices; the decree itself does not name it
GAP = "\u00a0" * 6

# Widths of Times Bold in thousandths of its size, for lines whose length follows that of a text.
CAPITALS = dict(zip("ABCDEGHIKLMNOPQRSTUVXYFJWZ", (
    722, 667, 722, 722, 667, 778, 778, 389, 778, 667, 944, 722, 778,
    611, 778, 722, 556, 667, 722, 722, 722, 722, 611, 500, 1000, 667,
), strict=True))  # fmt: skip
SMALL = dict(zip("abcdeghiklmnopqrstuvxyfjwz", (
    500, 556, 444, 556, 444, 500, 556, 278, 556, 278, 833, 556, 500,
    556, 556, 444, 389, 333, 556, 500, 500, 500, 333, 333, 722, 444,
), strict=True))  # fmt: skip
WIDTHS = CAPITALS | SMALL | {" ": 250, "-": 333, ",": 250, ".": 250, "/": 278, "(": 333, ")": 333, "đ": 556, "Đ": 722}


def measured(text: str, size: float) -> float:
    """About how wide the text is in bold, in points.

    >>> round(measured("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 13))
    271
    """
    letters = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return sum(WIDTHS.get(letter, 500) for letter in letters) * size / 1000


def body_lines(name: str, size: float = PT["body_name"]) -> tuple[str, ...]:
    """The name of a body in capitals: on one line, or on two of about one length where it is too long for its column.

    >>> body_lines("Ủy ban nhân dân tỉnh Thái Nguyên")
    ('ỦY BAN NHÂN DÂN', 'TỈNH THÁI NGUYÊN')
    """
    name = name.upper()
    if "\n" in name:
        return tuple(line.strip() for line in name.split("\n"))
    room = MM["left_part"] / 25.4 * 72
    words = name.split()
    if measured(name, size) <= room or len(words) < 2:
        return (name,)
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))]
    return min(halves, key=lambda pair: abs(measured(pair[0], size) - measured(pair[1], size)))


def rule(lines: tuple[str, ...], size: float, room_mm: float) -> float:
    """How long the line under a text is, in points: two fifths of the text (the decree: from a third to a half)."""
    longest = max((measured(line, size) for line in lines), default=0.0)
    return round(0.4 * min(longest, room_mm / 25.4 * 72), 1)


def number_line(head: Head) -> str:
    """ "Số: 05/BC-SNV", or room for the number."""
    number = GAP if head.number is None else f"{head.number:02d}"
    return f"Số: {number}/{head.sign}"


def day_line(head: Head) -> str:
    """ "Thái Nguyên, ngày 05 tháng 02 năm 2024", or room for the day."""
    day = f"ngày{GAP}tháng{GAP}năm{GAP}" if head.day is None else whole_day(head.day)
    return f"{head.place}, {day}"


def closed(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Lines of a list: each ends with a semicolon, the last one with a full stop.

    >>> closed(("Như trên", "Lưu: VT;"))
    ('Như trên;', 'Lưu: VT.')
    """
    bare = [line.rstrip(" ;.") for line in lines]
    return (*(f"{line};" for line in bare[:-1]), *(f"{line}." for line in bare[-1:]))


def ended(text: str) -> str:
    """The last words of a document with the end mark.

    >>> ended("Trên đây là báo cáo.")
    'Trên đây là báo cáo./.'
    """
    return text.rstrip(" .;/") + ENDED


def belongs_to(paper: Paper) -> str:
    """The line under the title of an annex: what the annex goes with."""
    head = paper.head
    day = f"ngày{GAP}tháng{GAP}năm{GAP}" if head.day is None else whole_day(head.day)
    number = GAP if head.number is None else f"{head.number:02d}"
    kind = (head.kind.capitalize() if head.kind.isupper() else head.kind) or "Công văn"
    return f"(Kèm theo {kind} số {number}/{head.sign} {day} của {' '.join(head.body.split())})"


def wraps(text: str, size: float, room_mm: float) -> tuple[str, ...]:
    """The text broken into lines of about the given room, for measuring."""
    made, line = [], ""
    for word in text.split():
        if line and measured(f"{line} {word}", size) > room_mm / 25.4 * 72:
            made.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return (*made, line)

"""A document with one of everything, in several forms: what the tests lay out and what people look at."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from reports.papers import (
    Annex,
    Article,
    Band,
    Basis,
    Bullets,
    Centred,
    Column,
    Contents,
    Head,
    Heading,
    Note,
    PageBreak,
    Paper,
    Paragraph,
    Row,
    Signature,
    Table,
    mention,
    rows,
)
from reports.pictures import Bar, Bars, Chart, Dot, Dots, Heat, Line, Slope, Stack, Stacks, Steps

UNITS = (
    "Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính", "Sở Xây dựng", "Sở Y tế", "Sở Giáo dục và Đào tạo",
    "Sở Tài nguyên và Môi trường", "Sở Lao động - Thương binh và Xã hội", "Sở Kế hoạch và Đầu tư", "Sở Công Thương",
    "Sở Nông nghiệp và Phát triển nông thôn", "Ban Quản lý các khu công nghiệp",
    "Thành phố Thái Nguyên", "Thành phố Sông Công", "Thành phố Phổ Yên", "Huyện Đại Từ", "Huyện Định Hóa",
    "Huyện Đồng Hỷ", "Huyện Phú Bình", "Huyện Phú Lương", "Huyện Võ Nhai",
)  # fmt: skip
FACTORS = (
    "Tiếp cận dịch vụ", "Thủ tục hành chính", "Công chức phục vụ", "Kết quả giải quyết", "Phản ánh, kiến nghị",
)  # fmt: skip
LEVELS = ("Rất không hài lòng", "Không hài lòng", "Bình thường", "Hài lòng", "Rất hài lòng")
LONG = (
    "Thực hiện Kế hoạch số 98/KH-UBND ngày 17 tháng 5 năm 2024 của Ủy ban nhân dân tỉnh về đo lường mức độ hài lòng về "
    "sự phục vụ hành chính, xác định Chỉ số cải cách hành chính năm 2024 của các sở, ban, ngành, Ủy ban nhân dân các "
    "huyện, thành phố thuộc tỉnh Thái Nguyên, Sở Nội vụ đã phối hợp với các cơ quan, đơn vị tổ chức thu nhận ý kiến "
    "của người dân, tổ chức tại bộ phận một cửa các cấp."
)


def value(at: int) -> float:
    """A made-up index of the unit of that place."""
    return round(92.4 - at * 1.37 - (at % 3) * 0.618, 3)


def head(**facts: object) -> Head:
    """A letterhead of Home Affairs."""
    made: dict[str, object] = {
        "superior": "Ủy ban nhân dân tỉnh Thái Nguyên",
        "body": "Sở Nội vụ",
        "sign": "BC-SNV",
        "place": "Thái Nguyên",
        "kind": "Báo cáo",
        "summary": "Kết quả đo lường mức độ hài lòng về sự phục vụ hành chính trên địa bàn tỉnh Thái Nguyên năm 2024",
        "number": 7,
        "day": date(2025, 1, 6),
    }
    return Head(**(made | facts))  # type: ignore[arg-type]


def ranking() -> Table:
    """Units with last year, in two bands, and the province's mean."""
    columns = (
        Column("TT", "whole"),
        Column("Cơ quan, đơn vị"),
        Column("Số phiếu hợp lệ", "whole"),
        Column("2023", "number", group="Chỉ số (%)"),
        Column("2024", "number", group="Chỉ số (%)"),
        Column("Tăng, giảm", "change"),
        Column("Xếp hạng", "whole"),
    )
    made: list[Row | Band] = []
    for at, unit in enumerate(UNITS):
        if at in (0, 12):
            made.append(Band("Sở, ban, ngành" if at == 0 else "Ủy ban nhân dân huyện, thành phố"))
        new = value(at) if at != 9 else None
        old = Decimal(str(value(at))) - Decimal("1.2") + at % 4 if at != 11 else None
        change = None if new is None or old is None else Decimal(str(new)) - old
        made.append(Row((at + 1, unit, 1204 - 31 * at if at != 9 else 22, old, new, change, at + 1 if new else None)))
    made.append(Row(("", "Toàn tỉnh", 19364, 79.85, 80.905, 1.055, ""), strong=True))
    return Table(
        "Chỉ số hài lòng và xếp hạng của các cơ quan, đơn vị",
        columns,
        tuple(made),
        notes=("Dấu “–”: chưa đủ 30 phiếu hợp lệ hoặc năm trước không khảo sát.",),
        key="ranking",
    )


def wide() -> Table:
    """Units by factors, in small letters for an annex that lies."""
    factors = (Column(name, "number", group="Nhân tố (%)") for name in FACTORS)
    columns = (Column("Cơ quan, đơn vị"), *factors, Column("Chung", "number"))
    cells = [[unit, *(value(at) + 3 - 2 * step for step in range(5)), value(at)] for at, unit in enumerate(UNITS * 2)]
    return Table("Chỉ số theo nhân tố và đơn vị", columns, rows(cells), small=True, key="factors")


def factors_of(at: int) -> tuple[float | None, ...]:
    """The factors of the unit of that place; one of them has no value."""
    return tuple(None if (at, step) == (3, 2) else value(at) - 4 * step for step in range(5))


def charts() -> tuple[Chart, ...]:
    """One chart of each kind."""
    ordered = tuple(Bar(unit, value(at), strong=at == 4) for at, unit in enumerate(UNITS[:12]))
    plan = tuple(Bar(unit, 310 - 17 * at, mark=280) for at, unit in enumerate(UNITS[12:]))
    spread = tuple(Stack(name, (2 + at, 5, 14 - at, 49, 30), 1204 - at) for at, name in enumerate(FACTORS))
    dots = tuple(Dot(name, 88 - 4 * at, 85 - 4 * at, 91 - 4.5 * at, 84 - 3 * at) for at, name in enumerate(FACTORS))
    lines = tuple(Line(unit, value(at) - 3 + (at * 7) % 5, value(at), at == 0) for at, unit in enumerate(UNITS[:8]))
    cells = tuple((unit, factors_of(at)) for at, unit in enumerate(UNITS[:10]))
    weeks = tuple((f"Tuần {36 + at}", 210 + (at * 97) % 160) for at in range(8))
    return (
        Chart("Xếp hạng các sở, ban, ngành", "Cao nhất: Sở Nội vụ 92,40 %.", Bars(ordered, mean=84.1), key="bars"),
        Chart("Số phiếu so với kế hoạch", "Cao nhất 310 phiếu.", Bars(plan, top=None, unit="phiếu", decimals=0)),
        Chart("Mức độ hài lòng theo nhân tố", "Hài lòng từ 79 đến 80 %.", Stacks(LEVELS, spread)),
        Chart(
            "Các nhân tố so với năm trước",
            "Tiếp cận dịch vụ 88 %.",
            Dots(dots, mean=80.9, low=50, now_words="Năm 2024 và khoảng tin cậy", before_words="Năm 2023"),
        ),
        Chart("Thay đổi qua hai năm", "Sở Nội vụ tăng.", Slope("Năm 2023", "Năm 2024", lines)),
        Chart("Chỉ số theo đơn vị và nhân tố", "Từ 70 đến 92 %.", Heat(FACTORS, cells, low=60)),
        Chart("Số phiếu theo tuần", "Từ 210 đến 360 phiếu một tuần.", Steps(weeks, plan=250, unit="phiếu")),
    )


def report() -> Paper:
    """A long report with contents, charts and two annexes, one of them lying."""
    drawn = charts()
    return Paper(
        head=head(),
        blocks=(
            Contents(),
            PageBreak(),
            Heading(1, "Tình hình triển khai"),
            Paragraph(LONG),
            Heading(2, "Công tác chỉ đạo, điều hành"),
            Paragraph(f"Kết quả chi tiết tại {mention('ranking')}, {mention('bars')} và {mention('annex')}."),
            Bullets(
                ("Thu phiếu qua mã QR tại quầy, qua Zalo và phiếu giấy;", LONG, "Kiểm tra, phúc tra 5 % số phiếu.")
            ),
            Heading(2, "Mẫu điều tra"),
            Paragraph("19.364 phiếu hợp lệ.", lead="Số phiếu:"),
            Heading(3, "Theo kênh thu thập"),
            Paragraph(LONG),
            Heading(3, "Theo đơn vị"),
            ranking(),
            Note("Số liệu tính đến 17 giờ 00 ngày 31/12/2024."),
            Note("Bốn đơn vị có ít phiếu; chỉ số của các đơn vị này có sai số lớn, chưa xếp hạng.", warning=True),
            Heading(1, "Kết quả"),
            *drawn[:2],
            Heading(2, "Theo nhân tố"),
            Paragraph(LONG),
            *drawn[2:],
            Heading(1, "Đánh giá chung, kiến nghị"),
            Paragraph(LONG),
            Paragraph("Trên đây là báo cáo kết quả đo lường, Sở Nội vụ kính trình Ủy ban nhân dân tỉnh xem xét."),
        ),
        signature=Signature(("KT. Giám đốc", "Phó Giám đốc"), "Nguyễn Văn Ánh"),
        recipients=(
            "Ủy ban nhân dân tỉnh (báo cáo)",
            "Các sở, ban, ngành",
            "UBND các huyện, thành phố",
            "Lưu: VT, CCHC",
        ),
        annexes=(
            Annex("Chỉ số theo nhân tố", (Heading(1, "Bảng tổng hợp"), wide()), landscape=True, key="annex"),
            Annex(
                "Phương pháp tính", (Heading(1, "Công thức"), Paragraph(LONG), Heading(1, "Làm tròn"), Paragraph(LONG))
            ),
        ),
    )


def letter() -> Paper:
    """An official letter to two bodies, not yet numbered."""
    return Paper(
        head=head(
            kind="", sign="SNV-CCHC", number=None, day=None, draft=True,
            summary="thông báo kết quả và đề nghị xây dựng kế hoạch khắc phục",
            to=("Sở Y tế", "Ủy ban nhân dân huyện Định Hóa"),
        ),
        blocks=(Paragraph(LONG), Paragraph(LONG), Paragraph("Sở Nội vụ đề nghị Quý cơ quan thực hiện.")),
        signature=Signature(("Giám đốc",)),
        recipients=("Như trên", "Lưu: VT, CCHC"),
    )  # fmt: skip


def decision() -> Paper:
    """A decision of the Chairman with its grounds and articles."""
    return Paper(
        head=head(
            superior="", body="Ủy ban nhân dân tỉnh Thái Nguyên", sign="QĐ-UBND", kind="Quyết định", number=1205,
            summary="Công bố Chỉ số hài lòng về sự phục vụ hành chính năm 2024", day=date(2025, 3, 14),
        ),
        blocks=(
            Centred("CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH THÁI NGUYÊN"),
            Basis((
                "Căn cứ Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015; Luật sửa đổi, bổ sung một số "
                "điều của Luật Tổ chức Chính phủ và Luật Tổ chức chính quyền địa phương ngày 22 tháng 11 năm 2019",
                "Căn cứ Kế hoạch số 98/KH-UBND ngày 17 tháng 5 năm 2024 của Ủy ban nhân dân tỉnh",
                "Theo đề nghị của Giám đốc Sở Nội vụ tại Tờ trình số 15/TTr-SNV ngày 03 tháng 3 năm 2025",
            )),
            Centred("QUYẾT ĐỊNH:"),
            Article("Công bố Chỉ số hài lòng về sự phục vụ hành chính năm 2024 (có Phụ lục kèm theo)."),
            Article("Giao Sở Nội vụ theo dõi, đôn đốc việc thực hiện Quyết định này."),
            Article("Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ và Thủ trưởng các cơ quan, đơn vị có "
                    "liên quan chịu trách nhiệm thi hành Quyết định này."),
        ),
        signature=Signature(("Chủ tịch",)),
        recipients=("Như Điều 3", "Bộ Nội vụ", "Thường trực Tỉnh ủy, HĐND tỉnh", "Lưu: VT, SNV"),
        annexes=(Annex("Chỉ số hài lòng năm 2024", (ranking(),)),),
    )  # fmt: skip


PAPERS = {"report": report, "letter": letter, "decision": decision}

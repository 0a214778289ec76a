"""Chapters I to III of the yearly report: why and how it was asked, and how the fieldwork went."""

from __future__ import annotations

from collections.abc import Iterator

from reports.names import words_of
from reports.numerals import short_day
from reports.papers import Basis, Block, Bullets, Fill, Heading, Note, Paragraph, mention
from reports.sipas_charts import week_chart
from reports.sipas_material import Facts, blocks, rated, silent, told
from reports.sipas_people import channel_table, sample_table
from reports.sipas_words import REASONS, listed, lower, percent, whole

OPEN = "Người trả lời tự chọn tham gia; kết quả chỉ nói về chính họ, không đại diện cho những người khác."


def grounds(facts: Facts) -> Iterator[Block]:
    """Chapter I."""
    yield Heading(1, "Căn cứ, mục đích, nội dung đo lường")
    yield Heading(2, "Căn cứ")
    if facts.wording.grounds:
        yield Basis(tuple(f"Căn cứ {each}" for each in facts.wording.grounds))
    else:
        yield Fill(
            f"văn bản là căn cứ của đợt đo lường năm {facts.year} (chương trình, kế hoạch của Ủy ban nhân dân tỉnh, "
            "số, "
            "ngày, trích yếu)."
        )
    yield Heading(2, "Mục đích")
    yield Bullets(ended(facts.wording.purpose))
    yield Heading(2, "Yêu cầu")
    yield Bullets(ended(facts.wording.demands))
    yield Heading(2, "Nội dung đo lường")
    yield from contents(facts)


def ended(items: tuple[str, ...]) -> tuple[str, ...]:
    """Items of a list with their marks."""
    return (*(f"{each.strip()};" for each in items[:-1]), *(f"{each.strip()}." for each in items[-1:]))


def contents(facts: Facts) -> Iterator[Block]:
    """What was asked."""
    asked = facts.questionnaire
    closed = [item for item in asked.items if item.type not in ("text", "note")]
    parts = f"{whole(len(asked.factors))} yếu tố" if asked.factors else "một nhóm nội dung chung"
    yield Paragraph(
        f"Phiếu khảo sát “{words_of(asked.title, 'vi')}” (mã {asked.code}, phiên bản {asked.version}) gồm "
        f"{whole(len(asked.sections))} phần, {whole(len(closed))} nội dung hỏi; trong đó {whole(len(rated(facts)))} "
        "nội "
        f"dung đo lường mức độ hài lòng, chia thành {parts}. Toàn văn phiếu ở {mention('form')}."
    )
    if asked.blocks:
        for block in asked.blocks:
            inside = [each for each in asked.factors if each.block == block.code]
            yield Paragraph(
                f"{listed([factor_words(facts, each.code) for each in inside])}.", f"{words_of(block.title, 'vi')}:"
            )
    elif asked.factors:
        yield Bullets(ended(tuple(factor_words(facts, each.code) for each in asked.factors)))


def factor_words(facts: Facts, code: str) -> str:
    """A factor with the number of its questions."""
    factor = next(each for each in facts.questionnaire.factors if each.code == code)
    return f"{lower(words_of(factor.title, 'vi'))} ({whole(len(rated(facts, code)))} nội dung)"


def method(facts: Facts) -> Iterator[Block]:
    """Chapter II."""
    yield Heading(1, "Phương pháp")
    yield Heading(2, "Đối tượng, phương pháp lấy ý kiến")
    if facts.sampled:
        yield Paragraph(
            "Kết quả dựa trên mẫu ngẫu nhiên. Mẫu được rút theo tầng từ danh sách đầy đủ hồ sơ, đối tượng của từng đơn "
            "vị; số hồ sơ và số phiếu phát ra của từng tầng được khai báo trước khi tính toán. Phiếu của người tự "
            "quét mã "
            "để trả lời được tổng hợp riêng, không gộp vào chỉ số này."
        )
        yield Fill("cách rút mẫu, ngày rút mẫu, người chứng kiến; cỡ mẫu theo phương án điều tra được phê duyệt.")
    else:
        yield Note(f"Kết quả dựa trên ý kiến tự nguyện. {OPEN}", warning=True)
        yield Paragraph(
            "Người dân, đại diện tổ chức trả lời qua mã QR đặt tại nơi giao dịch hoặc qua các kênh trực tuyến. Với "
            "cách lấy "
            "ý kiến này, báo cáo nêu chỉ số và số phiếu của từng đơn vị nhưng không nêu sai số và không xếp hạng."
        )
    yield Heading(2, "Cách tính chỉ số")
    yield Paragraph(sentence(words_of(facts.method.formula, "vi")), f"{words_of(facts.method.name, 'vi')}:")
    if facts.questionnaire.factors:
        yield Paragraph(sentence(words_of(facts.grouping.formula, "vi")), "Chỉ số của yếu tố:")
        yield Paragraph(sentence(words_of(facts.methods.overall, "vi")), "Chỉ số chung:")
    yield Paragraph(sentence(words_of(facts.methods.aggregation, "vi")), "Chỉ số của khối và của tỉnh:")
    yield Paragraph(sentence(words_of(facts.method.missing, "vi")), "Câu không tính:")
    yield Paragraph(ROUNDED, "Làm tròn:")
    if facts.sampled:
        yield Heading(2, "Sai số và thứ hạng")
        yield Paragraph(
            "Chỉ số tính từ mẫu luôn có sai số. Khoảng tin cậy 95 % cho biết giá trị thật nằm trong khoảng nào nếu "
            "hỏi tất "
            "cả mọi người. Hai đơn vị có chỉ số khác nhau chưa chắc hơn kém nhau; vì vậy báo cáo nêu hạng dưới dạng "
            "khoảng "
            "hạng và chỉ kết luận tăng, giảm khi thay đổi lớn hơn sai số của cả hai năm."
        )
    yield Heading(2, "Bảo vệ người trả lời")
    yield Paragraph(
        f"Phiếu không ghi họ tên. Số liệu của nơi hoặc nhóm có dưới {facts.minimum} người trả lời không được nêu, kể "
        "cả số "
        f"phiếu; nơi có dưới {facts.small} người trả lời chỉ nêu số phiếu. Khi cần, một số số liệu khác cũng được "
        "giữ kín "
        "để không ai suy ra được số liệu đã giữ kín. Dữ liệu cá nhân nhạy cảm (như dân tộc) không được tổng hợp công "
        "khai."
    )


ROUNDED = (
    "Làm tròn đến 2 chữ số thập phân, nửa đơn vị làm tròn lên, từ giá trị chính xác; khoảng tin cậy lấy 1 chữ số. Tỷ "
    "lệ "
    "của các mức có thể cộng lại lệch 100 % một chút do làm tròn."
)


def sentence(words: str) -> str:
    """Words that end with one full stop."""
    return words.strip().rstrip(".") + "."


def fieldwork(facts: Facts) -> Iterator[Block]:
    """Chapter III."""
    yield Heading(1, "Tình hình triển khai")
    yield Heading(2, "Mẫu và kết quả thu phiếu")
    yield Paragraph(came_back(facts))
    if facts.sampled and facts.aside.valid:
        yield Paragraph(
            f"Ngoài mẫu, có {whole(facts.aside.valid)} phiếu hợp lệ do người dân, tổ chức tự trả lời; các phiếu này "
            "không "
            "tham gia tính chỉ số trong báo cáo."
        )
    left = silent(facts)
    if left:
        yield Paragraph(
            f"Đợt đo lường còn ghi nhận {whole(len(left))} đơn vị không có mẫu và không có phiếu nào; các đơn vị này "
            "không "
            "nêu trong báo cáo."
        )
    yield sample_table(facts)
    yield from aside(facts)
    yield Heading(2, "Hình thức trả lời và tiến độ")
    yield channel_table(facts)
    if facts.fieldwork.assisted:
        share = 100 * facts.fieldwork.assisted / facts.answers.valid
        yield Paragraph(
            f"Có {whole(facts.fieldwork.assisted)} phiếu ({percent(share, 1)}) được trả lời với sự giúp đỡ của người "
            "khác và "
            "được ghi nhận như vậy."
        )
    if len(facts.fieldwork.weeks) > 1:
        yield week_chart(facts)
    yield Heading(2, "Giám sát")
    yield Fill(
        "việc giám sát lập danh sách, rút mẫu và điều tra của Ủy ban Mặt trận Tổ quốc Việt Nam, Hội Cựu chiến binh các "
        "cấp: số cuộc, số địa bàn, kết quả, kiến nghị."
    )
    yield Heading(2, "Phúc tra")
    yield Fill("số phiếu được phúc tra, tỷ lệ so với số phiếu thu về, kết quả so sánh, cách xử lý phiếu có sai lệch.")
    yield Heading(2, "Đơn vị thực hiện, kinh phí")
    yield Fill("đơn vị độc lập được lựa chọn, số điều tra viên, việc tập huấn; kinh phí và nguồn kinh phí.")


def came_back(facts: Facts) -> str:
    """How many forms came back, and when."""
    counts, work = facts.answers, facts.fieldwork
    if work.first and work.last:
        days = f"từ ngày {short_day(work.first)} đến ngày {short_day(work.last)}"
    else:
        days = f"trong thời gian từ ngày {short_day(facts.opens)} đến ngày {short_day(facts.closes)}"
    units = f"{whole(len(told(facts)))} đơn vị có đủ phiếu để công bố chỉ số"
    if not counts.issued:
        return (
            f"Phiếu được thu {days}: tổng số {whole(counts.received)} phiếu, trong đó {whole(counts.valid)} phiếu "
            "hợp lệ. "
            f"Có {units}. Số liệu từng đơn vị ở {mention('sample')}."
        )
    share = 100 * counts.valid / counts.issued
    return (
        f"Tổng số phiếu phát ra là {whole(counts.issued)}. Thu về {days} được {whole(counts.received)} phiếu, trong đó "
        f"{whole(counts.valid)} phiếu hợp lệ, bằng {percent(share, 1)} số phiếu phát ra. Có {units} thuộc "
        f"{whole(len(blocks(facts)))} khối. Số liệu từng đơn vị ở {mention('sample')}."
    )


def aside(facts: Facts) -> Iterator[Block]:
    """Forms that do not count, and why."""
    reasons = [
        f"{whole(count)} phiếu {'tạm giữ để kiểm tra' if state == 'quarantined' else 'không hợp lệ'} "
        f"({REASONS.get(reason, reason)})"
        for state, reason, count in facts.fieldwork.set_aside
    ]
    if reasons:
        yield Paragraph(f"Phiếu không tính vào chỉ số: {listed(reasons)}. Các phiếu này vẫn được lưu, không bị xóa.")
    else:
        yield Paragraph("Không có phiếu nào bị loại.")

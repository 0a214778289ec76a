"""What a summary report says of units out of the ordinary, of tasks of the plan, and of what is to be done next."""

from __future__ import annotations

from collections.abc import Iterator

from reports.numerals import short_day
from reports.papers import Block, Bullets, Column, Heading, Paragraph, Table, rows
from reports.summary_facts import SummaryFacts, behind, rising, silent
from reports.summary_words import names, whole


def attention(facts: SummaryFacts) -> Iterator[Block]:
    """What is out of the ordinary."""
    yield Heading(1, "Vấn đề cần chú ý")
    found = [sentence for told in (silence, rises, delays, checks) for sentence in told(facts)]
    yield Bullets(tuple(found)) if found else Paragraph("Chưa phát hiện đơn vị nào có dấu hiệu bất thường.")


def silence(facts: SummaryFacts) -> Iterator[str]:
    """Units from which nothing comes."""
    found = silent(facts)
    if found:
        yield (
            f"{whole(len(found))} đơn vị không có phiếu nào trong {facts.watch.silent_days} ngày gần nhất: "
            f"{names(found)}."
        )


def rises(facts: SummaryFacts) -> Iterator[str]:
    """Units from which far more comes than before."""
    found = rising(facts)
    told = "; ".join(
        f"{unit.short_name} ({whole(unit.arrived.before)} → {whole(unit.arrived.fresh)} phiếu)"
        for unit in found
        if unit.arrived
    )
    if found:
        yield (
            f"{whole(len(found))} đơn vị có số phiếu tăng đột biến: {told}. Đây chỉ là dấu hiệu cần kiểm tra, "
            "chưa phải kết luận; phiếu vẫn được giữ nguyên."
        )


def delays(facts: SummaryFacts) -> Iterator[str]:
    """Units whose sample comes in slowly."""
    found = behind(facts)
    if found:
        yield f"{whole(len(found))} đơn vị thu phiếu chậm hơn tiến độ thời gian: {names(found)}."


def checks(facts: SummaryFacts) -> Iterator[str]:
    """Answers that wait."""
    if facts.quarantined:
        yield f"{whole(facts.quarantined)} phiếu đang tạm giữ, cần người có thẩm quyền xem xét."


def tasks(facts: SummaryFacts) -> Iterator[Block]:
    """Tasks of the plan that are late or soon due."""
    if not facts.tasks:
        return
    yield Heading(1, "Nhiệm vụ đến hạn theo kế hoạch")
    cells = [(each.title, each.lead, each.due, "Quá hạn" if each.late else "Sắp đến hạn") for each in facts.tasks]
    yield Table(
        "Nhiệm vụ quá hạn hoặc sắp đến hạn",
        (
            Column("Nhiệm vụ", width=46),
            Column("Cơ quan chủ trì", width=24),
            Column("Hạn", "day", width=14),
            Column("Tình trạng", width=16),
        ),
        rows(cells),
    )


def next_steps(facts: SummaryFacts) -> Iterator[Block]:
    """What follows from all that."""
    yield Heading(1, "Nhiệm vụ kỳ tới")
    steps = []
    if silent(facts):
        steps.append(
            "Đôn đốc các đơn vị chưa có phiếu kiểm tra áp phích, mã QR, thiết bị tại quầy và hướng dẫn người dân, "
            "tổ chức trả lời; bố trí người hỗ trợ người cao tuổi, người dân tộc thiểu số."
        )
    if rising(facts):
        steps.append("Kiểm tra nguyên nhân số phiếu tăng đột biến, báo cáo kết quả trước kỳ báo cáo sau.")
    if behind(facts):
        steps.append("Bổ sung điều tra viên hoặc liên hệ lại đối tượng tại các đơn vị chậm tiến độ.")
    if facts.quarantined:
        steps.append("Xem xét, kết luận đối với các phiếu đang tạm giữ.")
    if any(task.late for task in facts.tasks):
        steps.append("Hoàn thành các nhiệm vụ đã quá hạn, báo cáo lý do chậm.")
    steps.append(until_the_close(facts))
    yield Bullets(tuple(steps))


def until_the_close(facts: SummaryFacts) -> str:
    """How long the campaign goes on."""
    left = (facts.closes - facts.made_at.date()).days
    if facts.state != "open" or left < 0:
        return "Tổng hợp, kiểm tra số liệu và hoàn thiện báo cáo kết quả để công bố theo kế hoạch."
    if left <= facts.watch.closing_days:
        return (
            f"Đợt khảo sát kết thúc ngày {short_day(facts.closes)}, còn {left} ngày; "
            "chuẩn bị khóa sổ và tổng hợp kết quả."
        )
    return f"Tiếp tục thu phiếu theo kế hoạch đến ngày {short_day(facts.closes)}."

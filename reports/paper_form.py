"""A questionnaire to be filled in by pen: A4, large letters, boxes to tick, and where to go on after an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from reports.asked_of import Sheet, letter, number_text, only_words, sheet_of, skips
from reports.print import UNSHOWN, compiler_of
from survey.questionnaire import Item, Question, Questionnaire, Section

Drawn = dict[str, object]
MOST_LEVELS = 7  # columns of a table whose words can still be read
FEW, SHORTER = 3, 20  # options of so few letters that all stand in a row
SHORT = 26  # characters of options that stand two in a row
FRAME: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "form": "Mã phiếu: {code}",
        "serial": "Số phiếu:",
        "page": "Trang {page}/{pages}",
        "minutes": "Thời gian trả lời: khoảng {minutes} phút.",
        "how": (
            "Cách trả lời: đánh dấu X vào ô vuông trước phương án phù hợp. Nếu đánh dấu nhầm, xin khoanh tròn ô "
            "nhầm rồi đánh dấu ô khác."
        ),
        "consent": (
            "Việc trả lời là tự nguyện. Phiếu không ghi họ tên của Ông/Bà; câu trả lời chỉ được dùng vào mục đích nêu "
            "trên và chỉ được công bố dưới dạng số liệu tổng hợp. Ông/Bà có thể bỏ qua câu không ghi “bắt buộc”, hoặc "
            "dừng lại bất cứ lúc nào. Gửi lại phiếu đã điền nghĩa là Ông/Bà đồng ý với những điều này."
        ),
        "required": "(bắt buộc)",
        "several": "Có thể chọn nhiều phương án.",
        "at_most": "Chọn tối đa {count} phương án.",
        "one_each": "Xin chọn một mức cho mỗi dòng.",
        "between": "Ghi một số từ {low} đến {high}.",
        "least": "Ghi một số từ {low} trở lên.",
        "most": "Ghi một số không quá {high}.",
        "day": "Ngày",
        "month": "tháng",
        "year": "năm",
        "thanks": "Xin trân trọng cảm ơn Ông/Bà!",
        "back": "Xin gửi lại phiếu cho người phát phiếu, hoặc bỏ vào hòm phiếu.",
        "qr": "Trả lời trên điện thoại: quét mã này hoặc mở {address}",
        "qr_alt": "Mã QR dẫn tới phiếu trên điện thoại: {address}",
        "draft": "BẢN DỰ THẢO",
    },
    "en": {
        "form": "Form code: {code}",
        "serial": "Form number:",
        "page": "Page {page}/{pages}",
        "minutes": "This takes about {minutes} minutes.",
        "how": (
            "How to answer: put an X into the box before the choice that fits. If you ticked the wrong box, circle it "
            "and tick another one."
        ),
        "consent": (
            "Answering is voluntary. Your name is not recorded; the answers are used for the purpose above only, and "
            "only totals are published. You may pass over any question that is not marked “required”, or stop at any "
            "time. By handing the form back you agree to this."
        ),
        "required": "(required)",
        "several": "You may choose several.",
        "at_most": "Choose at most {count}.",
        "one_each": "Please choose one level in each row.",
        "between": "Write a number from {low} to {high}.",
        "least": "Write a number, {low} or more.",
        "most": "Write a number, {high} at most.",
        "day": "Day",
        "month": "month",
        "year": "year",
        "thanks": "Thank you very much!",
        "back": "Please hand the form back to whoever gave it to you, or drop it into the box.",
        "qr": "Answer on your phone: scan this code or open {address}",
        "qr_alt": "QR code of the form on the phone: {address}",
        "draft": "DRAFT",
    },
}


@dataclass(frozen=True, slots=True)
class Counter:
    """Where a form is handed out: its names, the address of the form there, and that address as a QR picture (SVG)."""

    unit: str
    counter: str
    address_words: str
    picture: str
    title: str = ""


def paper(form: Questionnaire, language: str, counter: Counter | None = None, *, draft: bool = False) -> bytes:
    """The form as PDF, accessible (PDF/UA-1) unless a word has a letter that no font of ours shows."""
    import typst

    compiler = compiler_of("form", {"form": json.dumps(drawn(form, language, counter, draft=draft))})
    try:
        made = compiler.compile(format="pdf", pdf_standards="ua-1")
    except typst.TypstError as error:
        if UNSHOWN not in error.message:
            raise
        made = compiler.compile(format="pdf")
    return made if isinstance(made, bytes) else b""


def pictures(form: Questionnaire, language: str, *, draft: bool = False, dots: int = 96) -> list[bytes]:
    """The pages as PNG pictures, to be looked at on a screen."""
    compiler = compiler_of("form", {"form": json.dumps(drawn(form, language, None, draft=draft))})
    made = compiler.compile(format="png", ppi=dots)
    return made if isinstance(made, list) else [made or b""]


def drawn(form: Questionnaire, language: str, counter: Counter | None, *, draft: bool) -> Drawn:
    """What the design is given: words only, none of which is markup."""
    sheet, frame = sheet_of(form, language), FRAME.get(language, FRAME["vi"])
    only = only_words(sheet)
    sections = [section_of(sheet, section, only, frame) for section in form.sections]
    return {
        "language": language,
        "title": sheet.words(form.title),
        "above": [counter.unit, counter.counter] if counter else [],
        "campaign": counter.title if counter else "",
        "purpose": sheet.words(form.purpose),
        "code": frame["form"].format(code=f"{form.code} v{form.version}"),
        "minutes": frame["minutes"].format(minutes=form.minutes),
        "page": frame["page"],
        "draft": frame["draft"] if draft else "",
        "qr": qr_of(counter, frame) if counter else None,
        "words": {key: frame[key] for key in ("serial", "how", "consent", "day", "month", "year", "thanks", "back")},
        "sections": sections,
    }


def qr_of(counter: Counter, frame: Mapping[str, str]) -> Drawn:
    """The code with what it is for."""
    facts = {"address": counter.address_words}
    return {"picture": counter.picture, "words": frame["qr"].format(**facts), "alt": frame["qr_alt"].format(**facts)}


def section_of(sheet: Sheet, section: Section, only: Mapping[str, str], frame: Mapping[str, str]) -> Drawn:
    """A section with its questions."""
    questions = [question_of(sheet, question, only.get(question.code, ""), frame) for question in section.questions]
    intro = sheet.words(section.intro) if section.intro else ""
    return {"title": sheet.words(section.title), "intro": intro, "questions": questions}


def question_of(sheet: Sheet, question: Question, only: str, frame: Mapping[str, str]) -> Drawn:
    """A question as the design draws it."""
    number = sheet.numbers.get(question.code)
    item = question.items[0] if question.items else None
    made: Drawn = {
        "kind": KINDS[question.type],
        "number": f"{capital(sheet.say('place', number=number))}." if number else "",
        "text": sheet.words(question.text),
        "help": sheet.words(question.help) if question.help else "",
        "only": only,
        "required": frame["required"] if item is not None and question.type != "matrix" and item.required else "",
        "hint": hint_of(question, sheet.language, frame),
        "skips": skips(sheet, question),
        "options": [] if item is None else options_of(sheet, item),
        "na": sheet.words(item.na) if item is not None and item.na is not None else "",
        "columns": 1,
        "lines": 0 if item is None else lines_of(item),
        "rows": rows_of(sheet, question, frame) if question.type == "matrix" else [],
    }
    if made["kind"] == "levels" and item is not None and len(item.options) > MOST_LEVELS:
        made["kind"] = "options"
    if made["kind"] == "options" and item is not None:
        made["columns"] = columns_of(sheet, item)
    made["numbered"] = (
        question.type == "matrix" and item is not None and len(item.options) + bool(item.na) > MOST_LEVELS
    )
    return made


def capital(words: str) -> str:
    """The words with a capital letter at the beginning."""
    return words[:1].upper() + words[1:]


def columns_of(sheet: Sheet, item: Item) -> int:
    """How many options stand in a row: all of a few short ones, two where all are short."""
    words = [sheet.words(option.text) for option in item.options] + ([sheet.words(item.na)] if item.na else [])
    longest = max(map(len, words))
    if item.offers_other or longest > SHORT:
        return 1
    return len(words) if len(words) <= FEW and longest <= SHORTER else 2


KINDS: Mapping[str, str] = {
    "scale": "levels",
    "single": "options",
    "several": "options",
    "yes_no": "options",
    "matrix": "table",
    "number": "number",
    "date": "date",
    "text": "lines",
    "note": "note",
}


def options_of(sheet: Sheet, item: Item) -> list[Drawn]:
    """What can be ticked, and where words can be written."""
    return [{"words": sheet.words(option.text), "other": option.other} for option in item.options]


def rows_of(sheet: Sheet, question: Question, frame: Mapping[str, str]) -> list[Drawn]:
    """The rows of a table, each under a letter."""
    return [
        {
            "letter": letter(place),
            "words": sheet.words(item.text),
            "required": frame["required"] if item.required else "",
            "na": item.na is not None,
        }
        for place, item in enumerate(question.items)
    ]


def lines_of(item: Item) -> int:
    """How many lines are there to write on."""
    return 1 if item.max_length <= 100 else 3 if item.max_length <= 500 else 5


def hint_of(question: Question, language: str, frame: Mapping[str, str]) -> str:
    """How this type of question is answered, where it is not plain."""
    if not question.items:
        return ""
    item = question.items[0]
    if question.type == "several":
        return frame["at_most"].format(count=item.max_choices) if item.max_choices else frame["several"]
    if question.type == "matrix":
        return frame["one_each"]
    if question.type != "number":
        return ""
    low, high = (number_text(b, language) if isinstance(b, Decimal) else "" for b in (item.minimum, item.maximum))
    key = {(True, True): "between", (True, False): "least", (False, True): "most"}.get((bool(low), bool(high)), "")
    return frame[key].format(low=low, high=high) if key else ""

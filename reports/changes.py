"""Differences between two versions of a questionnaire in words, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reports.asked_of import condition_words, sheet_of
from survey.comparison import Change, Side
from survey.conditions import All, Answered, Any_, AtLeast, Equals, In, Not
from survey.questionnaire import Questionnaire

CONDITIONS = (All, Answered, Any_, AtLeast, Equals, In, Not)
WORDS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "added": "Thêm", "removed": "Bỏ", "changed": "Sửa", "moved": "Chuyển chỗ",
        "form": "Phiếu", "section": "Phần", "question": "Câu hỏi", "row": "Dòng của bảng", "option": "Phương án",
        "factor": "Yếu tố", "block": "Nhóm yếu tố",
        "title": "tên", "purpose": "mục đích", "minutes": "số phút", "languages": "ngôn ngữ", "source": "nguồn",
        "sensitive": "mục nhạy cảm", "intro": "lời dẫn", "text": "lời", "help": "giải thích thêm",
        "type": "loại câu hỏi", "show_if": "điều kiện hiển thị", "short": "trong phiếu rút gọn", "na": "không áp dụng",
        "required": "bắt buộc", "max_choices": "chọn nhiều nhất", "minimum": "nhỏ nhất", "maximum": "lớn nhất",
        "decimals": "chữ số thập phân", "max_length": "số ký tự tối đa", "score": "điểm",
        "satisfied": "tính là hài lòng",
        "exclusive": "chỉ chọn một mình", "other": "có ô ghi rõ", "order": "thứ tự", "general": "câu chung",
        "yes": "có", "no": "không", "everybody": "hỏi mọi người", "if": "Ông/Bà {condition}",
    },
    "en": {
        "added": "Added", "removed": "Removed", "changed": "Changed", "moved": "Moved",
        "form": "Form", "section": "Section", "question": "Question", "row": "Row of a table", "option": "Choice",
        "factor": "Factor", "block": "Block",
        "title": "title", "purpose": "purpose", "minutes": "minutes", "languages": "languages", "source": "source",
        "sensitive": "sensitive items", "intro": "introduction", "text": "words", "help": "explanation",
        "type": "type of question", "show_if": "condition", "short": "in the short form", "na": "not applicable",
        "required": "required", "max_choices": "most choices", "minimum": "minimum", "maximum": "maximum",
        "decimals": "decimals", "max_length": "most characters", "score": "score", "satisfied": "counts as satisfied",
        "exclusive": "stands alone", "other": "with words of one's own", "order": "order",
        "general": "general question",
        "yes": "yes", "no": "no", "everybody": "everybody is asked", "if": "you {condition}",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """One difference as it is shown: what happened to which part, and both sides."""

    kind: str  # the code of what happened, for colours
    what: str  # in words
    part: str
    code: str
    aspect: str
    language: str
    before: str
    after: str


def told(changes: Iterable[Change], old: Questionnaire, new: Questionnaire, language: str) -> tuple[Told, ...]:
    """The differences in words of that language."""
    table = WORDS.get(language, WORDS["vi"])
    return tuple(
        Told(
            kind=change.kind,
            what=table[change.kind],
            part=table[change.part],
            code=f"{change.within} · {change.code}" if change.within and change.code else change.code or change.within,
            aspect=table.get(change.aspect, change.aspect),
            language=change.language,
            before=side(change, change.before, old, language),
            after=side(change, change.after, new, language),
        )
        for change in changes
    )


def side(change: Change, found: Side, form: Questionnaire, language: str) -> str:
    """What stood on one side."""
    table = WORDS.get(language, WORDS["vi"])
    if isinstance(found, CONDITIONS):
        return table["if"].format(condition=condition_words(sheet_of(form, language), found))
    if found is None:
        return table["everybody"] if change.aspect == "show_if" else ""
    if isinstance(found, bool):
        return table["yes" if found else "no"]
    if isinstance(found, tuple):
        return ", ".join(found)
    return (found.get(language) or next(iter(found.values()), "")) if isinstance(found, Mapping) else str(found)

"""The styles that a Word template must have: their names as Word shows them, and where each is used.

Word translates the names of its own styles ("heading 1" is "Đầu đề 1" in a Vietnamese Word); ours are Vietnamese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from survey.faults import SurveyError

if TYPE_CHECKING:
    from docx.document import Document

SHIPPED = Path(__file__).parent / "templates" / "van-ban-hanh-chinh.docx"
PARAGRAPHS = {
    "superior": "Cơ quan chủ quản",
    "body_name": "Cơ quan ban hành",
    "state": "Quốc hiệu",
    "motto": "Tiêu ngữ",
    "number": "Số ký hiệu",
    "subject": "Trích yếu công văn",
    "draft": "Dự thảo",
    "day": "Địa danh ngày tháng",
    "rule": "Đường kẻ",
    "gap": "Khoảng trống",
    "kind": "Tên loại",
    "summary": "Trích yếu",
    "to": "Kính gửi",
    "to_many": "Kính gửi nhiều nơi",
    "to_item": "Kính gửi - dòng",
    "heading1": "heading 1",
    "heading2": "heading 2",
    "heading3": "heading 3",
    "body": "Nội dung",
    "bullet": "Gạch đầu dòng",
    "basis": "Căn cứ",
    "centred": "Dòng giữa",
    "article": "Điều",
    "note": "Ghi chú",
    "warning": "Lưu ý",
    "fill": "Cần điền",
    "table_caption": "Tên bảng",
    "chart": "Biểu đồ",
    "chart_caption": "Tên biểu đồ",
    "table_note": "Ghi chú bảng",
    "column": "Đầu cột",
    "cell": "Ô chữ",
    "figure": "Ô số",
    "band": "Ô nhóm",
    "column_small": "Đầu cột nhỏ",
    "cell_small": "Ô chữ nhỏ",
    "figure_small": "Ô số nhỏ",
    "band_small": "Ô nhóm nhỏ",
    "contents": "Tên mục lục",
    "contents1": "toc 1",
    "contents2": "toc 2",
    "recipients": "Nơi nhận",
    "recipient": "Nơi nhận - dòng",
    "authority": "Chức vụ người ký",
    "sign_here": "Chỗ ký",
    "signer": "Họ tên người ký",
    "annex": "Phụ lục",
    "annex_title": "Tên phụ lục",
    "annex_line": "Kèm theo",
}
CHARACTERS = {"strong": "Strong"}
TABLES = {"grid": "Bảng số liệu", "frame": "Khung không viền"}
NAMES = (*PARAGRAPHS.values(), *CHARACTERS.values(), *TABLES.values())


class TemplateError(SurveyError):
    """A Word template that cannot be used: it lacks styles, of which `names` holds all, or cannot be read at all."""

    def __init__(self, code: str, names: Iterable[str] = (), **facts: str) -> None:
        self.code = code
        self.names = tuple(names)
        self.facts: Mapping[str, str] = facts | ({"names": ", ".join(self.names)} if self.names else {})
        super().__init__(f"{code}: {self.facts}")


def styles_of(document: Document) -> dict[str, str]:
    """Our key of a style → its id in the template. Raises TemplateError that names all missing styles at once."""
    ids = {style.element.name_val: style.style_id for style in document.styles}
    missing = [name for name in NAMES if name not in ids]
    if missing:
        raise TemplateError("template_lacks_styles", missing)
    return {key: ids[name] for table in (PARAGRAPHS, CHARACTERS, TABLES) for key, name in table.items()}

# ruff: noqa: E501 - a row of a sheet is a line
"""XLSForms as authors of other tools write them, for the tests: rows of text by sheet."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

VI, EN = "Tiếng Việt (vi)", "English (en)"
Grid = list[list[str]]
SETTINGS: Grid = [
    ["form_title", f"form_title::{EN}", "form_id", "version", "default_language", f"purpose::{VI}", f"purpose::{EN}"],
    ["Phiếu một cửa", "One-stop form", "Mot_Cua", "2025031401", VI, "Để phục vụ tốt hơn.", "To serve you better."],
]
SURVEY: Grid = [
    ["type", "name", f"label::{VI}", f"label::{EN}", "required", "relevant", "constraint", "appearance", f"hint::{VI}", f"hint::{EN}"],
    ["note", "Loi_chao", "Kính chào Ông/Bà!", "Welcome!", "", "", "", "", "", ""],
    ["begin_group", "chung", "Thông tin chung", "About you", "", "", "", "field-list", "", ""],
    ["select_one gioi", "Gioi_Tinh", "Giới tính", "Sex", "yes", "", "", "minimal", "", ""],
    ["integer", "tuoi", "Tuổi", "Age", "yes", "", ". >= 18 and .<=120", "", "Số tuổi tròn", "Full years"],
    ["select_one yn", "da_den", "Ông/Bà đã đến bộ phận một cửa?", "Have you come?", "true()", "", "", "", "", ""],
    ["end_group", "", "", "", "", "", "", "", "", ""],
    ["begin group", "danh_gia", "Đánh giá", "Your view", "", "${da_den} = 'yes'", "", "", "", ""],
    ["integer", "so_lan", "Mấy lần?", "How often?", "", "", ". > 0", "", "", ""],
    ["select_multiple viec", "ly_do", "Vì sao?", "Why?", "", "${so_lan} > 1 and ${Gioi_Tinh} != 'nam'", "not(selected(., 'khong') and count-selected(.) > 1)", "", "", ""],
    ["begin_group", "bang", "Mức độ hài lòng", "How satisfied", "", "", "", "table-list", "", ""],
    ["select_one muc", "thai_do", "Thái độ", "Manner", "yes", "", "", "", "", ""],
    ["select_one muc", "thoi_gian", "Thời gian", "Time", "", "", "", "", "", ""],
    ["end_group", "", "", "", "", "", "", "", "", ""],
    ["text", "khac_ly_do", "Xin nói rõ", "Please explain", "no", "selected(${ly_do}, 'khac') or ${thai_do} <= 2", "string-length(.) <= 300", "multiline", "", ""],
    ["date", "ngay", "Ngày đến", "Day", "", "", "", "", "", ""],
    ["end group", "", "", "", "", "", "", "", "", ""],
]  # fmt: skip
CHOICES: Grid = [
    ["list_name", "name", f"label::{VI}", f"label::{EN}", "score", "satisfied"],
    ["gioi", "nam", "Nam", "Male", "", ""],
    ["gioi", "nu", "Nữ", "Female", "", ""],
    ["yn", "yes", "Có", "Yes", "", ""],
    ["yn", "no", "Không", "No", "", ""],
    ["viec", "cho", "Phải chờ", "Waiting", "", ""],
    ["viec", "khac", "Lý do khác", "Another reason", "", ""],
    ["viec", "khong", "Không rõ", "I do not know", "", ""],
    *([["muc", str(n), f"Mức {n}", f"Level {n}", str(n), "yes" if n > 3 else "no"] for n in range(1, 6)]),
    ["muc", "NA", "Không áp dụng", "Not applicable", "", ""],
]
SOUND: Mapping[str, Grid] = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


def simple(*rows: Sequence[str], choices: Sequence[Sequence[str]] = ()) -> dict[str, Grid]:
    """A Vietnamese form of these rows: type, name, label, relevant, constraint, appearance, required."""
    head = ["type", "name", "label", "relevant", "constraint", "appearance", "required"]
    filled = [[*row, *[""] * (len(head) - len(row))] for row in rows]
    return {
        "survey": [head, *filled],
        "choices": [["list_name", "name", "label"], *map(list, choices)],
        "settings": [["form_title", "form_id", "purpose"], ["Phiếu", "phieu-thu", "Để thử."]],
    }


def workbook(sheets: Mapping[str, Grid]) -> bytes:
    """The sheets as an XLSX file."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
    return out.getvalue()

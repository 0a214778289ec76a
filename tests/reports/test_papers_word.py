"""Word documents read back: the decree's page, styles instead of looks, tables that hold, nothing that runs."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from reports.papers import Bullets, Column, Heading, Paragraph, Row, Table, example
from reports.word import word
from reports.word_styles import NAMES, PARAGRAPHS, SHIPPED, TemplateError
from reports.word_template import build
from tests.reports.gallery import PAPERS, decision, head, letter, report
from tests.reports.paper_files import parts

HOSTILE = "<w:p>&amp;]]> {{ 7*7 }} {% for %} \x00\x0b\x1f\ufffe=1+1 \u202eabc #set *x* \U0001f600"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return {name: word(paper()) for name, paper in PAPERS.items()}


def read(content: bytes) -> Document:
    return docx.Document(io.BytesIO(content))


def words(document: Document) -> list[str]:
    return ["".join(each.itertext(qn("w:t"))) for each in document.element.body.iter(qn("w:p"))]


@pytest.mark.parametrize("name", PAPERS)
def test_the_page_is_that_of_the_decree(files: dict[str, bytes], name: str) -> None:
    for section in read(files[name]).sections:
        short, long = sorted((section.page_width, section.page_height))
        assert (round(short / Mm(1)), round(long / Mm(1))) == (210, 297)
        margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        assert [round(each / Mm(1), 1) for each in margins] == [20, 20, 30, 20]


@pytest.mark.parametrize("name", PAPERS)
def test_pages_are_counted_on_top_in_the_middle_and_not_on_the_first(files: dict[str, bytes], name: str) -> None:
    for section in read(files[name]).sections:
        assert section.different_first_page_header_footer
        assert section.first_page_header.paragraphs[0].text == ""
        number = section.header.paragraphs[0]
        assert "PAGE" in number._element.xml
        assert number.style.paragraph_format.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert Pt(13) <= number.style.font.size <= Pt(14)
        assert not section.footer.paragraphs[0].text


def test_each_annex_is_counted_from_one_and_a_wide_one_lies(files: dict[str, bytes]) -> None:
    sections = read(files["report"]).sections
    starts = [each._sectPr.find(qn("w:pgNumType")) for each in sections]
    assert [start if start is None else start.get(qn("w:start")) for start in starts] == [None, "1", "1"]
    assert [each.orientation for each in sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]
    assert sections[1].page_width > sections[1].page_height


def test_letters_are_times_new_roman_and_black_in_the_decrees_sizes() -> None:
    styles = {style.element.name_val: style for style in docx.Document(str(SHIPPED)).styles}
    sizes = {key: styles[name].font.size.pt for key, name in PARAGRAPHS.items()}
    assert {key: sizes[key] for key in ("state", "body_name", "superior", "number")} == dict.fromkeys(
        ("state", "body_name", "superior", "number"), 13
    )
    for key in ("motto", "day", "kind", "summary", "body", "heading1", "heading2", "heading3", "article", "authority"):
        assert sizes[key] == 14
    assert (sizes["recipients"], sizes["recipient"]) == (12, 11)
    xml = parts(SHIPPED.read_bytes())["word/styles.xml"]
    assert set(re.findall(r'w:ascii="([^"]+)"', xml)) == {"Times New Roman"}
    assert "w:color w:val" not in xml
    assert set(re.findall(r'<w:lang w:val="([^"]+)"', xml)) == {"vi-VN"}


def test_letters_are_bold_or_slanted_where_the_decree_says_so() -> None:
    styles = {style.element.name_val: style.font for style in docx.Document(str(SHIPPED)).styles if style.type == 1}
    bold = {key for key, name in PARAGRAPHS.items() if styles[name].bold}
    slanted = {key for key, name in PARAGRAPHS.items() if styles[name].italic}
    assert {"state", "motto", "body_name", "kind", "summary", "heading1", "heading2", "authority", "annex"} <= bold
    assert not bold & {"superior", "number", "day", "body", "heading3", "recipient", "cell", "figure"}
    assert slanted == {"day", "basis", "note", "table_note", "recipients", "sign_here", "annex_line"}


def test_the_text_is_justified_with_its_first_line_indented() -> None:
    body = docx.Document(str(SHIPPED)).styles["Nội dung"].paragraph_format
    assert body.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert Cm(1) <= body.first_line_indent <= Cm(1.275)
    assert body.space_after >= Pt(6)
    assert 1 <= body.line_spacing <= 1.5


@pytest.mark.parametrize("name", PAPERS)
def test_looks_come_from_styles_and_not_from_the_text(files: dict[str, bytes], name: str) -> None:
    body = read(files[name]).element.body
    assert not {child.tag for each in body.iter(qn("w:rPr")) for child in each} - {qn("w:rStyle")}
    allowed = {qn(f"w:{tag}") for tag in ("pStyle", "keepNext", "numPr", "ind", "tabs", "sectPr", "pageBreakBefore")}
    assert not {child.tag for each in body.iter(qn("w:pPr")) for child in each} - allowed
    assert all(each.find(qn("w:pPr")) is not None for each in body.iter(qn("w:p")))


@pytest.mark.parametrize("name", PAPERS)
def test_only_styles_that_templates_promise_are_used(files: dict[str, bytes], name: str) -> None:
    document = read(files[name])
    used = {
        each.get(qn("w:val"))
        for tag in ("pStyle", "rStyle", "tblStyle")
        for each in document.element.body.iter(qn(f"w:{tag}"))
    }
    by_id = {style.style_id: style.element.name_val for style in document.styles}
    assert {by_id[each] for each in used} <= set(NAMES)


def test_headings_are_numbered_by_word_and_points_are_written(files: dict[str, bytes]) -> None:
    document = read(files["report"])
    found = [
        (each.style.element.name_val, each.text)
        for each in document.paragraphs
        if each.style.element.name_val.startswith("heading")
    ]
    assert found[:4] == [
        ("heading 1", "Tình hình triển khai"),
        ("heading 2", "Công tác chỉ đạo, điều hành"),
        ("heading 2", "Mẫu điều tra"),
        ("heading 3", "a) Theo kênh thu thập"),
    ]
    numbering = document.part.numbering_part.element
    assert numbering.xpath("./w:abstractNum/w:lvl[w:pStyle/@w:val='Heading1']/w:numFmt/@w:val") == ["upperRoman"]
    assert numbering.xpath("./w:abstractNum/w:lvl[w:pStyle/@w:val='Heading2']/w:numFmt/@w:val") == ["decimal"]


def test_headings_of_each_annex_begin_at_one_again(files: dict[str, bytes]) -> None:
    document = read(files["report"])
    own = [
        each._element.xpath("./w:pPr/w:numPr/w:numId/@w:val")
        for each in document.paragraphs
        if each.style.name == "Heading 1"
    ]
    assert own[:3] == [[], [], []]
    assert len({number for (number,) in own[3:]}) == 2
    for (number,) in own[3:]:
        starts = document.part.numbering_part.element.xpath(f"./w:num[@w:numId={number}]//w:startOverride/@w:val")
        assert starts == ["1", "1"]


def test_the_header_of_a_table_stands_on_every_page_and_no_row_is_torn(files: dict[str, bytes]) -> None:
    table = next(each for each in read(files["report"]).tables if each.style.name == "Bảng số liệu")
    headers = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert headers == [True, True] + [False] * (len(table.rows) - 2)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_figures_stand_at_the_right_with_a_decimal_comma(files: dict[str, bytes]) -> None:
    document = read(files["report"])
    table = next(each for each in document.tables if each.style.name == "Bảng số liệu")
    cells = table.rows[3].cells
    assert [cell.text for cell in cells] == ["1", "Sở Nội vụ", "1.204", "91,20", "92,40", "+1,20", "1"]
    sides = [cell.paragraphs[0].style.paragraph_format.alignment for cell in cells]
    right = WD_ALIGN_PARAGRAPH.RIGHT
    assert sides == [right, WD_ALIGN_PARAGRAPH.LEFT, right, right, right, right, right]


def test_titles_of_tables_and_charts_are_counted_by_word(files: dict[str, bytes]) -> None:
    found = re.findall(r"SEQ (\w+) ", parts(files["report"])["word/document.xml"])
    assert found == ["Bảng", *["Biểu_đồ"] * 7, "Bảng"]
    assert "Bảng 1. Chỉ số hài lòng và xếp hạng của các cơ quan, đơn vị" in words(read(files["report"]))


def test_charts_are_sharp_and_are_told_to_those_who_do_not_see_them(files: dict[str, bytes]) -> None:
    document = read(files["report"])
    assert len(document.inline_shapes) == 7
    told = [each._inline.docPr.get("descr") for each in document.inline_shapes]
    assert told[:2] == ["Cao nhất: Sở Nội vụ 92,40 %.", "Cao nhất 310 phiếu."]
    for shape in document.inline_shapes:
        relation = shape._inline.graphic.graphicData.pic.blipFill.blip.embed
        image = document.part.related_parts[relation].image
        assert image.px_width / (shape.width / Cm(2.54)) == pytest.approx(300, abs=2)
        assert image.px_height / (shape.height / Cm(2.54)) == pytest.approx(300, abs=2)


def test_the_list_of_headings_leads_to_them_with_their_pages(files: dict[str, bytes]) -> None:
    xml = parts(files["report"])["word/document.xml"]
    marks = set(re.findall(r'w:bookmarkStart [^>]*w:name="(_Toc\d+)"', xml))
    links = re.findall(r'w:anchor="(_Toc\d+)"', xml)
    assert len(links) == 8
    assert set(links) <= marks
    lines = [each.text.split("\t") for each in read(files["report"]).paragraphs if each.style.name.startswith("toc")]
    assert [line[0] for line in lines][::7] == ["I. TÌNH HÌNH TRIỂN KHAI", "Phụ lục II. PHƯƠNG PHÁP TÍNH"]
    assert [line[1] for line in lines] == ["2", "2", "2", "3", "4", "5", "1", "1"]
    assert xml.count('w:fldCharType="begin"') == xml.count('w:fldCharType="end"')


def test_the_last_words_stay_on_the_page_of_the_signature(files: dict[str, bytes]) -> None:
    last = next(each for each in read(files["report"]).paragraphs if each.text.endswith("./."))
    assert last.paragraph_format.keep_with_next
    following = last._element.xpath("./following::w:p[1]")[0]
    assert following.find(f"{qn('w:pPr')}/{qn('w:keepNext')}") is not None


def test_a_letter_says_whom_it_is_for(files: dict[str, bytes]) -> None:
    found = words(read(files["letter"]))
    assert "V/v thông báo kết quả và đề nghị xây dựng kế hoạch khắc phục" in found
    assert "DỰ THẢO" in found
    assert found[found.index("Kính gửi:") :][1:3] == ["- Sở Y tế;", "- Ủy ban nhân dân huyện Định Hóa."]
    one = words(read(word(replace(letter(), head=head(kind="", to=("Sở Y tế",))))))
    assert "Kính gửi: Sở Y tế" in one


@pytest.mark.parametrize("name", PAPERS)
def test_nothing_runs_and_nothing_is_fetched(files: dict[str, bytes], name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(files[name])) as file:
        assert not [
            each for each in file.namelist() if re.search(r"vba|macro|activeX|embeddings|customXml|\.bin$", each)
        ]
    xml = parts(files[name])
    assert not [each for each in xml if "TargetMode" in xml[each] or "attachedTemplate" in xml[each]]
    assert not re.search(r"DDE|INCLUDE|HYPERLINK|w:altChunk|w:object", xml["word/document.xml"])


def test_words_from_data_are_never_markup_and_never_break_the_file() -> None:
    column = Column(HOSTILE, group=HOSTILE)
    table = Table(HOSTILE, (column, Column("b", "number")), (Row((HOSTILE, 1.5)),), notes=(HOSTILE,))
    paper = replace(
        example(),
        head=head(body=HOSTILE, summary=HOSTILE, place=HOSTILE, sign=HOSTILE, to=(HOSTILE,)),
        blocks=(Heading(1, HOSTILE), Paragraph(HOSTILE, lead=HOSTILE), Bullets((HOSTILE,)), table, *example().blocks),
        recipients=(HOSTILE, HOSTILE),
    )
    found = words(read(word(paper)))
    kept = "<w:p>&amp;]]> {{ 7*7 }} {% for %} =1+1 \u202eabc #set *x* \U0001f600\u202c"
    assert kept in found
    assert f"- {kept}" not in found  # the dash of a list is Word's
    assert f"Bảng 1. {kept}" in found


def test_the_same_paper_is_the_same_bytes(files: dict[str, bytes]) -> None:
    assert word(decision()) == files["decision"]


def test_the_file_says_what_it_is(files: dict[str, bytes]) -> None:
    facts = read(files["report"]).core_properties
    assert facts.title.startswith("Báo cáo: Kết quả đo lường")
    assert (facts.author, facts.language) == ("Sở Nội vụ", "vi-VN")
    assert f"{facts.created:%Y-%m-%d}" == "2025-01-06"


def test_the_shipped_template_is_the_one_that_is_built(tmp_path: Path) -> None:
    build(tmp_path / "built.docx")
    assert parts((tmp_path / "built.docx").read_bytes()) == parts(SHIPPED.read_bytes())


def own_template(folder: Path, change: object) -> Path:
    """A template of the province: ours, changed."""
    document = docx.Document(str(SHIPPED))
    change(document)  # type: ignore[operator]
    document.save(str(folder / "own.docx"))
    return folder / "own.docx"


def test_a_template_of_the_province_takes_the_place_of_ours(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        document.styles["Nội dung"].font.size = Pt(13)
        document.sections[0].left_margin = Mm(35)
        document.add_paragraph("Lời mẫu cần bỏ đi")

    found = read(word(example(), own_template(tmp_path, change)))
    assert found.styles["Nội dung"].font.size == Pt(13)
    assert {round(each.left_margin / Mm(1)) for each in found.sections} == {35}
    assert "Lời mẫu cần bỏ đi" not in words(found)


def test_a_template_without_numbering_gets_its_numbers_written(tmp_path: Path) -> None:
    def change(document: Document) -> None:
        for found in document.styles.element.xpath(".//w:pPr/w:numPr"):
            found.getparent().remove(found)

    template = own_template(tmp_path, change)
    found = words(read(word(report(), template)))
    assert "I. Tình hình triển khai" in found
    assert "1. Công tác chỉ đạo, điều hành" in found
    assert "- Kiểm tra, phúc tra 5 % số phiếu." in found
    assert "- Lưu: VT, CCHC." in found
    assert any(each.startswith("Điều 2. Giao") for each in words(read(word(decision(), template))))


def test_a_template_that_lacks_styles_is_refused_with_all_their_names(tmp_path: Path) -> None:
    gone = ("Quốc hiệu", "Ô số", "Bảng số liệu", "Strong")

    def change(document: Document) -> None:
        for style in list(document.styles.element):
            if style.find(qn("w:name")) is not None and style.find(qn("w:name")).get(qn("w:val")) in gone:
                document.styles.element.remove(style)

    with pytest.raises(TemplateError) as caught:
        word(example(), own_template(tmp_path, change))
    assert caught.value.code == "template_lacks_styles"
    assert caught.value.facts["names"] == ", ".join(caught.value.names)
    assert set(caught.value.names) == set(gone)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"{\\rtf1}"], ids=["empty", "cut", "rtf"])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "own.docx").write_bytes(content)
    with pytest.raises(TemplateError, match=r"own\.docx"):
        word(example(), tmp_path / "own.docx")


def test_a_template_that_is_missing_or_another_kind_of_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        word(example(), tmp_path / "none.docx")
    with zipfile.ZipFile(tmp_path / "sheet.docx", "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
    with pytest.raises(TemplateError):
        word(example(), tmp_path / "sheet.docx")

"""Word documents as another program prints them, beside our own print of the same paper."""

from __future__ import annotations

import re

import pytest

from reports.print import pdf
from reports.word import word
from tests.qr_templates.reading import fonts_of, page_sizes
from tests.reports.gallery import PAPERS
from tests.reports.paper_files import ink_box, office_pdfs, page_count, picture, text_in, text_of

Pair = tuple[bytes, bytes]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    """The PDF of LibreOffice and ours."""
    made = office_pdfs({name: word(paper()) for name, paper in PAPERS.items()}, tmp_path_factory.mktemp("office"))
    return {name: (made[name], pdf(paper())) for name, paper in PAPERS.items()}


def letters(text: str) -> str:
    """The letters without what lies between them, and without the dots of a list of headings."""
    return re.sub(r"\W+", "", text)


@pytest.mark.parametrize("name", PAPERS)
def test_both_have_the_same_pages(pairs: dict[str, Pair], name: str) -> None:
    office, ours = pairs[name]
    assert page_sizes(office) == page_sizes(ours)


@pytest.mark.parametrize("name", PAPERS)
def test_both_say_the_same(pairs: dict[str, Pair], name: str) -> None:
    """Words in charts are a picture in Word; where pages break, a line more or less goes over."""
    office, ours = ("".join(text_of(each, page) for page in range(page_count(each))) for each in pairs[name])
    if name == "report":
        assert set(letters(office)) <= set(letters(ours))
    else:
        assert sorted(letters(office)) == sorted(letters(ours))


@pytest.mark.parametrize("name", PAPERS)
def test_the_first_page_bears_no_number_and_the_others_do(pairs: dict[str, Pair], name: str) -> None:
    office, ours = pairs[name]
    for page, (wide, _) in enumerate(page_sizes(office)):
        assert text_in(office, page, 0, 0, wide, 19) == text_in(ours, page, 0, 0, wide, 19)


@pytest.mark.parametrize("name", PAPERS)
def test_margins_stay_white(pairs: dict[str, Pair], name: str) -> None:
    for page in range(page_count(pairs[name][0])):
        left, _, right, bottom = ink_box(pairs[name][0], page)
        assert left >= 29
        assert right >= 19
        assert bottom >= 19


@pytest.mark.parametrize("name", PAPERS)
def test_letters_are_as_wide_as_times(pairs: dict[str, Pair], name: str) -> None:
    """LibreOffice sets Times New Roman in the font of the same widths."""
    found = {font.split("+")[-1] for font, _ in fonts_of(pairs[name][0])}
    assert {re.sub(r"[-,].*", "", font) for font in found} <= {"LiberationSerif", "TimesNewRoman", "TimesNewRomanPSMT"}


@pytest.mark.parametrize("name", PAPERS)
def test_the_letterhead_looks_the_same(pairs: dict[str, Pair], name: str) -> None:
    """The first 30 mm under the margin, softened so that a shift of 2 mm does not count."""
    blurred = []
    for each in pairs[name]:
        part = picture(each, 0, 25.4)[18:62].astype(float)
        wide = part.shape[1] // 6 * 6
        blurred.append(part[:42, :wide].reshape(7, 6, wide // 6, 6).mean(axis=(1, 3)))
    assert abs(blurred[0] - blurred[1]).mean() < 12


def test_headings_stand_on_the_pages_that_the_list_says(pairs: dict[str, Pair]) -> None:
    office = pairs["report"][0]
    lines = re.findall(r"(?<!lục )\b(I+\. [^.]+?)\.{3,}(\d)", text_of(office, 0))
    assert len(lines) == 3
    for words, page in lines:
        assert words in text_of(office, int(page) - 1)

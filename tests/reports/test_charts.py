"""Charts: sound SVG of the right widths, named or hidden, with nothing from data as markup."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from reports import charts
from reports.charts import Segment

LEVELS = [Segment(share, f"{share:g}%", shade) for share, shade in zip((3, 7, 20, 40, 30), charts.shades("likert", 5))]  # noqa: B905 - five each
PICTURES = {
    "bar": lambda title: charts.bar(72.41, mean=70.0, title=title, described=title),
    "interval": lambda title: charts.interval(72.41, 68.2, 76.3, title=title, described=title),
    "stacked": lambda title: charts.stacked(LEVELS, title=title, described=title),
    "hundred": lambda title: charts.hundred(72, title=title, described=title),
}


def parsed(svg: str) -> ElementTree.Element:
    """The picture as a page would hold it."""
    return ElementTree.fromstring(svg)


def widths(svg: str, kind: str) -> list[float]:
    """Widths in percent of the rectangles of a kind."""
    return [float(each.attrib["width"].rstrip("%")) for each in parsed(svg).iter("rect") if each.get("class") == kind]


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_with_a_title_is_an_image_of_that_name(picture) -> None:
    title = "Kết quả \"<b>\" & 'x'"
    found = parsed(picture(title))
    assert found.attrib["role"] == "img"
    assert found[0].tag == "title"
    assert (found[0].text, found[1].text) == (title, title)


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_a_picture_without_a_title_is_hidden_from_screen_readers(picture) -> None:
    found = parsed(picture(""))
    assert found.attrib["aria-hidden"] == "true"
    assert "role" not in found.attrib
    assert found.find("title") is None


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_no_picture_carries_a_style_of_its_own(picture) -> None:
    for part in parsed(picture("x")).iter():
        assert not set(part.attrib) & {"style", "fill", "stroke", "onload"}


@pytest.mark.parametrize(("value", "width"), [(0, 0), (72.414, 72.41), (100, 100), (-3, 0), (240, 100)])
def test_a_bar_is_as_wide_as_its_value(value: float, width: float) -> None:
    assert widths(charts.bar(value), "fill") == [width]


def test_a_stack_fills_its_width_without_gaps() -> None:
    rectangles = [each.attrib for each in parsed(charts.stacked(LEVELS)).iter("rect")]
    starts = [float(each["x"].rstrip("%")) for each in rectangles]
    spans = [float(each["width"].rstrip("%")) for each in rectangles]
    assert sum(spans) == 100
    assert starts == [sum(spans[:at]) for at in range(5)]


def test_only_wide_segments_hold_their_number() -> None:
    assert [each.text for each in parsed(charts.stacked(LEVELS)).iter("text")] == ["20%", "40%", "30%"]


def test_nobody_at_a_level_leaves_no_sliver() -> None:
    empty = [Segment(0.0, "0%", "likert-a"), Segment(100.0, "100%", "likert-e")]
    assert [each.attrib["class"] for each in parsed(charts.stacked(empty)).iter("rect")] == ["likert-e"]


@pytest.mark.parametrize("levels", range(1, 6))
@pytest.mark.parametrize("palette", ["likert", "order"])
def test_every_level_has_a_shade_of_its_own(palette: charts.Palette, levels: int) -> None:
    assert len(set(charts.shades(palette, levels))) == levels


@pytest.mark.parametrize("filled", [0, 1, 50, 99, 100])
def test_a_hundred_dots_are_a_hundred(filled: int) -> None:
    dots = [each.attrib["class"] for each in parsed(charts.hundred(filled)).iter("circle")]
    assert (dots.count("yes"), dots.count("no")) == (filled, 100 - filled)

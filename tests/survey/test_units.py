"""Units in time and their succession."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.faults import Fault
from survey.unit_rows import read_link, read_unit
from survey.units import Unit, UnitLink, check_units, successors, valid_on

BEGIN, SPLIT, MERGER = date(2024, 1, 1), date(2024, 12, 1), date(2025, 7, 1)
ONE, HALF = Fraction(1), Fraction(1, 2)


def make_unit(
    code: str = "A",
    level: str = "commune",
    parent: str | None = "D",
    begins: date = BEGIN,
    ends: date | None = None,
    name: str = "Xã A",
) -> Unit:
    """A commune of the district D."""
    return Unit(code, name, name, level, None, parent, begins, ends, "")


PROVINCE = make_unit("P", "province", None)
DISTRICT = make_unit("D", "district", "P")
SOUND = (PROVINCE, DISTRICT, make_unit("A", ends=date(2025, 6, 30)), make_unit("A", parent="P", begins=MERGER))


def link(predecessor: str, successor: str, on: date = MERGER, share: Fraction | None = ONE) -> UnitLink:
    """A link with the whole share."""
    return UnitLink(predecessor, successor, on, share)


def test_a_code_may_be_used_again_after_its_unit_ended() -> None:
    assert check_units(SOUND, [link("A", "A")]) == ()
    assert [unit.parent for unit in valid_on(SOUND, MERGER) if unit.code == "A"] == ["P"]


WRONG: list[tuple[str, tuple[Unit, ...], tuple[UnitLink, ...], list[str]]] = [
    ("no name", (make_unit(level="province", parent=None, name=" "),), (), ["unit_without_name"]),
    (
        "ends before it begins",
        (make_unit("P", "province", None, ends=date(2023, 1, 1)),),
        (),
        ["unit_ends_before_it_begins"],
    ),
    ("unknown level", (make_unit(level="village"),), (), ["unknown_level"]),
    ("province below another", (PROVINCE, make_unit("Q", "province", "P")), (), ["province_with_parent"]),
    ("no parent", (make_unit(parent=None),), (), []),
    ("parent that is not there", (make_unit(parent="Z"),), (), ["unknown_parent"]),
    (
        "parent that has ended",
        (make_unit("P", "province", None, ends=BEGIN), make_unit("D", "district", "P", MERGER)),
        (),
        ["unknown_parent"],
    ),
    ("department below a district", (PROVINCE, DISTRICT, make_unit("S", "department")), (), ["parent_level"]),
    ("one code twice on a day", (PROVINCE, DISTRICT, make_unit(), make_unit(begins=MERGER)), (), ["unit_twice"]),
    ("the same row twice", (PROVINCE, PROVINCE), (), ["unit_twice"]),
    ("link from nowhere", SOUND, (link("Z", "A"),), ["link_predecessor"]),
    ("link to nowhere", SOUND, (link("A", "Z"),), ["link_successor"]),
    (
        "link to a unit that has ended",
        (PROVINCE, make_unit("Q", "province", None, ends=BEGIN)),
        (link("P", "Q"),),
        ["link_successor"],
    ),
    ("half a unit lost", SOUND, (link("A", "A", share=HALF),), ["link_shares"]),
    ("more than all", SOUND, (link("A", "A"), link("A", "P", share=HALF)), ["link_shares"]),
    ("unknown beside everything", SOUND, (link("A", "A"), link("A", "P", share=None)), ["link_shares"]),
    ("the same link twice", SOUND, (link("A", "A", share=HALF), link("A", "A", share=HALF)), ["link_twice"]),
    ("share of nothing", SOUND, (link("A", "A"), link("A", "P", share=Fraction(0))), ["share_range"]),
]


@pytest.mark.parametrize(("units", "links", "codes"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_what_is_wrong_with_units_and_links_is_told(
    units: tuple[Unit, ...], links: tuple[UnitLink, ...], codes: list[str]
) -> None:
    assert [fault.code for fault in check_units(units, links)] == codes


def test_shares_may_be_unknown() -> None:
    units = (PROVINCE, make_unit("Q", "province", None))

    assert check_units(units, [link("P", "P", share=None), link("P", "Q", share=None)]) == ()


SUCCESSIONS: list[tuple[str, list[UnitLink], date, date, dict[str, Fraction | None]]] = [
    ("no link", [], BEGIN, MERGER, {"a": ONE}),
    ("merger", [link("a", "b")], BEGIN, MERGER, {"b": ONE}),
    ("merger not yet", [link("a", "b")], BEGIN, date(2025, 6, 30), {"a": ONE}),
    ("merger already past", [link("a", "b")], MERGER, date(2026, 1, 1), {"a": ONE}),
    ("split", [link("a", "b", share=HALF), link("a", "c", share=HALF)], BEGIN, MERGER, {"b": HALF, "c": HALF}),
    (
        "split, then merger",
        [link("a", "b", SPLIT, HALF), link("a", "c", SPLIT, HALF), link("b", "d"), link("c", "d")],
        BEGIN,
        MERGER,
        {"d": ONE},
    ),
    ("code used again by another", [link("b", "a"), link("a", "c")], BEGIN, MERGER, {"c": ONE}),
    ("unknown share", [link("a", "b", share=None), link("a", "c", share=None)], BEGIN, MERGER, {"b": None, "c": None}),
]


@pytest.mark.parametrize(
    ("links", "since", "until", "shares"), [row[1:] for row in SUCCESSIONS], ids=[row[0] for row in SUCCESSIONS]
)
def test_units_are_followed_through_reforms(
    links: list[UnitLink], since: date, until: date, shares: dict[str, Fraction | None]
) -> None:
    assert successors(links, "a", since, until) == shares


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from([SPLIT, MERGER])), unique=True), st.data())
def test_nothing_is_lost_or_won_on_the_way(named: list[tuple[str, date]], data: st.DataObject) -> None:
    links = []
    for code, day in named:
        onto = data.draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True))
        links += [link(code, other, day, Fraction(1, len(onto))) for other in onto]

    shares = successors(links, "a", BEGIN, MERGER)

    assert sum(share for share in shares.values() if share is not None) == 1


ROW = {"code": " TN ", "name": "Thái Nguyên", "level": "province", "valid_from": "2024-01-01", "valid_to": "30/6/2025"}


def test_row_of_a_sheet_becomes_a_unit() -> None:
    found = read_unit(ROW, "row 2")

    assert found == Unit("TN", "Thái Nguyên", "Thái Nguyên", "province", None, None, BEGIN, date(2025, 6, 30), "")


def test_every_fault_of_a_row_is_told() -> None:
    found = read_unit({"code": "", "level": "province", "valid_from": "x", "valid_to": "31/6/2025"}, "row 2")

    assert isinstance(found, tuple)
    assert [(fault.code, fault.where) for fault in found] == [
        ("cell_empty", "row 2, column code"),
        ("cell_empty", "row 2, column name"),
        ("date_form", "row 2, column valid_from"),
        ("no_such_day", "row 2, column valid_to"),
    ]


SHARES = [
    ("whole", "1", ONE),
    ("decimal", "0.25", Fraction(1, 4)),
    ("comma", "0,5", HALF),
    ("parts", "2169/3734", Fraction(2169, 3734)),
    ("unknown", "", None),
]


@pytest.mark.parametrize(("text", "share"), [row[1:] for row in SHARES], ids=[row[0] for row in SHARES])
def test_share_is_read(text: str, share: Fraction | None) -> None:
    found = read_link({"predecessor": "a", "successor": "b", "on": "1/7/2025", "share": text}, "row 2")

    assert found == link("a", "b", share=share)


@pytest.mark.parametrize("text", ["1/0", "half", "-1", "1/2/3", "1e9", "٣"])
def test_share_that_is_none_is_a_fault(text: str) -> None:
    found = read_link({"predecessor": "a", "successor": "b", "on": "1/7/2025", "share": text}, "row 2")

    assert found == (Fault("share_form", "row 2, column share", {"found": text}),)

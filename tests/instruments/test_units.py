"""The units of the province: who there was on which day, and who came after whom."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import pytest

from survey.unit_rows import read_link, read_unit
from survey.units import Unit, UnitLink, check_units

UNITS = Path(__file__).parents[2] / "instruments" / "units"
FILES = ("thai-nguyen-2024.csv", "bac-kan-2024.csv", "thai-nguyen-2025.csv")
HEADER = ["code", "name", "short_name", "level", "block", "parent", "valid_from", "valid_to", "legal_basis"]
BLOCKS = {"province": "", "department": "so-ban-nganh", "district": "huyen", "commune": "xa"}
NEW_TONE_MARKS = re.compile(r"(o[àáảãạèéẻẽẹ]|(?<!q)u[ỳýỷỹỵ])(?!\w)", re.IGNORECASE)  # Hoà, Thuỵ; not toàn, quý

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    with (UNITS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ALL = [row for name in FILES for row in rows(name)]
LINKS = rows("unit_links.csv")
BY_CODE = {row["code"]: row for row in ALL}


def valid(day: str, level: str, province: str = "") -> list[Row]:
    """Units of one level in force on a day, of one province (code of the first ancestor) if it is named."""
    return [
        row
        for row in ALL
        if row["level"] == level
        and row["valid_from"] <= day <= (row["valid_to"] or "9999")
        and (not province or root(row)["code"] == province)
    ]


def root(row: Row) -> Row:
    while row["parent"]:
        row = BY_CODE[row["parent"]]
    return row


@pytest.mark.parametrize("name", FILES)
def test_a_unit_file_has_the_contracted_columns(name: str) -> None:
    assert list(rows(name)[0]) == HEADER


def test_units_and_links_are_read_and_checked_without_faults() -> None:
    units = [read_unit(row, f"row {n}") for n, row in enumerate(ALL, start=2)]
    links = [read_link(row, f"row {n}") for n, row in enumerate(LINKS, start=2)]
    assert [row for row in (*units, *links) if isinstance(row, tuple)] == []
    known = [unit for unit in units if isinstance(unit, Unit)], [link for link in links if isinstance(link, UnitLink)]
    assert check_units(*known) == ()


def test_no_code_is_used_twice() -> None:
    assert [code for code, times in Counter(row["code"] for row in ALL).items() if times > 1] == []


def test_no_code_is_a_bare_number() -> None:
    assert [row["code"] for row in ALL if not re.fullmatch(r"[A-Z]{1,2}[A-Z0-9]*(-[A-Z0-9]+)?", row["code"])] == []


def test_no_two_units_of_a_day_share_a_short_name() -> None:
    for day in ("2024-11-30", "2024-12-01", "2025-07-01"):
        for level in BLOCKS:
            for province in ("TN", "BK", "TN2507"):
                names = Counter(row["short_name"] for row in valid(day, level, province))
                assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    ("day", "province", "level", "count"),
    [
        ("2024-05-17", "TN", "department", 20),
        ("2024-05-17", "TN", "district", 9),
        ("2024-05-17", "TN", "commune", 177),
        ("2024-11-30", "TN", "commune", 177),
        ("2024-12-01", "TN", "commune", 172),
        ("2024-12-01", "BK", "commune", 108),
        ("2024-12-01", "BK", "district", 8),
        ("2025-02-28", "TN", "department", 20),
        ("2025-03-01", "TN", "department", 14),
        ("2025-06-30", "TN", "commune", 172),
        ("2025-06-30", "TN", "district", 9),
        ("2025-07-01", "TN2507", "commune", 92),
        ("2025-07-01", "TN2507", "department", 14),
        ("2025-07-01", "", "district", 0),
        ("2025-07-01", "", "province", 1),
        ("2025-07-01", "", "commune", 92),
    ],
)
def test_the_number_of_units_on_a_day(day: str, province: str, level: str, count: int) -> None:
    assert len(valid(day, level, province)) == count


def test_communes_of_each_district() -> None:
    communes = Counter(row["parent"] for row in valid("2024-12-01", "commune", "TN"))
    assert communes == {
        "TN-TPTN": 32,
        "TN-TPSC": 10,
        "TN-TPPY": 18,
        "TN-DAITU": 27,
        "TN-PHUBINH": 20,
        "TN-DINHHOA": 22,
        "TN-VONHAI": 15,
        "TN-PHULUONG": 14,
        "TN-DONGHY": 14,
    }
    earlier = Counter(row["parent"] for row in valid("2024-11-30", "commune", "TN"))
    assert {code: earlier[code] - communes[code] for code in communes if earlier[code] != communes[code]} == {
        "TN-DAITU": 2,
        "TN-DINHHOA": 1,
        "TN-PHULUONG": 1,
        "TN-DONGHY": 1,
    }


def test_new_communes_are_fifteen_wards_and_seventy_seven_communes() -> None:
    kinds = Counter(row["short_name"].split()[0] for row in valid("2025-07-01", "commune"))
    assert kinds == {"Phường": 15, "Xã": 77}


def test_every_parent_is_there_for_the_whole_life_of_its_unit() -> None:
    for row in ALL:
        if row["parent"]:
            parent = BY_CODE[row["parent"]]
            assert parent["valid_from"] <= row["valid_from"], row
            assert (row["valid_to"] or "9999") <= (parent["valid_to"] or "9999"), row
        else:
            assert row["level"] == "province"


def test_block_follows_level() -> None:
    assert [row["code"] for row in ALL if row["block"] != BLOCKS[row["level"]]] == []


def test_every_unit_ends_after_it_begins_and_has_a_legal_basis() -> None:
    assert [row["code"] for row in ALL if row["valid_to"] and row["valid_to"] < row["valid_from"]] == []
    assert [row["code"] for row in ALL if not row["legal_basis"]] == []


def test_what_nobody_has_confirmed_says_so() -> None:
    marked = {row["short_name"] for row in ALL if "[chưa xác nhận]" in row["legal_basis"] and row["level"] == "commune"}
    assert marked == {"Xã Phú Lạc", "Xã Bảo Cường", "Xã Phấn Mễ"}
    assert [
        row["code"] for row in ALL if row["level"] == "department" and "[chưa xác nhận]" not in row["legal_basis"]
    ] == []


@pytest.mark.parametrize("name", [*FILES, "unit_links.csv"])
def test_words_are_composed_and_tone_marks_of_one_style(name: str) -> None:
    text = (UNITS / name).read_text(encoding="utf-8")
    assert unicodedata.is_normalized("NFC", text)
    assert NEW_TONE_MARKS.findall(text) == []


def test_both_ends_of_every_link_exist_and_meet_on_its_day() -> None:
    for link in LINKS:
        predecessor, successor = BY_CODE[link["predecessor"]], BY_CODE[link["successor"]]
        assert predecessor["valid_to"] < link["on"], link
        assert successor["valid_from"] <= link["on"] <= (successor["valid_to"] or "9999"), link
        assert predecessor["level"] == successor["level"], link


def test_no_link_stands_twice() -> None:
    assert len({(link["predecessor"], link["successor"]) for link in LINKS}) == len(LINKS)


def test_known_shares_of_a_predecessor_are_whole() -> None:
    shares: dict[str, list[str]] = defaultdict(list)
    for link in LINKS:
        shares[link["predecessor"]].append(link["share"])
    unknown = {code for code, found in shares.items() if "" in found}
    assert unknown == {"X2401-05779", "TN-SNV", "TN-STTTT", "TN-SLDTBXH"}
    for code in unknown:
        assert set(shares[code]) == {""}, code
        assert len(shares[code]) > 1, code
    for code in shares.keys() - unknown:
        assert sum(map(Fraction, shares[code])) == 1, code


def test_every_unit_that_ended_has_a_successor_but_the_abolished_districts() -> None:
    linked = {link["predecessor"] for link in LINKS}
    ended = {row["code"] for row in ALL if row["valid_to"]}
    assert {BY_CODE[code]["level"] for code in ended - linked} == {"district"}
    assert linked <= ended


def test_two_hundred_and_eighty_communes_became_ninety_two() -> None:
    merged = [link for link in LINKS if link["on"] == "2025-07-01" and BY_CODE[link["successor"]]["level"] == "commune"]
    assert len({link["predecessor"] for link in merged}) == 280
    assert len({link["successor"] for link in merged}) == 92
    split = [code for code, times in Counter(link["predecessor"] for link in merged).items() if times > 1]
    assert [BY_CODE[code]["short_name"] for code in split] == ["Xã Phú Cường"]


def test_five_new_communes_cross_old_district_lines() -> None:
    districts: dict[str, set[str]] = defaultdict(set)
    for link in LINKS:
        if link["on"] == "2025-07-01" and BY_CODE[link["predecessor"]]["level"] == "commune":
            districts[link["successor"]].add(BY_CODE[link["predecessor"]]["parent"])
    crossing = {BY_CODE[code]["short_name"] for code, found in districts.items() if len(found) > 1}
    assert crossing == {"Xã Phong Quang", "Xã Đồng Phúc", "Xã Bạch Thông", "Xã Đại Phúc", "Xã Tân Cương"}


@pytest.mark.parametrize(
    ("gone", "into"),
    [
        ("Xã Vạn Thọ", {"Xã Vạn Phú"}),
        ("Xã Ký Phú", {"Xã Vạn Phú"}),
        ("Xã Na Mao", {"Xã Phú Xuyên", "Xã Phú Cường"}),
        ("Xã Tân Lợi", {"Thị trấn Trại Cau"}),
        ("Xã Bảo Cường", {"Thị trấn Chợ Chu"}),
        ("Xã Phấn Mễ", {"Thị trấn Giang Tiên"}),
    ],
)
def test_the_mergers_of_december_2024(gone: str, into: set[str]) -> None:
    found = {
        BY_CODE[link["successor"]]["short_name"]
        for link in LINKS
        if link["on"] == "2024-12-01" and BY_CODE[link["predecessor"]]["short_name"] == gone
    }
    assert found == into

"""Codes: what they hold, and that their outline covers exactly the dark modules."""

from __future__ import annotations

import re

import numpy as np
import pytest

from qr_templates import codes
from tests.qr_templates.reading import codes_in

ADDRESS = "https://hailong.thainguyen.gov.vn/c/7K3M9QXT4"


def address_of(length: int) -> str:
    return ("https://hailong.example.vn/c/" + "7k3m9qxt4abc" * 30)[:length]


def printed(rows: codes.Rows, dots: int) -> np.ndarray:
    dark = np.pad(np.array(rows), codes.QUIET)
    return np.where(np.kron(dark, np.ones((dots, dots), bool)), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("length", [30, *codes.CAPACITY.values()])
def test_a_code_says_its_address_up_to_the_last_byte_of_each_version(length: int) -> None:
    address = address_of(length)
    assert len(address) == length
    assert [code.address for code in codes_in(printed(codes.matrix(address), 4))] == [address]


@pytest.mark.parametrize(("number", "held"), codes.CAPACITY.items())
def test_a_version_is_used_as_far_as_it_holds(number: int, held: int) -> None:
    assert codes.version(address_of(held)) == number
    assert codes.modules(address_of(held)) == 17 + 4 * number


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (address_of(214), "address_too_long"),
        ("", "address_not_plain"),
        ("https://hài-lòng.vn/c/1", "address_not_plain"),
        ("https://a.vn/c/1 2", "address_not_plain"),
        ("https://a.vn/c/1\n", "address_not_plain"),
    ],
)
def test_an_address_that_no_code_holds_is_refused(address: str, code: str) -> None:
    with pytest.raises(codes.AddressError) as refused:
        codes.picture(address)
    assert (refused.value.code, refused.value.address) == (code, address)


@pytest.mark.parametrize("address", [ADDRESS, *(address_of(length) for length in codes.CAPACITY.values())])
def test_the_outline_covers_the_dark_modules_and_nothing_else(address: str) -> None:
    rows = np.array(codes.matrix(address))
    covered = np.zeros(rows.shape, int)
    for loop in re.findall(r"M(\d+) (\d+)([^z]*)z", codes.outline(codes.matrix(address))):
        covered += winding(int(loop[0]), int(loop[1]), loop[2], len(rows))
    assert np.array_equal(covered == 1, rows)
    assert set(np.unique(covered)) == {0, 1}


def winding(x: int, y: int, strokes: str, side: int) -> np.ndarray:
    """How often the loop goes round each module: every upright stroke turns all modules to its right."""
    turns = np.zeros((side, side), int)
    start = y
    steps = [(axis, int(length)) for axis, length in re.findall(r"([hv])(-?\d+)", strokes)]
    for axis, length in [*steps, ("v", start - y - sum(step for axis, step in steps if axis == "v"))]:
        if axis == "h":
            x += length
        elif length > 0:
            turns[y : y + length, x:] -= 1
            y += length
        else:
            turns[y + length : y, x:] += 1
            y += length
    return turns


def test_the_picture_keeps_four_white_modules_on_every_side() -> None:
    side = codes.modules(ADDRESS) + 8
    assert f'viewBox="-4 -4 {side} {side}"' in codes.picture(ADDRESS)


def test_a_counter_s_picture_is_drawn_once() -> None:
    assert codes.picture(ADDRESS) is codes.picture(ADDRESS)

"""Numbers and days as Vietnamese documents write them."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

NONE = "–"  # there is no value; never a zero
MINUS = "−"
SWAPPED = str.maketrans(",.", ".,")
ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
LETTERS = "abcdđeghiklmnopqrstuvxy"  # the Vietnamese alphabet, by which points are counted; without ă, â, ê, ô, ơ, ư


def numeral(value: Decimal | float | None, decimals: int = 2, *, signed: bool = False) -> str:
    """A number with decimal comma and points between thousands, half up; with its sign where that is wanted.

    >>> numeral(1234.565), numeral(0.125, 2, signed=True), numeral(-3, 0), numeral(None)
    ('1.234,57', '+0,13', '−3', '–')
    """
    if value is None:
        return NONE
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + f"{abs(rounded):,.{decimals}f}".translate(SWAPPED)


def whole_day(day: date) -> str:
    """A day as the decree writes it: days below 10 and the months 1 and 2 with a leading nought.

    >>> whole_day(date(2024, 2, 5)), whole_day(date(2024, 3, 15))
    ('ngày 05 tháng 02 năm 2024', 'ngày 15 tháng 3 năm 2024')
    """
    return f"ngày {day.day:02d} tháng {day.month:0{2 if day.month < 3 else 1}d} năm {day.year}"


def short_day(day: date) -> str:
    """A day as tables write it.

    >>> short_day(date(2024, 9, 5))
    '05/09/2024'
    """
    return f"{day:%d/%m/%Y}"


def roman(number: int) -> str:
    """A Roman numeral.

    >>> roman(1), roman(4), roman(29)
    ('I', 'IV', 'XXIX')
    """
    made = ""
    for value, letters in ROMAN:
        made += letters * (number // value)
        number %= value
    return made


def lettered(number: int) -> str:
    """The letter of a point, đ after d; past the alphabet they go on with two letters.

    >>> lettered(1), lettered(5), lettered(24)
    ('a', 'đ', 'aa')
    """
    turn, place = divmod(number - 1, len(LETTERS))
    return LETTERS[turn - 1] * bool(turn) + LETTERS[place]

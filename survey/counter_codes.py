"""Counter codes: what a poster's address ends with, short enough to type and safe against slips of the finger.

A code is 40 bits in Crockford's base32 and one check character of the same alphabet, nine characters in all.
"""

from __future__ import annotations

from survey.faults import SurveyError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U
BITS = 40
LENGTH = BITS // 5
LOOK_ALIKE = str.maketrans("OIL", "011")
VALUES = {letter: value for value, letter in enumerate(ALPHABET)}


class CounterNumberError(SurveyError):
    """A number that does not fit in a counter code."""

    code = "counter_number"


def doubled(value: int) -> int:
    """The value times x in the field of 32 elements, polynomials modulo x⁵ + x² + 1."""
    return value << 1 if value < 16 else (value << 1) ^ 0b100101


def check_character(letters: str) -> str:
    """The character that makes the weighted sum vanish, with the powers of x as weights.

    The weights are all different, so every single wrong character and every swap of two is noticed.

    >>> check_character("00000000"), check_character("00000001") != check_character("00000010")
    ('0', True)
    """
    total = 0
    for letter in letters:
        total = doubled(total ^ VALUES[letter])
    return ALPHABET[total]


def counter_code(number: int) -> str:
    """The code of a 40 bit number; raises CounterNumberError for any other.

    >>> counter_code(0), read_counter_code(counter_code(2**40 - 1)) == counter_code(2**40 - 1)
    ('000000000', True)
    """
    if not 0 <= number < 1 << BITS:
        raise CounterNumberError(f"{number} is not a number of {BITS} bits")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(BITS - 5, -1, -5))
    return letters + check_character(letters)


def read_counter_code(text: str) -> str | None:
    """The code that a person typed, whatever its case, spaces, dashes and look-alike letters; None where it is none.

    >>> read_counter_code("oooo-oooo-o"), read_counter_code("000000001")
    ('000000000', None)
    """
    letters = "".join(text.upper().split()).replace("-", "").translate(LOOK_ALIKE)
    if len(letters) != LENGTH + 1 or any(letter not in VALUES for letter in letters):
        return None
    return letters if check_character(letters[:-1]) == letters[-1] else None


def spoken(code: str) -> str:
    """The code in groups, as it stands on a poster for people who type it.

    >>> spoken("000000000")
    '0000-0000-0'
    """
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def like_a_number(code: str) -> bool:
    """True for a code that a spreadsheet would turn into a number, losing zeros or digits.

    >>> like_a_number("012345678"), like_a_number("1234E5678"), like_a_number("0123A5678")
    (True, True, False)
    """
    return all(letter.isdigit() or letter == "E" for letter in code) and code.count("E") <= 1

"""Receipts: what a person keeps to see that the answer is there, and that tells nobody what it said.

A form carries a random key. The receipt is worked out from that key and the server's secret, so the same form sent
twice has one receipt; the stored response bears only a hash of the receipt, which nobody can turn round.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

RECEIPT_BYTES = 10  # 80 bits
KEY_BYTES = 16
LOOK_ALIKE = str.maketrans("018", "OIB")  # digits that base32 does not have, read as the letters people took them for


def receipt(secret: str, key: str) -> str:
    """The receipt of the form that carries `key`: 80 bits in four groups of base32 (RFC 4648).

    >>> receipt("secret", "key") == receipt("secret", "key"), len(receipt("secret", "key"))
    (True, 19)
    """
    digest = hmac.digest(secret.encode(), b"receipt\0" + key.encode(), hashlib.sha256)
    letters = base64.b32encode(digest[:RECEIPT_BYTES]).decode()
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def read_receipt(text: str) -> str | None:
    """The receipt that a person typed, whatever its case, spaces and dashes; None where it is none.

    >>> read_receipt(" l6mj x3zj-luv52qwv ")
    'L6MJ-X3ZJ-LUV5-2QWV'
    >>> read_receipt("L6MJ-X3ZJ") is None
    True
    """
    letters = "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum()).translate(LOOK_ALIKE)
    if len(letters) != 16 or any(letter not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" for letter in letters):
        return None
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def response_key(receipt_words: str) -> bytes:
    """The 16 byte key under which the response of that receipt is stored.

    >>> len(response_key("L6MJ-X3ZJ-LUV5-2QWV"))
    16
    """
    return hashlib.sha256(b"response\0" + receipt_words.encode()).digest()[:KEY_BYTES]


def conversation_key(key: str) -> bytes:
    """The 16 byte key under which answers so far are kept for the form that carries `key`.

    >>> conversation_key("a") != conversation_key("b")
    True
    """
    return hashlib.sha256(b"conversation\0" + key.encode()).digest()[:KEY_BYTES]

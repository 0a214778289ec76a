"""Passwords of the office: how they are hashed, and which of them nobody may choose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from unicodedata import category, normalize

import yaml
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from survey.faults import Fault

SHORTEST, LONGEST = 12, 200
LEAST_DIFFERENT = 5  # signs
HASHER = PasswordHasher()
NOBODY = HASHER.hash("nobody has this password")  # checked where there is no account: it takes as long
LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Common:
    """Words that everybody tries first, the longest first, and how many letters beside them make a password."""

    words: tuple[str, ...]
    shortest_rest: int


@cache
def common() -> Common:
    """The lists of `instruments/passwords.yaml`."""
    read = yaml.safe_load((files("instruments") / "passwords.yaml").read_text(encoding="utf-8"))
    words = {*read["common"].split(), *read["vietnamese"].split()}
    return Common(tuple(sorted(words, key=lambda word: (-len(word), word))), int(read["shortest_rest"]))


def plain(password: str) -> str:
    """A password as it is hashed and checked: keyboards write the same letters in two ways."""
    return normalize("NFKC", password)


def proves(kept: str | None, password: str) -> bool:
    """Whether this is the password of that hash; it takes as long where there is none."""
    try:
        return HASHER.verify(kept or NOBODY, plain(password[: LONGEST * 4])) and kept is not None
    except VerificationError:
        return False


def faults_of(password: str, again: str, email: str, name: str) -> list[Fault]:
    """What is wrong with a password that somebody wants."""
    faults = []
    if not SHORTEST <= len(plain(password)) <= LONGEST:
        facts = {"shortest": str(SHORTEST), "longest": str(LONGEST)}
        faults.append(Fault("password_length", "password", facts))
    elif is_own(password, email, name):
        faults.append(Fault("password_own", "password", {}))
    elif is_common(password):
        faults.append(Fault("password_common", "password", {}))
    if password != again:
        faults.append(Fault("passwords_differ", "again", {}))
    return faults


def bare(words: str) -> str:
    """Only the letters, in lower case and without their marks.

    >>> bare("Mật-Khẩu 123 Đỏ")
    'matkhaudo'
    """
    split = normalize("NFKD", words.lower().replace("đ", "d"))
    return "".join(LETTERS.findall("".join(sign for sign in split if category(sign) != "Mn")))


def is_own(password: str, email: str, name: str) -> bool:
    """Whether little but somebody's own name and address stands in a password.

    >>> is_own("lan.nguyen@2026!", "lan.nguyen@tinh.gov.vn", "Nguyễn Lan")
    True
    >>> is_own("lan đi chợ mua hoa", "lan@b.vn", "Lan")
    False
    """
    rest = bare(password)
    own = [bare(email), bare(email.partition("@")[0]), bare(name), *(bare(word) for word in name.split())]
    own += [bare(word) for word in re.split(r"[@._+-]", email)]
    for word in sorted(filter(None, own), key=len, reverse=True):
        rest = rest.replace(word, "")
    return bool(bare(password)) and rest != bare(password) and len(rest) < common().shortest_rest


def is_common(password: str) -> bool:
    """Whether a password is made of words that everybody tries first, of digits, or of few signs.

    >>> [is_common(each) for each in ("matkhau@123456", "Hà Nội 2026 Hà Nội", "121212121212", "một câu đủ dài để nhớ")]
    [True, True, True, False]
    """
    if len(set(password.lower())) < LEAST_DIFFERENT or runs(password.lower()):
        return True
    letters = bare(password)
    if is_chain(letters):
        return True
    rest, found = letters, common()
    for word in found.words:
        if len(word) > 3:  # short ones stand in every sentence
            rest = rest.replace(word, " ")
    left = sum(len(part) for part in rest.split() if part not in found.words)
    return rest != letters and left < found.shortest_rest


def is_chain(letters: str) -> bool:
    """Whether letters are one part that is repeated: abcabcabcabc.

    >>> is_chain("matmatmatmat"), is_chain("matmat ong"), is_chain("")
    (True, False, False)
    """
    return bool(re.fullmatch(r"(.{1,6})\1{2,}", letters))


def runs(password: str) -> bool:
    """Whether nearly all signs follow one another, up or down: 123456789012, abcdefghijkl.

    >>> runs("123456789012"), runs("zyxwvutsrqpo"), runs("một câu đủ dài")
    (True, True, False)
    """
    steps = [ord(after) - ord(before) for before, after in pairwise(password)]
    return len(steps) > 0 and sum(abs(step) <= 1 for step in steps) >= len(steps) * 3 // 4

"""Posters, tent cards and slips: words and codes laid out by typst, one page a counter."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qr_templates import codes

if TYPE_CHECKING:
    from typst import Compiler, Fonts

Design = Literal["a4", "a5", "tent", "slips"]
Format = Literal["pdf", "svg", "png"]
Progress = Callable[[int], None]
Words = dict[str, str]

DESIGNS: tuple[Design, ...] = ("a4", "a5", "tent", "slips")
FORMATS: tuple[Format, ...] = ("pdf", "svg", "png")

ROOM = Path(__file__).parent
EMBLEM = ROOM / "designs" / "emblem.svg"

# 200 dots an inch leave the smallest module, on a slip, four dots.
DOTS = 200
LONGEST_TEXT = 240
LONGEST_WORD = 16
LONGEST_ID = 33
LONGEST_NAME = 40
LARGEST_EMBLEM = 4_000_000
ACCESSIBLE: dict[Format, Literal["ua-1"] | None] = {"pdf": "ua-1", "svg": None, "png": None}
SIGNS: dict[str, tuple[bytes, ...]] = {
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "svg": (b"<svg", b"<?xml", b"<!--", b"<!DOCTYPE svg"),
}


class PosterError(ValueError):
    """A poster cannot be drawn; `facts` names what was found."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(f"{code}: {facts}")
        self.code = code
        self.facts: Mapping[str, str] = facts


@dataclass(frozen=True, slots=True)
class ChatRoad:
    """How a person comes to a chat: its channel, the name it is found by, the counter's code as it is typed there.

    `address` opens the chat and goes into a small code of its own; "" where the channel has no such address. Where it
    `names_counter`, who scans that code has nothing to send.
    """

    channel: str
    name: str
    code_words: str
    address: str = ""
    names_counter: bool = False


@dataclass(frozen=True, slots=True)
class Poster:
    """What is printed for one counter. `address` goes into the code, `address_words` is what a person types."""

    code: str
    address: str
    address_words: str
    unit_code: str
    unit: str
    counter: str
    service: str
    campaign_title: str
    minutes: int = 1
    languages: tuple[str, ...] = ("vi", "en")
    chats: tuple[ChatRoad, ...] = ()


def draw(
    posters: Sequence[Poster],
    design: Design,
    form: Format,
    emblem: Path | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[str, bytes]]:
    """File names and contents: one file a counter, and as PDF first one file of all of them for the printer.

    `progress` is told how many counters were done since it was last told. Raises PosterError for an emblem that cannot
    be printed and AddressError for an address that does not go into a code.
    """
    if not posters:
        return
    with workshop(design, emblem) as (folder, compiler):
        if form == "pdf" and len(posters) > 1:
            yield f"{design}-all.pdf", pages(folder, compiler, posters, form)[0]
        for poster, name in zip(posters, names(posters, design), strict=True):
            yield f"{name}.{form}", pages(folder, compiler, [poster], form)[0]
            if progress is not None:
                progress(1)


@contextmanager
def workshop(design: Design, emblem: Path | None) -> Iterator[tuple[Path, Compiler]]:
    """A folder that holds all that typst may read: the designs, the emblem and the posters' words."""
    import typst

    source, kind = emblem_of(emblem or EMBLEM)
    with tempfile.TemporaryDirectory(prefix="hailong-posters-") as made:
        folder = Path(made)
        shutil.copytree(ROOM / "designs", folder, dirs_exist_ok=True)
        (folder / f"shown-emblem.{kind}").write_bytes(source)
        yield (
            folder,
            typst.Compiler(
                folder / f"{design}.typ",
                root=folder,
                font_paths=fonts(),
                ignore_system_fonts=True,
                sys_inputs={"emblem": f"shown-emblem.{kind}"},
            ),
        )


@cache
def fonts() -> Fonts:
    """The fonts beside this file and no others, so that a poster looks the same wherever it is drawn."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[ROOM / "fonts"])


def pages(folder: Path, compiler: Compiler, posters: Sequence[Poster], form: Format) -> list[bytes]:
    """The posters as one PDF, or as a picture a page."""
    (folder / "posters.json").write_text(json.dumps([sheet(poster) for poster in posters]), encoding="ascii")
    made = compiled(compiler, form)
    return made if isinstance(made, list) else [made]


def compiled(compiler: Compiler, form: Format) -> bytes | list[bytes]:
    """What typst makes of the folder; a PDF is accessible (PDF/UA-1) unless a word has a letter that no font shows."""
    import typst

    try:
        return compiler.compile(format=form, ppi=DOTS, pdf_standards=ACCESSIBLE[form]) or b""
    except typst.TypstError as error:
        if ACCESSIBLE[form] and "could not be displayed with font" in error.message:
            return compiler.compile(format=form) or b""
        if "failed to parse" in error.message or "failed to decode" in error.message:
            raise PosterError("emblem_unreadable", found=error.message) from error
        raise


def sheet(poster: Poster) -> dict[str, object]:
    """What a design is given for one counter."""
    other = second_language(poster)
    return {
        "title": tidy(poster.campaign_title) or tidy(poster.unit) or poster.code,
        "unit": tidy(poster.unit),
        "counter": tidy(poster.counter) or poster.code,
        "service": tidy(poster.service),
        "campaign": tidy(poster.campaign_title),
        "address_words": broken(tidy(poster.address_words), 48),
        "picture": codes.picture(poster.address),
        "modules": codes.modules(poster.address),
        "first": spoken("vi", poster),
        "second": spoken(other, poster) if other else None,
        "chats": [chat(road, poster) for road in poster.chats],
    }


def chat(road: ChatRoad, poster: Poster) -> dict[str, object]:
    """What a design is given for one chat, in the poster's languages."""
    other = second_language(poster)
    key = ("chat_start" if road.names_counter else "chat_scan") if road.address else "chat_find"
    return {
        "first": {"title": pieces("vi", "chat", road), "way": pieces("vi", key, road)},
        "second": {"title": pieces(other, "chat", road), "way": pieces(other, key, road)} if other else None,
        "line": pieces("vi", "chat_line", road),
        "longest_word": max(tidy(road.name, LONGEST_ID).split(" "), key=len),
        "picture": codes.picture(road.address) if road.address else None,
        "qr": "".join(words for words, _ in pieces("vi", "chat_qr", road)),
    }


def pieces(language: str, key: str, road: ChatRoad) -> list[tuple[str, bool]]:
    """A sentence about a chat in pieces; those that are true are what is typed there, and are never broken."""
    name = tidy(road.name, LONGEST_ID)
    facts = {
        "channel": road.channel,
        "name": name if name.startswith("@") else f"“{name}”",
        "code": road.code_words,
        "address": road.address,
    }
    parts = re.split(r"\{(\w+)\}", words()[language][key])
    return [(facts[part] if odd % 2 else part, part == "code") for odd, part in enumerate(parts) if part]


@cache
def words() -> dict[str, Words]:
    """The sentences of a poster by language."""
    read: dict[str, Words] = json.loads((ROOM / "designs" / "words.json").read_text("utf-8"))
    return read


def second_language(poster: Poster) -> str | None:
    """The campaign's first language beside Vietnamese that a poster can speak."""
    return next((language for language in poster.languages if language != "vi" and language in words()), None)


def spoken(language: str, poster: Poster) -> Words:
    """The sentences of one language, with the counter's minutes and address in them."""
    table = words()[language]
    said: Words = {"language": language}
    kinds = ["_one"] * (poster.minutes == 1) + ["_large"] * any(road.address for road in poster.chats)
    for key in table:
        sentence = next((table[key + kind] for kind in kinds if key + kind in table), table[key])
        said[key] = sentence.replace("{minutes}", str(poster.minutes)).replace("{address}", poster.address)
    return said


def tidy(text: str, longest: int = LONGEST_WORD) -> str:
    """One line of NFC text without control characters, cut at 240 characters, breakable within overlong words."""
    letters = unicodedata.normalize("NFC", text)
    clean = "".join(
        " " if unicodedata.category(letter)[0] in "CZ" or letter > "\uffff" else letter for letter in letters
    )
    line = " ".join(clean.split())
    if len(line) > LONGEST_TEXT:
        line = line[: LONGEST_TEXT - 1].rstrip() + "…"
    return broken(line, longest)


def broken(line: str, longest: int) -> str:
    """The line with a place to break, which is not seen, after every `longest` letters of a word without a space."""
    return " ".join("\u200b".join(re.findall(rf".{{1,{longest}}}", word)) for word in line.split(" "))


def emblem_of(file: Path) -> tuple[bytes, str]:
    """The bytes of an emblem and what they are: svg, png or jpg, whatever the file is called."""
    try:
        source = file.read_bytes()
    except OSError as error:
        raise PosterError("emblem_missing", found=str(file)) from error
    if len(source) > LARGEST_EMBLEM:
        raise PosterError("emblem_too_large", found=str(len(source)), most=str(LARGEST_EMBLEM))
    start = source.removeprefix(b"\xef\xbb\xbf").lstrip()[:16]
    for kind, signs in SIGNS.items():
        if start.startswith(signs):
            return source, kind
    raise PosterError("emblem_unknown_kind", found=file.name, kinds=", ".join(SIGNS))


def names(posters: Sequence[Poster], design: Design) -> list[str]:
    """A file name for each poster, without its ending: unit, counter, its code, design; no two alike on any disk."""
    taken: dict[str, int] = {}
    made = []
    for poster in posters:
        parts = (cut(poster.unit_code), cut(poster.counter), slug(poster.code), design)
        name = "-".join(part for part in parts if part)
        taken[name] = taken.get(name, 0) + 1
        made.append(name if taken[name] == 1 else f"{name}-{taken[name]}")
    return made


def cut(text: str) -> str:
    """The slug of the text, no longer than a part of a file name should be."""
    return slug(text)[:LONGEST_NAME].strip("-")


def slug(text: str) -> str:
    """Lower case letters without marks, digits and hyphens.

    >>> slug("Sở Nội vụ, Đồng Hỷ/../2")
    'so-noi-vu-dong-hy-2'
    """
    bare = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "d"))
    return "-".join(re.findall(r"[a-z0-9]+", re.sub(r"[\u0300-\u036f]", "", bare).lower()))

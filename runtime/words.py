"""Interface words in the person's language: gettext catalogs read straight from their `.po` files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po

from runtime.sentences import SENTENCES

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("vi", "en")
TONGUES: Mapping[str, str] = {"vi": "Tiếng Việt", "en": "English"}  # each language's name for itself


@cache
def catalog(language: str) -> Mapping[str, str]:
    """English sentence → its words in `language`; empty for English, which is what the code is written in."""
    path = LOCALES / language / "LC_MESSAGES" / "hailong.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(entry.id): str(entry.string) for entry in read_po(file) if entry.id and entry.string}


def translate(sentence: str, language: str) -> str:
    """The sentence in that language, or as it stands where the catalog lacks it."""
    return catalog(language).get(sentence, sentence)


def fault_sentence(code: str, facts: Mapping[str, str], language: str) -> str:
    """What is wrong and what would be right, in one sentence, for a fault of the core or of a workflow."""
    template = translate(SENTENCES[code], language)
    return re.sub(r"\{(\w+)\}", lambda match: str(facts.get(match[1], "…")), template)


def place_words(where: str, language: str) -> str:
    """Where in a file a fault is, with the words for row, column and line in that language."""
    return re.sub(r"\b(row|column|line)(?= \S)", lambda match: translate(match[1], language), where)


@lru_cache(maxsize=1024)
def best_language(accepted: str, offered: tuple[str, ...]) -> str:
    """The offered language that an Accept-Language header prefers, or the first one offered."""
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(accepted.split(",")[:20]):
        tag, _, parameters = part.strip().partition(";")
        try:
            weight = float(parameters.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        wishes.append((-weight, position, tag.lower().partition("-")[0]))
    for weight, _, tag in sorted(wishes):
        if weight < 0 and tag in offered:
            return tag
    return offered[0]


def number_words(value: Decimal | float, decimals: int, language: str) -> str:
    """A number as people of that language write it: decimal comma and points between thousands in Vietnamese."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    text = f"{exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP):,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def day_words(day: date, language: str) -> str:
    """A day as people of that language write it: 05/09/2026 in Vietnamese, 5 September 2026 in English."""
    return f"{day:%d/%m/%Y}" if language == "vi" else format_date(day, "d MMMM y", locale="en")

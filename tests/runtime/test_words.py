"""Every sentence of the interface has its Vietnamese words, and every translation fits its sentence."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from runtime.sentences import SENTENCES
from runtime.words import best_language, catalog, day_words, fault_sentence, number_words, translate
from webforms.errors import PAGES

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = sorted((ROOT / "webforms" / "templates").rglob("*.html"))
CODE = [
    path for room in ("webforms", "bot", "cli", "scheduler", "reports") for path in sorted((ROOT / room).rglob("*.py"))
]
SPOKEN = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')""")
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}")


def in_templates() -> Iterator[str]:
    """The sentences that templates say."""
    for path in TEMPLATES:
        for double, single in SPOKEN.findall(path.read_text(encoding="utf-8")):
            yield double or single


def in_code() -> Iterator[str]:
    """The sentences that code gives to `translate` as they stand, or as a constant of its module."""
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in tree.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("translate", "said") and node.args:
                for part in ast.walk(node.args[0]):
                    said = part.value if isinstance(part, ast.Constant) else constants.get(getattr(part, "id", ""))
                    if isinstance(said, str):
                        yield said


def in_tables() -> Iterator[str]:
    """The sentences of the office's tables MENU, PAGES and …WORDS: what stands for a key, or ends a row."""
    for path in sorted((ROOT / "webforms" / "office").rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
                continue
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = getattr(target, "id", "")
            if name in ("MENU", "PAGES") or name.endswith("WORDS"):
                told = (
                    node.value.values if isinstance(node.value, ast.Dict) else [row.elts[-1] for row in node.value.elts]
                )  # type: ignore[attr-defined]
                for value in told:
                    yield from (part.value for part in ast.walk(value) if isinstance(part, ast.Constant))


def sentences() -> set[str]:
    return {
        *SENTENCES.values(),
        *in_templates(),
        *in_code(),
        *in_tables(),
        *(words for page in PAGES.values() for words in page),
    }


def test_no_sentence_lacks_its_vietnamese_words() -> None:
    assert len(sentences()) > 150
    assert sorted(sentences() - set(catalog("vi"))) == []


def test_a_translation_has_the_places_of_its_sentence() -> None:
    wrong = {said for said, words in catalog("vi").items() if set(PLACES.findall(said)) != set(PLACES.findall(words))}
    assert wrong == set()


def test_words_are_composed() -> None:
    assert [words for words in catalog("vi").values() if not unicodedata.is_normalized("NFC", words)] == []


def test_a_fault_is_told_with_its_facts() -> None:
    facts = {"found": "9", "options": "1, 2, na"}
    assert fault_sentence("unknown_option", facts, "vi").startswith("“9” không có trong các lựa chọn")
    assert "…" in fault_sentence("unknown_option", {}, "en")


def test_english_needs_no_catalog() -> None:
    assert translate("Continue", "en") == "Continue"
    assert translate("Continue", "vi") == "Tiếp tục"


@pytest.mark.parametrize(
    ("accepted", "best"),
    [
        ("en-GB,en;q=0.8", "en"),
        ("fr,en;q=0.3,vi;q=0.7", "vi"),
        ("en;q=0,vi;q=0.1", "vi"),
        ("", "vi"),
        ("tay", "vi"),
        ("en;q=x,vi;q=0.1", "vi"),
    ],
)
def test_the_browser_chooses_the_language(accepted: str, best: str) -> None:
    assert best_language(accepted, ("vi", "en")) == best


@pytest.mark.parametrize(
    ("value", "decimals", "language", "words"),
    [
        (Decimal("83.945"), 2, "vi", "83,95"),
        (Decimal(12345), 0, "vi", "12.345"),
        (1234.5, 1, "en", "1,234.5"),
    ],
)
def test_numbers_are_written_as_people_write_them(
    value: Decimal | float, decimals: int, language: str, words: str
) -> None:
    assert number_words(value, decimals, language) == words


def test_days_are_written_as_people_write_them() -> None:
    assert day_words(date(2026, 9, 5), "vi") == "05/09/2026"
    assert day_words(date(2026, 9, 5), "en") == "5 September 2026"

"""Plain builders with defaults for what scoring needs."""

from __future__ import annotations

from collections.abc import Sequence

from survey.questionnaire import Block, Factor, Item, Option, Question, Questionnaire, Section

WORDS = {"vi": "x", "en": "x"}


def make_item(code: str, *, kind: str = "scale", levels: int = 5, factor: str | None = None, satisfied=(4, 5), **more):
    options = tuple(
        Option(str(k), WORDS, score=k if kind != "several" else None, satisfied=k in satisfied)
        for k in range(1, levels + 1)
    )
    return Item(code=code, question=code, type=kind, text=WORDS, options=options, na=WORDS, factor=factor, **more)


def make_questionnaire(
    items: Sequence[Item], factors: Sequence[tuple[str, str | None, str | None]] = (), blocks: Sequence[str] = ()
) -> Questionnaire:
    """`factors` are (code, block, general)."""
    questions = tuple(Question(item.code, item.type, WORDS, None, (item,)) for item in items)
    return Questionnaire(
        code="made",
        version=1,
        title=WORDS,
        purpose=WORDS,
        minutes=1,
        languages=("vi", "en"),
        source="",
        sensitive=(),
        blocks=tuple(Block(code, WORDS) for code in blocks),
        factors=tuple(Factor(code, WORDS, block, general) for code, block, general in factors),
        sections=(Section("s", WORDS, None, questions),),
    )


def plain(items: int = 25, factors: int = 5) -> Questionnaire:
    """A questionnaire of so many items on five levels, dealt out to factors in turn."""
    made = [make_item(f"q{i:02d}", factor=f"F{i % factors}") for i in range(items)]
    return make_questionnaire(made, [(f"F{k}", None, None) for k in range(factors)])

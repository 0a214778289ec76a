"""Strategies of answers that an item can hold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from survey.answers import has_other, plain, read, read_other
from survey.conditions import Value
from survey.questionnaire import NA, OTHER, Item, Questionnaire


def values_of(item: Item) -> st.SearchStrategy[Value]:
    """Every kind of value that the item may hold."""
    kinds: list[st.SearchStrategy[Value]] = []
    codes = [option.code for option in item.options if not option.exclusive]
    if item.single:
        kinds.append(st.sampled_from(codes))
    elif item.type == "several":
        limit = item.max_choices or len(codes)
        chosen = st.sets(st.sampled_from(codes), min_size=1, max_size=limit)
        kinds.append(chosen.map(lambda found: tuple(code for code in codes if code in found)))
    elif item.type == "number":
        low = item.minimum if isinstance(item.minimum, Decimal) else Decimal(-(10**9))
        high = item.maximum if isinstance(item.maximum, Decimal) else Decimal(10**9)
        kinds.append(st.decimals(low, high, places=item.decimals, allow_nan=False).map(plain))
    elif item.type == "date":
        low_day = item.minimum if isinstance(item.minimum, date) else date(1900, 1, 1)
        high_day = item.maximum if isinstance(item.maximum, date) else date(2100, 1, 1)
        kinds.append(st.dates(low_day, high_day))
    else:
        letters = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)
        kinds.append(letters.map(lambda text: read(item, [text])).filter(lambda found: isinstance(found, str)))
    if item.na is not None:
        kinds.append(st.just(NA))
    return st.one_of(kinds)


@st.composite
def answers_of(draw: st.DrawFn, questionnaire: Questionnaire) -> dict[str, Value]:
    """Answers to some of the items, on the way or not, with words beside options that take them."""
    answers: dict[str, Value] = {}
    for item in questionnaire.items:
        value = draw(st.none() | values_of(item))
        if value is None:
            continue
        answers[item.code] = value
        if has_other(item, value):
            words = read_other(item, [draw(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9))])
            if isinstance(words, str):
                answers[item.code + OTHER] = words
    return answers

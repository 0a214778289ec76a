"""Templates and what they are given; form pages are rendered once and kept (see `webforms.splice`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import Flask, Response, current_app, render_template

from runtime.words import LANGUAGES, TONGUES, day_words, number_words, translate
from survey.conditions import Value
from survey.questionnaire import Question
from webforms.security import style
from webforms.splice import Page, cut, escaped, filled, mark
from workflows.places import Place

SPLICED = ("token", "counter_code", "counter", "service", "unit")


@dataclass(frozen=True, slots=True)
class FormPage:
    """One page of a form: what is asked, where on the way it stands, and what was typed or refused so far."""

    step: str
    questions: tuple[Question, ...]
    codes: tuple[str, ...]  # of the questions
    position: int
    total: int
    first: bool
    last: bool
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    from_chat: bool = False


def prepare_templates(app: Flask) -> None:
    """Strict templates with gettext; nothing from data is ever markup."""
    app.jinja_options = {"extensions": ["jinja2.ext.i18n"], "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["style"] = style
    app.jinja_env.globals["number_words"] = number_words
    app.jinja_env.globals["day_words"] = day_words
    app.jinja_env.globals["tongues"] = TONGUES


def render(template: str, language: str, **words: Any) -> str:
    """The template in that language."""
    environment = current_app.jinja_env

    def gettext(sentence: str, **facts: object) -> str:
        found = translate(sentence, language)
        return found % facts if facts else found

    return render_template(template, language=language, languages=LANGUAGES, _=gettext, env=environment, **words)


def page(template: str, language: str, status: int = 200, **words: Any) -> Response:
    """A whole page as an answer."""
    return html(render(template, language, **words).encode(), status)


def html(body: bytes, status: int = 200) -> Response:
    """An answer of that HTML."""
    return Response(body, status, content_type="text/html; charset=utf-8")


def form(where: Place, language: str, shown: FormPage, token: str, status: int = 200) -> Response:
    """A page of the form: spliced where nothing was typed or refused, rendered anew otherwise."""
    if shown.typed or shown.faults or shown.notice:
        words = words_of(where) | {"token": token}
        return html(render("form.html", language, place=where, shown=shown, **words).encode(), status)
    return html(filled(kept_page(where, language, shown), escaped_words(where) | {"token": escaped(token)}), status)


def words_of(where: Place) -> dict[str, str]:
    """What a form page says of its counter."""
    return {"counter_code": where.code, "counter": where.counter, "service": where.service, "unit": where.unit}


@lru_cache(maxsize=1024)
def escaped_words(where: Place) -> dict[str, bytes]:
    """The same as they are put into a kept page."""
    return {name: escaped(word) for name, word in words_of(where).items()}


def kept_page(where: Place, language: str, shown: FormPage) -> Page:
    """The page's pieces, rendered on first use."""
    key = (
        where.campaign_id,
        where.questionnaire_id,
        language,
        shown.step,
        shown.position,
        shown.total,
        bool(where.service),
        shown.codes,
        shown.from_chat,
        where.trial,
    )
    kept: dict[object, Page] = current_app.extensions.setdefault("form pages", {})
    found = kept.get(key)
    if found is None:
        marks = {name: mark(name) for name in SPLICED}
        found = cut(render("form.html", language, place=where, shown=shown, **marks))
        if len(kept) > 2_000:
            kept.clear()
        kept[key] = found
    return found


def typed_words(answers: Mapping[str, Value], questions: Sequence[Question]) -> dict[str, list[str]]:
    """Kept answers as the strings that the page's fields hold."""
    codes = [item.code for question in questions for item in question.items]
    names = [name for code in codes for name in (code, f"{code}.other")]
    return {name: raw(answers[name]) for name in names if name in answers}


def raw(value: Value) -> list[str]:
    """An answer as the strings that a form would send for it."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Decimal):
        return [format(value, "f")]
    return [str(value)]

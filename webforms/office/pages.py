"""Templates of the office and what they are given."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask, Response, current_app, g, render_template
from markupsafe import Markup

from qr_templates.codes import picture
from runtime.words import LANGUAGES, day_words, fault_sentence, number_words, translate
from survey.faults import Fault
from survey.rights import Person, may
from webforms.office.door import door
from webforms.office.menu import entries
from webforms.security import style


def prepare_templates(app: Flask) -> None:
    """Strict templates with gettext; nothing from data is ever markup."""
    app.jinja_options = {"extensions": ["jinja2.ext.i18n"], "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        style=style, number_words=number_words, day_words=day_words, csrf=csrf, moment_words=moment_words
    )


def moment_words(at: datetime) -> str:
    """A moment by the clock of the province: 05/09/2026 07:30."""
    return f"{at.astimezone(door().settings.zone):%d/%m/%Y %H:%M}"


def scannable(address: str) -> str:
    """An address as a picture to scan, in the address of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture(address).encode()).decode()


def csrf() -> Markup:
    """The hidden field that every form carries."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(g.get("form_token", ""))


def shown(template: str, person: Person, status: int = 200, **words: Any) -> Response:
    """A page for somebody who has signed in, with the menu of what they may do."""

    def allowed(right: str) -> bool:
        return may(person, right)

    return rendered(template, person.language, status, person=person, menu=entries(person), may=allowed, **words)


def rendered(template: str, language: str, status: int = 200, **words: Any) -> Response:
    """A page in that language."""

    def gettext(sentence: str, **facts: object) -> str:
        found = translate(sentence, language)
        return found % facts if facts else found

    def wrong(fault: Fault) -> str:
        return fault_sentence(fault.code, fault.facts, language)

    given = {"person": None, "menu": (), "faults": (), "language": language, "languages": LANGUAGES, **words}
    body = render_template(template, _=gettext, wrong=wrong, env=current_app.jinja_env, **given)
    return Response(body, status, content_type="text/html; charset=utf-8")


def by_field(faults: Sequence[Fault]) -> dict[str, Fault]:
    """The first fault of each field."""
    found: dict[str, Fault] = {}
    for fault in faults:
        found.setdefault(fault.where, fault)
    return found

"""Paper forms of questionnaires: alone, or for one counter with the code of its form on the phone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from sqlalchemy.orm import Session

from qr_templates.codes import AddressError, picture
from reports import paper_form
from reports.paper_form import Counter
from survey.counter_codes import spoken
from survey.faults import Fault, listed, shown
from survey.questionnaire import Questionnaire, short_form
from workflows.places import place
from workflows.posters import without_scheme

FIRST = "vi"


def form_for_counter(session: Session, code: str, site: str, language: str, today: date) -> bytes | Sequence[Fault]:
    """The form that is asked at that counter, with its names and its QR code."""
    where = place(session, code, today)
    if where is None:
        return [Fault("unknown_counter", "counter", {"found": shown(code)})]
    address = f"{site}/c/{where.code}"
    try:
        code_picture = picture(address)
    except AddressError as error:
        return [Fault("address_unprintable", "PUBLIC_URL", {"found": shown(error.address)})]
    title = where.title.get(language) or next(iter(where.title.values()))
    words = f"{without_scheme(site)}/c/{spoken(where.code)}"
    counter = Counter(where.unit, where.counter, words, code_picture, title)
    return form_alone(where.questionnaire, language, counter)


def form_alone(
    form: Questionnaire, language: str, counter: Counter | None = None, *, short: bool = False, draft: bool = False
) -> bytes | Sequence[Fault]:
    """The form as PDF in one of its languages, whole or with its short questions only."""
    if language not in form.languages:
        facts = {"language": shown(language), "languages": listed(list(form.languages))}
        return [Fault("unknown_language", "language", facts)]
    return paper_form.paper(short_form(form) if short else form, language, counter, draft=draft)


@lru_cache(maxsize=8)
def page_pictures(form: Questionnaire, sha256: str, language: str, draft: bool) -> tuple[bytes, ...]:
    """The pages as PNG, drawn once a version: `sha256` tells drafts of one number apart."""
    return tuple(paper_form.pictures(form, language, draft=draft))

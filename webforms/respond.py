"""A form at a counter: `/c/<code>`, page by page, to the receipt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import fault_sentence, translate
from survey.conversation import Answered, Asked, Back, Event, Missing, Rejected, State, Step, start, steps
from survey.receipt import receipt
from webforms import pages
from webforms.door import door, language, now, today
from webforms.pages import FormPage
from webforms.tokens import LIFE_S, FormKey, new_token, read_token
from workflows import collect
from workflows.collect import Form, Going, Sent
from workflows.places import Place, Standing, standing

blueprint = Blueprint("respond", __name__)
GUARD = "anyone"
COOKIE = "phieu"
GONE: Mapping[Standing, int] = {"not_yet": 403, "closed": 410, "revoked": 410, "dissolved": 410}


@blueprint.get("/c/<code>")
def begin(code: str) -> AnyResponse:
    """The poster's address: what this is, and the first questions."""
    where = door().places.find(code, today())
    if (kind := unopened(where, code, today())) is not None:
        return kind
    assert where is not None
    kept = kept_key(where)
    if kept is not None and not kept.expired and "new" not in request.args:
        state = state_of(where, kept)
        if state is not None:
            return pages.page("resume.html", state.language, place=where, step=state.step)
    asked = language(where.languages)
    return pages.form(where, asked, first_page(where), new_token(door().signer, code))


@blueprint.post("/c/<code>")
def reply(code: str) -> AnyResponse:
    """A page that was filled in: on to the next one, to the receipt, or back to the same page with what is wrong."""
    asked = request.form.get("lang", "")
    key = read_token(door().signer, request.form.get("form", ""), code)
    where = door().places.find(code, today())
    given = today() if key is None else min(today(), key.given_at.astimezone(door().settings.zone).date())
    if (kind := unopened(where, code, given)) is not None:
        return kind
    assert where is not None
    asked = asked if asked in where.languages else language(where.languages)
    if key is None or key.expired:
        return begun_anew(where, asked)
    form = Form(key.key, door().settings.secret_key, asked, "web", key.given_at, now(), today())
    return ACTS.get(request.form.get("do", "next").partition(":")[0], forward)(where, form, key)


@blueprint.get("/c/<code>/<step>")
def show(code: str, step: str) -> AnyResponse:
    """A later page of a form that is under way, with what was answered before."""
    where = door().places.find(code, today())
    if where is None:
        return unknown()
    key = kept_key(where)
    if key is None or key.expired:
        return pages.page("lost.html", language(where.languages), 200, place=where)
    words = receipt(door().settings.secret_key, key.key)
    with door().database.reading() as session:
        state = collect.conversation(session.connection(), key.key)
        sent = state is None and collect.stored(session.connection(), words)
    if sent:
        return pages.page("thanks.html", language(where.languages), place=where, receipt=words, again=step != "thanks")
    if state is None:
        return pages.page("lost.html", language(where.languages), place=where)
    return shown(where, state, step, key)


def shown(where: Place, state: State, step: str, key: FormKey) -> AnyResponse:
    """The page of that step, the review, or the way to the page that is open."""
    if step == "review":
        missing = collect.missing(where.questionnaire, state)
        return pages.page("review.html", state.language, place=where, missing=missing, token=key.token)
    way = steps(where.questionnaire, state, "page")
    found = next((at for at in way if at.step == step), None)
    if found is None:
        return redirect(url_for(".show", code=where.code, step=state.step or way[0].step), 303)
    return pages.form(where, state.language, form_page(way, found, state), key.token)


def forward(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """Take the page's answers."""
    step = request.form.get("step", "")
    outcome = taken(where, form, Answered(step, typed()))
    if isinstance(outcome, Sent):
        return with_cookie(redirect(url_for(".show", code=where.code, step="thanks"), 303), where, key)
    refused = {event.item: event for event in outcome.events if isinstance(event, Rejected)}
    if refused:
        return refilled(where, form.language, outcome.state, step, refused, key)
    return with_cookie(redirect(url_for(".show", code=where.code, step=next_step(outcome.events)), 303), where, key)


def back(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """Keep what the page held, as far as it is fit to keep, and show the page before."""
    outcome = taken(where, form, Back(request.form.get("step", ""), typed()))
    if isinstance(outcome, Sent):
        return with_cookie(redirect(url_for(".show", code=where.code, step="thanks"), 303), where, key)
    return with_cookie(redirect(url_for(".show", code=where.code, step=next_step(outcome.events)), 303), where, key)


def in_language(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """The same page in another language, with what was typed so far."""
    wanted = request.form.get("do", "").partition(":")[2]
    wanted = wanted if wanted in where.languages else form.language
    state = state_of(where, key) or start(where.questionnaire, wanted)
    return refilled(where, wanted, state, request.form.get("step", ""), {}, key)


ACTS = {"next": forward, "back": back, "lang": in_language}


def taken(where: Place, form: Form, said: Answered | Back) -> Sent | Going:
    """The outcome of a reply, once it is committed."""
    return door().database.write(lambda connection: collect.answer(connection, where, form, said, "page"))


def refilled(
    where: Place, asked: str, state: State, step: str, refused: Mapping[str, Rejected], key: FormKey
) -> AnyResponse:
    """The page again with what was typed, and beside each refused answer what would be right."""
    way = steps(where.questionnaire, state, "page")
    found = next((at for at in way if at.step == step), way[0])
    faults = {
        code: fault_sentence(event.fault.code, event.fault.facts, asked)
        for code, event in refused.items()
    }
    again = form_page(way, found, state, typed=typed(), faults=faults)
    return pages.form(where, asked, again, key.token, 422 if refused else 200)


def begun_anew(where: Place, asked: str) -> AnyResponse:
    """The first page with a fresh key and what was typed, for a form whose time was up."""
    way = steps(where.questionnaire, start(where.questionnaire, asked), "page")
    found = next((at for at in way if at.step == request.form.get("step", "")), way[0])
    notice = translate("This form was open for too long, so it was begun anew. What you chose is kept: please send it again.", asked)
    again = form_page(way, found, None, typed=typed(), notice=notice)
    return pages.form(where, asked, again, new_token(door().signer, where.code), 422)


def form_page(
    way: Sequence[Step],
    found: Step,
    state: State | None,
    *,
    typed: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, str] | None = None,
    notice: str = "",
) -> FormPage:
    """The page of one step of the way."""
    kept = pages.typed_words(state.answers, found.questions) if state is not None and typed is None else {}
    return FormPage(
        step=found.step,
        questions=found.questions,
        position=found.position,
        total=found.total,
        first=found is way[0],
        last=found is way[-1],
        typed=typed or kept,
        faults=faults or {},
        notice=notice,
    )


def first_page(where: Place) -> FormPage:
    """The first page as everybody sees it."""
    way = steps(where.questionnaire, start(where.questionnaire, where.languages[0]), "page")
    return form_page(way, way[0], None)


def typed() -> dict[str, list[str]]:
    """What the form's fields held, by name."""
    return request.form.to_dict(flat=False)


def next_step(events: Sequence[Event]) -> str:
    """Where the person is led after a reply."""
    last = events[-1]
    if isinstance(last, Missing):
        return "review"
    assert isinstance(last, Asked)
    return last.step


def state_of(where: Place, key: FormKey) -> State | None:
    """The answers so far under that key."""
    with door().database.reading() as session:
        return collect.conversation(session.connection(), key.key)


def kept_key(where: Place) -> FormKey | None:
    """The key of the form that this browser has under way at this counter."""
    token = request.cookies.get(COOKIE)
    return read_token(door().signer, token, where.code) if token else None


def with_cookie(response: AnyResponse, where: Place, key: FormKey) -> AnyResponse:
    """The answer with the key of the form under way, so that a closed browser finds it again."""
    response.set_cookie(
        COOKIE,
        key.token,
        max_age=LIFE_S,
        path=f"/c/{where.code}",
        secure=door().settings.secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def unopened(where: Place | None, code: str, day: date) -> Response | None:
    """The kind page for a code that takes no answers; None where it does."""
    if where is None:
        return unknown()
    found = standing(where, day)
    if found == "open":
        return None
    return pages.page(f"standing/{found}.html", language(where.languages), GONE[found], place=where)


def unknown() -> Response:
    """The kind page for a code that no counter bears."""
    return pages.page("standing/unknown.html", language(), 404)



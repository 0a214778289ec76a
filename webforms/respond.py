"""A form at a counter: `/c/<code>`, page by page, to the receipt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import fault_sentence, translate
from survey.conversation import Answered, Asked, Back, Event, Missing, Rejected, State, asked, begin, open_page
from survey.counter_codes import read_counter_code
from survey.journey import Page, kept, plan
from survey.journey import pages as pages_on_way
from survey.questionnaire import Questionnaire
from survey.receipt import receipt
from webforms import pages
from webforms.door import door, language, now, today
from webforms.pages import FormPage
from workflows import collect
from workflows.collect import Form, Going, Gone, Sent
from workflows.places import Place, Standing, standing
from workflows.tokens import LIFE_S, FormKey, new_token, read_token

blueprint = Blueprint("respond", __name__)
GUARD = "anyone"
COOKIE = "phieu"
STATUS: Mapping[Standing, int] = {"not_yet": 403, "closed": 410, "revoked": 410, "dissolved": 410}
LATE = "This form was open for too long, so it was begun anew. What you chose is kept: please send it again."
NEEDED = "An answer is needed here."


@blueprint.get("/c/<code>")
def start(code: str) -> AnyResponse:
    """The poster's address: what this is, and the first questions."""
    here = door()
    day = now().astimezone(here.settings.zone).date()
    where = here.places.find(code, day)
    if where is None and (meant := read_counter_code(code)) not in (None, code):
        return redirect(f"/c/{meant}", 302)
    if where is None or standing(where, day) != "open":
        return closed_door(where, day)
    key = key_in_cookie(where)
    if key is not None and "new" not in request.args and (state := state_of(where, key)) is not None:
        return pages.page("resume.html", spoken_in(where, state), place=where, step=state.step)
    token = new_token(here.signer, code, trial=where.trial)
    if request.method == "GET":
        here.openings.note(where, day)
    return pages.form(where, language(where.languages), first_page(where.questionnaire), token)


@blueprint.post("/c/<code>")
def reply(code: str) -> AnyResponse:
    """A page that was filled in: on to the next one, to the receipt, or the same page with what is wrong."""
    here, fields, moment = door(), request.form, now()
    day = moment.astimezone(here.settings.zone).date()
    key = read_token(here.signer, fields.get("form", ""), code)
    given = day if key is None else min(day, key.given_at.astimezone(here.settings.zone).date())
    where = here.places.find(code, day)
    if where is None or standing(where, given) != "open":
        return closed_door(where, given)
    wanted = fields.get("lang", "")
    spoken = wanted if wanted in where.languages else language(where.languages)
    if key is not None and key.expired and (words := receipt_of(key)):
        return pages.page("thanks.html", spoken, place=where, receipt=words, again=True)
    if key is None or key.expired or key.trial != where.trial:
        return begun_anew(where, spoken)
    form = Form(key.key, here.settings.secret_key, spoken, "web", key.given_at, moment, day, held=key.from_chat)
    return ACTS.get(fields.get("do", "").partition(":")[0], forward)(where, form, key)


@blueprint.get("/c/<code>/<step>")
def later(code: str, step: str) -> AnyResponse:
    """A later page of a form that is under way, with what was answered before; or the receipt of one that was sent."""
    where = door().places.find(code, today())
    if where is None:
        return closed_door(where, today())
    key = key_in_cookie(where)
    if key is None:
        return lost(where)
    state, sent = found_of(where, key)
    if sent:
        return pages.page("thanks.html", language(where.languages), place=where, receipt=sent, again=step != "thanks")
    return lost(where, key.from_chat) if state is None else under_way(where, state, step, key)


def lost(where: Place, from_chat: bool = False) -> AnyResponse:
    """The page of a form that is not there, or that the browser brings no key of."""
    return pages.page("lost.html", language(where.languages), place=where, from_chat=from_chat)


def under_way(where: Place, state: State, step: str, key: FormKey) -> AnyResponse:
    """The page of that step with its answers, the review, or the way to the page that is open."""
    if step == "review":
        missing = missing_on_way(where, state)
        return pages.page("review.html", spoken_in(where, state), place=where, missing=missing, token=key.token)
    page = open_page(where.questionnaire, state, step, "page")
    if page is None:
        return redirect(url_for(".later", code=where.code, step=state.step or first_of(where).step), 303)
    words = pages.typed_words(state.answers, page.questions)
    return pages.form(
        where, spoken_in(where, state), form_page(where.questionnaire, state, page, words, key), key.token
    )


def forward(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """Take the page's answers and go on."""
    return onward(where, taken(where, form, Answered(request.form.get("step", ""), typed())), key, form.language)


def back(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """Keep what the page held, as far as it is fit to keep, and show the page before."""
    return onward(where, taken(where, form, Back(request.form.get("step", ""), typed())), key, form.language)


def in_language(where: Place, form: Form, key: FormKey) -> AnyResponse:
    """The same page in another language, with what was typed so far."""
    wanted = request.form.get("do", "").partition(":")[2]
    spoken = wanted if wanted in where.languages else form.language
    state = state_of(where, key) or begin(where.questionnaire, spoken, "page")[0]
    return refilled(where, spoken, state, key, {})


ACTS: Mapping[str, Callable[[Place, Form, FormKey], AnyResponse]] = {
    "next": forward,
    "back": back,
    "lang": in_language,
}


def taken(where: Place, form: Form, said: Answered | Back) -> Sent | Going | Gone:
    """The outcome of a reply, once it is committed."""
    outcome = collect.answering(where, form, said, "page")
    return outcome if isinstance(outcome, Going) else door().database.write(outcome)


def onward(where: Place, outcome: Sent | Going | Gone, key: FormKey, spoken: str) -> AnyResponse:
    """To the receipt or to the page that is open now; the browser remembers the form, so that it finds it again.

    A page with something to correct comes back as it was sent, and so does the only page of a form: nothing of it is
    kept before it is sent to the end.
    """
    if isinstance(outcome, Gone):
        return begun_anew(where, spoken)
    if isinstance(outcome, Going):
        faults = faults_of(where, outcome.events, spoken)
        if faults or collect.alone(where):
            return refilled(where, spoken, outcome.state, key, faults)
    # Nothing holds the language of a form that was sent any more but the address.
    step = f"thanks?lang={spoken}" if isinstance(outcome, Sent) else next_step(outcome.events)
    return led(where, key, step)


def led(where: Place, key: FormKey, step: str) -> Response:
    """To that step of the form, which the browser remembers from now on."""
    secure = "; Secure" if door().settings.secure else ""
    # Code, step and token are letters, digits and the signs of base64 only, so the hot path writes the headers itself.
    remembered = f"{COOKIE}={key.token}; Max-Age={LIFE_S}; Path=/c/{where.code}; HttpOnly; SameSite=Lax{secure}"
    return Response(status=303, headers=[("Location", f"/c/{where.code}/{step}"), ("Set-Cookie", remembered)])


def faults_of(where: Place, events: Sequence[Event], spoken: str) -> dict[str, str]:
    """What is wrong with a page, by item; on the only page also what is missing, which else the review tells."""
    faults = {
        each.item: fault_sentence(each.fault.code, each.fault.facts, spoken)
        for each in events
        if isinstance(each, Rejected)
    }
    if collect.alone(where):
        faults |= {
            item: translate(NEEDED, spoken) for each in events if isinstance(each, Missing) for item in each.items
        }
    return faults


def refilled(where: Place, spoken: str, state: State, key: FormKey, faults: Mapping[str, str]) -> AnyResponse:
    """The page that was sent, with what was typed, and beside each refused answer what would be right."""
    page = open_page(where.questionnaire, state, request.form.get("step", ""), "page") or first_of(where)
    shown = form_page(where.questionnaire, state, page, typed(), key, faults=faults)
    return pages.form(where, spoken, shown, key.token, 422 if faults else 200)


def begun_anew(where: Place, spoken: str) -> AnyResponse:
    """The page that was sent, with a fresh key and what was typed, for a form whose time was up."""
    state = begin(where.questionnaire, spoken, "page")[0]
    step = request.form.get("step", "")
    page = next((known for known in plan(where.questionnaire, "page") if known.step == step), first_of(where))
    shown = form_page(where.questionnaire, state, page, typed(), None, notice=translate(LATE, spoken))
    return pages.form(where, spoken, shown, new_token(door().signer, where.code, trial=where.trial), 422)


def form_page(
    questionnaire: Questionnaire,
    state: State,
    page: Page,
    words: Mapping[str, Sequence[str]],
    key: FormKey | None,
    *,
    faults: Mapping[str, str] | None = None,
    notice: str = "",
) -> FormPage:
    """One page of the way, with what its fields hold; `key` is that of a form that is under way."""
    shown = asked(questionnaire, state, page, "page")
    return FormPage(
        step=page.step,
        questions=page.questions,
        codes=tuple(question.code for question in page.questions),
        position=shown.position,
        total=shown.total,
        first=shown.position == 1,
        last=shown.position == shown.total,
        typed=words,
        faults=faults or {},
        notice=notice,
        from_chat=key is not None and key.from_chat,
    )


@lru_cache(maxsize=64)
def first_page(questionnaire: Questionnaire) -> FormPage:
    """The first page as everybody sees it; worked out once a process."""
    return form_page(questionnaire, State(), plan(questionnaire, "page")[0], {}, None)


def first_of(where: Place) -> Page:
    """The page that every way begins with."""
    return plan(where.questionnaire, "page")[0]


def missing_on_way(where: Place, state: State) -> list[tuple[str, str]]:
    """What is required and has no answer: the step that asks for it, and its words."""
    answers = kept(where.questionnaire, state.answers)
    return [
        (page.step, item.text[spoken_in(where, state)])
        for page in pages_on_way(where.questionnaire, state.answers)
        for question in page.questions
        for item in question.items
        if item.required and item.code not in answers
    ]


def next_step(events: Sequence[Event]) -> str:
    """Where the person is led after a reply."""
    if any(isinstance(event, Missing) for event in events):
        return "review"
    last = events[-1]
    assert isinstance(last, Asked)
    return last.step


def typed() -> dict[str, list[str]]:
    """What the form's fields held, by name."""
    return request.form.to_dict(flat=False)


def state_of(where: Place, key: FormKey) -> State | None:
    """The answers so far under that key."""
    with door().database.reading() as session:
        state = collect.conversation(session.connection(), key.key)
    return None if state is None else collect.on_pages(where.questionnaire, state)


def found_of(where: Place, key: FormKey) -> tuple[State | None, str]:
    """The answers so far under that key, and the receipt of a form that was sent, else ""."""
    words = receipt(door().settings.secret_key, key.key)
    with door().database.reading() as session:
        state = collect.conversation(session.connection(), key.key)
        sent = state is None and collect.stored(session.connection(), words, trial=key.trial)
    return None if state is None else collect.on_pages(where.questionnaire, state), words if sent else ""


def receipt_of(key: FormKey) -> str | None:
    """The receipt of the form that carries that key, where it was sent."""
    words = receipt(door().settings.secret_key, key.key)
    with door().database.reading() as session:
        return words if collect.stored(session.connection(), words, trial=key.trial) else None


def spoken_in(where: Place, state: State) -> str:
    """The language that the address asks for, or else the one of the conversation."""
    wanted = request.args.get("lang", "")
    return wanted if wanted in where.languages else state.language


def key_in_cookie(where: Place) -> FormKey | None:
    """The key of the form that this browser has under way at this counter, while its time lasts."""
    token = request.cookies.get(COOKIE) if "HTTP_COOKIE" in request.environ else None
    key = read_token(door().signer, token, where.code) if token else None
    return None if key is None or key.expired or key.trial != where.trial else key


def closed_door(where: Place | None, day: date) -> Response:
    """The kind page of a code that takes no answers on that day."""
    if where is None:
        return pages.page("standing/unknown.html", language(), 404)
    found = standing(where, day)
    return pages.page(f"standing/{found}.html", language(where.languages), STATUS[found], place=where)

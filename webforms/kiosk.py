"""A tablet at a counter: `/k/<code>`, one question a screen, that keeps working while the network is gone."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, Union

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from runtime.words import fault_sentence, translate
from survey.faults import Fault
from webforms import kiosk_screens, pages
from webforms.door import door, now
from webforms.security import STATIC, style
from workflows import collect, kiosks
from workflows.kiosks import Filled, Wrong
from workflows.places import Place, Standing, standing
from workflows.tokens import FormKey, new_token, read_token

blueprint = Blueprint("kiosk", __name__)
GUARD = "anyone"
DEVICE, RECEIPT = "may", "bien_nhan"
DEVICE_LIFE_S = 400 * 24 * 3600
RECEIPT_LIFE_S = 60
STOCK = 60  # forms that a tablet may take while the network is gone
FRESH_S = 900  # what was typed comes back to a page without JavaScript for so long
STATUS: Mapping[str, int] = {"not_yet": 403, "closed": 410, "revoked": 410, "dissolved": 410}
NEEDED = "An answer is needed here."
Outcome = Union[collect.Sent, Wrong, str]  # noqa: UP007 - read at run time; a word says why nothing is taken
SECRET = re.compile(r"[A-Za-z0-9_-]{1,100}")


@cache
def script(name: str) -> str:
    """A script of ours to stand inside the page, allowed by its hash; without its comments and indents."""
    lines = map(str.strip, (STATIC / f"{name}.js").read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@cache
def policy() -> str:
    """What a page of the kiosk may do: our style and our one script by their hashes, and speak with this host."""
    styles = " ".join(hashed(style(sheet)) for sheet in ("kiosk", "hailong"))  # errors come in the second
    return (
        f"default-src 'none'; style-src {styles}; script-src {hashed(script('kiosk'))}; connect-src 'self'; "
        "worker-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def hashed(text: str) -> str:
    """How a policy names a text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@blueprint.after_request
def with_policy(response: Response) -> Response:
    """The kiosk's own policy, on errors too."""
    response.headers.setdefault("Content-Security-Policy", policy())
    return response


@blueprint.get("/k/worker.js")
def worker() -> AnyResponse:
    """What shows the page while the network is gone; it may speak with this host and do nothing else."""
    response = Response(script("kiosk_worker"), content_type="text/javascript; charset=utf-8")
    response.headers["Content-Security-Policy"] = "default-src 'none'; connect-src 'self'"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/k/<code>")
def start(code: str) -> AnyResponse:
    """The screen that a tablet rests on, with the whole form in it for a browser that runs our script."""
    where, stands = found(code)
    if where is None or stands != "open":
        return resting(where, stands)
    return shown("kiosk/start.html", spoken(where), where, steps=kiosk_screens.steps(where.questionnaire))


@blueprint.get("/k/<code>/form")
def form(code: str) -> AnyResponse:
    """The form as one plain page."""
    where, stands = found(code)
    if where is None or stands != "open":
        return resting(where, stands)
    return plain(where, spoken(where), new_token(door().signer, code, trial=where.trial))


@blueprint.get("/k/<code>/keys")
def keys(code: str) -> AnyResponse:
    """Tokens for the next people, in case the network goes."""
    where, stands = found(code)
    if where is None or stands != "open":
        return data({"state": "refused", "why": stands}, STATUS.get(stands, 404))
    given = kiosks.stock(door().signer, where, door().settings.secret_key, STOCK)
    return data({"keys": [{"form": token, "receipt": words} for token, words in given]})


@blueprint.post("/k/<code>")
def take(code: str) -> AnyResponse:
    """A form that was filled in: kept once, however often and however late it is sent."""
    where, stands = found(code)
    key = read_token(door().signer, request.form.get("form", ""), code)
    scripted = request.accept_mimetypes.best == "application/json"
    answered = told if scripted else led
    if where is None or key is None:
        return answered(where, key, "unreadable" if where else stands)
    filled = Filled(key, spoken(where, request.form.get("lang", "")), typed(), seconds("took"), seconds("age") or 0.0)
    here = door()
    outcome = kiosks.taken(
        where,
        filled,
        registered=device(where) is not None,
        secret=here.settings.secret_key,
        now=now(),
        zone=here.settings.zone,
    )
    return answered(where, key, here.database.write(outcome) if callable(outcome) else outcome)


def told(where: Place | None, _key: FormKey | None, outcome: Outcome) -> AnyResponse:
    """What became of the form, for our script."""
    if isinstance(outcome, collect.Sent):
        return data({"state": "stored", "receipt": outcome.receipt})
    if isinstance(outcome, Wrong) and where is not None:
        said = sentences(outcome, spoken(where, request.form.get("lang", "")))
        return data({"state": "wrong", "faults": said}, 422)
    return data({"state": "refused", "why": str(outcome)}, 410)


def data(document: Mapping[str, object], status: int = 200) -> Response:
    """An answer for our script."""
    response = jsonify(document)
    response.status_code = status
    return response


def led(where: Place | None, key: FormKey | None, outcome: Outcome) -> AnyResponse:
    """To the receipt, or to the same page with what is wrong; a page that is old shows nothing any more."""
    if where is None:
        return resting(None, "closed")
    language = spoken(where, request.form.get("lang", ""))
    fresh = key is not None and (now() - key.given_at).total_seconds() < FRESH_S
    if isinstance(outcome, collect.Sent) and fresh:
        response = redirect(f"/k/{where.code}/thanks?lang={language}", 303)
        remember(response, RECEIPT, outcome.receipt, f"/k/{where.code}/thanks", RECEIPT_LIFE_S)
        return response
    if isinstance(outcome, Wrong) and fresh and key is not None:
        return plain(where, language, key.token, typed(), sentences(outcome, language))
    if isinstance(outcome, str) and outcome in STATUS:
        return resting(where, outcome)
    return redirect(f"/k/{where.code}", 303)


@blueprint.get("/k/<code>/thanks")
def thanks(code: str) -> AnyResponse:
    """The receipt, once: whoever comes back to this page finds the resting screen."""
    where, _ = found(code)
    words = request.cookies.get(RECEIPT, "")
    if where is None or not re.fullmatch(r"[A-Z2-7-]{19}", words):
        return redirect(f"/k/{code}", 303)
    response = shown("kiosk/thanks.html", spoken(where), where, receipt=words)
    remember(response, RECEIPT, "", f"/k/{where.code}/thanks", 0)
    return response


@blueprint.get("/k/<code>/leave")
def ask(code: str) -> AnyResponse:
    """The way out of the kiosk: the PIN, or the code that a new tablet is registered by."""
    where, stands = found(code)
    if where is None:
        return resting(where, stands)
    return leaving(where, "")


@blueprint.post("/k/<code>/leave")
def leave(code: str) -> AnyResponse:
    """The page that only the right PIN opens; or a tablet is registered."""
    where, stands = found(code)
    if where is None:
        return resting(where, stands)
    return let_out(where) if device(where) is not None else register(where)


def let_out(where: Place) -> AnyResponse:
    """The open door, or what is wrong with the PIN; an attempt is counted before the PIN is looked at."""
    here, number = door(), device(where) or 0
    with here.database.writing() as session:
        row = kiosks.attempt(session, number, now())
    if isinstance(row, Fault):
        return leaving(where, fault_sentence(row.code, row.facts, spoken(where)), 429)
    if not kiosks.is_pin(row, request.form.get("pin", ""), here.settings.secret_key):
        return leaving(where, translate("The PIN is not right; try again.", spoken(where)), 422)
    with here.database.writing() as session:
        kiosks.let_out(session, number, now())
    return shown("kiosk/left.html", spoken(where), where)


def register(where: Place) -> AnyResponse:
    """The tablet is known from now on, by a cookie that only the kiosk's pages get."""
    here = door()
    with here.database.writing() as session:
        own = kiosks.register(
            session, where.counter_id, request.form.get("code", ""), secret=here.settings.secret_key, now=now()
        )
    if isinstance(own, Fault):
        status = 429 if own.code == "too_many_attempts" else 422
        return leaving(where, fault_sentence(own.code, own.facts, spoken(where)), status)
    response = redirect(f"/k/{where.code}", 303)
    remember(response, DEVICE, own, f"/k/{where.code}", DEVICE_LIFE_S)
    return response


def found(code: str) -> tuple[Place | None, Standing | str]:
    """The counter of that code, and whether answers are taken there now."""
    day = now().astimezone(door().settings.zone).date()
    where = door().places.find(code, day)
    return where, "unknown" if where is None else standing(where, day)


def device(where: Place) -> int | None:
    """The number of the registered tablet that asks; None for any other browser."""
    own = request.cookies.get(DEVICE, "")
    if not SECRET.fullmatch(own):
        return None
    with door().database.reading() as session:
        row = kiosks.device(session, where.counter_id, own)
        return None if row is None else row.id


def remember(response: AnyResponse, name: str, value: str, path: str, life_s: int) -> None:
    """Set a cookie that no script and no other page sees."""
    secure = door().settings.secure
    response.set_cookie(name, value, max_age=life_s, path=path, httponly=True, samesite="Strict", secure=secure)


def spoken(where: Place, wanted: str = "") -> str:
    """The language that was asked for, or the counter's first one: a tablet's own language says nothing of people."""
    wanted = wanted or request.args.get("lang", "")
    return wanted if wanted in where.languages else where.languages[0]


def typed() -> dict[str, list[str]]:
    """What the form's fields held, by name."""
    return request.form.to_dict(flat=False)


def seconds(name: str) -> float | None:
    """A span that the tablet measured; None for what is none."""
    text = request.form.get(name, "")
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text) else None


def sentences(wrong: Wrong, language: str) -> dict[str, str]:
    """What is wrong, by item, in words."""
    told_ = {item: fault_sentence(fault.code, fault.facts, language) for item, fault in wrong.faults.items()}
    return {item.removesuffix(".other"): words for item, words in told_.items()} | dict.fromkeys(
        wrong.missing, translate(NEEDED, language)
    )


def tongue(language: str) -> Callable[..., str]:
    """Gettext in that language, for a page that speaks several."""

    def said(sentence: str, **facts: object) -> str:
        words = translate(sentence, language)
        return words % facts if facts else words

    return said


def shown(template: str, language: str, where: Place, status: int = 200, **words: Any) -> Response:
    """A page of the kiosk."""
    return pages.page(template, language, status, place=where, script=script, tongue=tongue, **words)


def plain(
    where: Place,
    language: str,
    token: str,
    held: Mapping[str, Sequence[str]] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Response:
    """The whole form on one page, with what was typed and what is wrong."""
    filled = {"typed": held or {}, "faults": faults or {}}
    steps = kiosk_screens.steps(where.questionnaire)
    return shown("kiosk/form.html", language, where, 422 if faults else 200, steps=steps, token=token, filled=filled)


def resting(where: Place | None, stands: str) -> Response:
    """No answers are taken here now; the page looks again by itself."""
    language = "vi" if where is None else spoken(where)
    return pages.page(
        "kiosk/resting.html", language, STATUS.get(stands, 404), place=where, stands=stands, script=script
    )


def leaving(where: Place, wrong: str, status: int = 200) -> Response:
    """The form of the PIN, or of the code of a tablet that is not registered."""
    return shown("kiosk/leave.html", spoken(where), where, status, registered=device(where) is not None, wrong=wrong)

"""Tablets at counters: how one is added, registered and left, and how what was answered on it is taken."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from itsdangerous import TimestampSigner
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from store.models.kiosks import KioskRow
from store.queries import audit, campaigns, kiosks
from survey.conditions import Value
from survey.conversation import Answered, Finished, Missing, Rejected, advance, begin
from survey.counter_codes import BITS, counter_code, read_counter_code
from survey.faults import Fault, shown
from survey.questionnaire import OTHER, Questionnaire
from survey.receipt import receipt
from workflows import collect
from workflows.places import Place, Standing, standing
from workflows.tokens import LIFE_S, FormKey, new_token

CODE_LIFE = timedelta(hours=24)
PIN_DIGITS = 6
FREE_ATTEMPTS = 5
SHORTEST_BAR, LONGEST_BAR = timedelta(minutes=1), timedelta(hours=1)
SHORT_LOSS = timedelta(seconds=LIFE_S)  # what was finished within the campaign is still taken after it for so long
LONGEST_LOSS = timedelta(days=14)  # while the campaign lasts: over holidays too
HASHER = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Added:
    """A tablet that may be registered now: its code and its PIN are told this once."""

    number: int
    counter: str
    code: str
    pin: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in on a tablet: what it took and how long ago it was finished, as the tablet says."""

    key: FormKey
    language: str
    raw: Mapping[str, Sequence[str]] = field(repr=False)
    took_s: float | None = None
    age_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Wrong:
    """What keeps a form from being taken: refused answers by item, and required items without one."""

    faults: Mapping[str, Fault]
    missing: tuple[str, ...]


def add(session: Session, code: str, name: str, *, secret: str, actor: str, now: datetime) -> Added | Fault:
    """Add a tablet to the counter of that code."""
    read = read_counter_code(code)
    counter = next(iter(campaigns.counters_bearing(session, {code, read or code})), None)
    if counter is None:
        return Fault("unknown_counter", "code", {"found": shown(code)})
    one_time, pin = counter_code(secrets.randbits(BITS)), f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}"
    row = KioskRow(
        counter_id=counter.id,
        name=name,
        digest=code_digest(secret, one_time),
        pin=HASHER.hash(keyed(secret, pin)),
        added_at=now,
        expires_at=now + CODE_LIFE,
    )
    session.add(row)
    session.flush()
    audit.note(session, at=now, actor=actor, act="kiosk_add", subject=counter.code, facts={"kiosk": row.id})
    return Added(row.id, counter.code, one_time, pin)


def revoke(session: Session, number: int, *, actor: str, now: datetime, why: str = "") -> KioskRow | Fault:
    """Trust a tablet no more; again, it changes nothing. Answers already given stay."""
    row = kiosks.held(session, number)
    if row is None:
        return Fault("unknown_kiosk", "number", {"found": str(number)})
    if row.revoked_at is None:
        row.revoked_at = now
        facts = {"why": why} if why else {}
        audit.note(session, at=now, actor=actor, act="kiosk_revoke", subject=str(row.id), facts=facts)
        session.flush()
    return row


def register(session: Session, counter_id: int, typed: str, *, secret: str, now: datetime) -> str | Fault:
    """The secret that a tablet proves itself by from now on, for the code that was typed on it; each code once."""
    rows = kiosks.waiting(session, counter_id)
    bars = [row.barred_until for row in rows if row.barred_until is not None and row.barred_until > now]
    if bars:
        return barred(max(bars), now)
    digest = code_digest(secret, read_counter_code(typed) or "")
    row = next((row for row in rows if hmac.compare_digest(row.digest, digest) and row.expires_at > now), None)
    if row is None:
        for each in rows:
            failed(each, now)
        return Fault("kiosk_code_wrong", "code")
    own = secrets.token_urlsafe(24)
    row.digest, row.registered_at, row.failures, row.barred_until = device_digest(own), now, 0, None
    audit.note(session, at=now, actor="kiosk", act="kiosk_register", subject=str(row.id))
    return own


def device(session: Session, counter_id: int, own: str) -> KioskRow | None:
    """The registered tablet of that counter that proves itself by this secret."""
    return kiosks.kiosk_of(session, device_digest(own), counter_id)


def attempt(session: Session, number: int, now: datetime) -> KioskRow | Fault:
    """Count an attempt at the PIN before it is looked at, so that many at once are counted too."""
    row = kiosks.held(session, number)
    if row is None or row.revoked_at is not None:
        return Fault("unknown_kiosk", "pin", {"found": str(number)})
    if row.barred_until is not None and row.barred_until > now:
        return barred(row.barred_until, now)
    failed(row, now)
    return row


def is_pin(row: KioskRow, typed: str, secret: str) -> bool:
    """Whether that is the PIN; takes a while, so no transaction is open meanwhile."""
    try:
        return HASHER.verify(row.pin, keyed(secret, typed.strip()))
    except VerificationError:
        return False


def let_out(session: Session, number: int, now: datetime) -> None:
    """The PIN was right: nothing is counted against the tablet any more."""
    row = kiosks.held(session, number)
    if row is not None:
        row.failures, row.barred_until = 0, None
        audit.note(session, at=now, actor="kiosk", act="kiosk_leave", subject=str(number))


def failed(row: KioskRow, now: datetime) -> None:
    """One more attempt that failed; after the free ones each bars for twice as long as the one before."""
    row.failures += 1
    beyond = row.failures - FREE_ATTEMPTS
    if beyond >= 0:
        row.barred_until = now + min(SHORTEST_BAR * 2 ** min(beyond, 10), LONGEST_BAR)


def barred(until: datetime, now: datetime) -> Fault:
    """Too many attempts: how long to wait."""
    return Fault("too_many_attempts", "pin", {"minutes": str(int((until - now).total_seconds() // 60) + 1)})


def code_digest(secret: str, code: str) -> bytes:
    """What is kept of a code that a tablet is registered by."""
    return hmac.digest(secret.encode(), b"kiosk code\0" + code.encode(), hashlib.sha256)


def device_digest(own: str) -> bytes:
    """What is kept of a tablet's own secret."""
    return hashlib.sha256(b"kiosk device\0" + own.encode("utf-8", "replace")).digest()


def keyed(secret: str, pin: str) -> bytes:
    """The PIN as it is hashed: who has the database alone cannot try all of them."""
    return hmac.digest(secret.encode(), b"kiosk pin\0" + pin.encode("utf-8", "replace"), hashlib.sha256)


def stock(signer: TimestampSigner, where: Place, secret: str, count: int) -> list[tuple[str, str]]:
    """Form tokens for a tablet that may lose its network, each with the receipt of the form that will carry it."""
    tokens = [new_token(signer, where.code, trial=where.trial) for _ in range(count)]
    return [(token, receipt(secret, signer.unsign(token).decode())) for token in tokens]


def taken(
    where: Place, filled: Filled, *, registered: bool, secret: str, now: datetime, zone: ZoneInfo
) -> Callable[[Connection], collect.Sent] | Wrong | Standing:
    """The work of one transaction that keeps the form exactly once, or why it is not taken."""
    day, stands = judged(where, filled, registered, now, zone)
    if stands != "open" or filled.key.trial != where.trial:
        return "closed" if stands == "open" else stands
    answers = whole(where.questionnaire, filled.language, filled.raw)
    if isinstance(answers, Wrong):
        return answers
    held = now - filled.key.given_at
    took = held if filled.took_s is None else min(max(timedelta(seconds=filled.took_s), timedelta()), held)
    channel = "kiosk" if registered else "web"  # a browser that nobody has set up is somebody's own
    form = collect.Form(filled.key.key, secret, filled.language, channel, now - took, now, day)
    return lambda connection: collect.keep(connection, where, form, answers)


def judged(where: Place, filled: Filled, registered: bool, now: datetime, zone: ZoneInfo) -> tuple[date, Standing]:
    """The day that a form counts for, and whether it is taken.

    A stranger's form counts for the day on which it comes. That of a registered tablet counts for the day on which it
    was finished: as long ago as the tablet says where that can be, for a form is finished between the signed moment at
    which its token was given and now; where the tablet's clock was set meanwhile, the day of that moment.
    """
    held = now - filled.key.given_at
    today, given = now.astimezone(zone).date(), filled.key.given_at.astimezone(zone).date()
    if not registered:
        return today, "closed" if held > SHORT_LOSS else standing(where, min(today, given))
    credible = 0 <= filled.age_s <= held.total_seconds()
    day = max(given, (now - timedelta(seconds=filled.age_s)).astimezone(zone).date()) if credible else given
    over = where.state == "closed" or today > where.closes
    if held > (SHORT_LOSS if over else LONGEST_LOSS):
        return day, "closed"
    return day, standing(replace(where, state="open") if where.state == "closed" else where, day)


def whole(questionnaire: Questionnaire, language: str, raw: Mapping[str, Sequence[str]]) -> dict[str, Value] | Wrong:
    """The answers on the way of a form that was sent in one piece, or everything that is wrong with it.

    >>> from survey.examples import EXAMPLE
    >>> whole(EXAMPLE, "en", {"used": ["no"], "wait": ["3"]})
    {'used': 'no'}
    >>> sorted(whole(EXAMPLE, "en", {"used": ["?"]}).faults)
    ['used']
    """
    left = dict(raw)
    faults: dict[str, Fault] = {}
    missing: set[str] = set()
    state, events = begin(questionnaire, language, "page")
    while not isinstance(events[-1], Finished) and not missing:
        state, events = advance(questionnaire, state, Answered(state.step, left), "page")
        refused = {event.item: event.fault for event in events if isinstance(event, Rejected)}
        faults |= refused
        for item in refused:
            left.pop(item, None)
            left.pop(item.removesuffix(OTHER), None)
        missing = {item for event in events if isinstance(event, Missing) for item in event.items}
    answers = events[-1].answers if isinstance(events[-1], Finished) else {}
    needed = tuple(sorted(missing - faults.keys()))
    return Wrong(faults, needed) if faults or missing else dict(answers)

"""What Zalo's server answers: a result, or why there is none. Nothing of an answer but its code leaves this module."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import DeliveryError, PermanentError, QuotaError, TransientError, UnreachableError

QUOTA_PAUSE_S = 600.0  # Zalo gives one word for a plan that is used up and for too much at once: ask again in a while
LONGEST_PAUSE_S = 86400.0
OVER = re.compile(r"quota|hạn mức|monthly|subscription|plan\b|gói (cước|dịch vụ)")
SET = re.compile(r"webhook")
GONE = re.compile(
    r"blocked\s+by\s+(the\s+)?(user|recipient)|blocked\s+(the|this|your)\s+bot"
    r"|(user|chat|recipient|conversation)(_id)?\s+(was\s+|is\s+|does\s+|has\s+been\s+)?"
    r"(not\s+(found|exist)|invalid|deleted|deactivated)"
    r"|(invalid|unknown)\s+(user|chat|recipient)|người dùng\b.*(chặn|không tồn tại)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came: the HTTP status, the header Retry-After and the body."""

    status: int
    retry_after: str
    body: bytes


def result_of(method: str, answer: Answer) -> object:
    """What a method gave. Raises the DeliveryError that tells what became of it: HTTP 200 alone is no success."""
    said = envelope(answer.body)
    if said is not None and said.get("ok") is True and 200 <= answer.status < 300:
        return said.get("result")
    raise fault(method, answer, said)


def envelope(body: bytes) -> Mapping[str, object] | None:
    """The JSON object of a body, or None where it is something else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def fault(method: str, answer: Answer, said: Mapping[str, object] | None) -> DeliveryError:
    """Why there is no result; the number in the body counts before the HTTP status."""
    if 300 <= answer.status < 400:
        return TransientError("redirect")  # never followed: the token would go with it
    if said is None and answer.status < 300:
        return TransientError("not_json")
    code = number_in(said or {}) or answer.status
    words = str((said or {}).get("description", ""))[:500].lower()
    wait = seconds_in(said or {}, answer.retry_after)
    if code == 429:
        return too_much(words, wait)
    if code < 300:  # below zero stand the numbers of Zalo's other interfaces
        return TransientError(str(code) if code < 0 else "without_code", wait)
    if code == 408 or code >= 500 or (code == 403 and is_no_refusal(said, words)):
        return TransientError(str(code), wait)
    return refusal(method, code, words)


def is_no_refusal(said: Mapping[str, object] | None, words: str) -> bool:
    """Whether a 403 is a failure: Zalo's list of codes names its own ones so; a page comes from a filter on the way."""
    return said is None or not words or "internal" in words


def refusal(method: str, code: int, words: str) -> PermanentError:
    """Why asking again is of no use."""
    if method == "getUpdates" and SET.search(words):
        return PermanentError("webhook_set")
    if method == "sendMessage" and GONE.search(words):
        return UnreachableError(str(code))
    return PermanentError(str(code))


def too_much(words: str, wait: float | None) -> TransientError:
    """Too many messages: for the moment, or for the plan, which names no time that is worth waiting for."""
    if wait is None and OVER.search(words):
        return QuotaError("quota", QUOTA_PAUSE_S)
    if wait is not None and wait > QUOTA_PAUSE_S:
        return QuotaError("quota", wait)
    return TransientError("429", wait)


def number_in(said: Mapping[str, object]) -> int | None:
    """The number of the error, where there is one that could be meant."""
    found = said.get("error_code")
    meant = isinstance(found, int) and not isinstance(found, bool) and 0 < abs(found) < 100_000
    return found if isinstance(found, int) and meant else None


def seconds_in(said: Mapping[str, object], header: str) -> float | None:
    """How long the server asks to wait: from the body, or else from the header."""
    inner = said.get("parameters")
    places = [said, inner if isinstance(inner, dict) else {}]
    for found in [*(place.get("retry_after") for place in places), header]:
        if isinstance(found, int | float | str) and (wait := seconds(found)) is not None:
            return wait
    return None


def seconds(found: float | str) -> float | None:
    """A time to wait that makes sense, at most a day."""
    try:
        wait = float(found)
    except (ValueError, OverflowError):
        return None
    return min(wait, LONGEST_PAUSE_S) if math.isfinite(wait) and wait >= 0 else None

"""The pace of a channel: as fast as is allowed and no faster, slower when it asks for that, one a second to a chat."""

from __future__ import annotations

import random

import pytest

from bot.pace import CHAT_BURST, CHAT_EVERY_S, RATE, SLACK_S, SLOWER, SLOWEST, SPEED_UP_S, Pace

ALLOWED = 30  # Telegram's line


def times_sent(pace: Pace, count: int, late_s: float, begun: float = 100.0) -> list[float]:
    """When so many messages go out that all wait already; each is up to `late_s` later than the pace says."""
    chance, now, found = random.Random(3), begun, []
    for number in range(count):
        now += pace.wait_s(now) + chance.uniform(0, late_s)
        pace.spend(number.to_bytes(2, "big"), now)
        found.append(now)
    return found


def most_in_a_second(times: list[float]) -> int:
    return max(sum(at <= each < at + 1 for each in times) for at in times)


def test_what_is_late_is_made_up_for_and_no_second_sees_too_much() -> None:
    times = times_sent(Pace(), 300, 0.03)
    assert 299 / (times[-1] - times[0]) > 0.99 * RATE
    assert most_in_a_second(times) < ALLOWED


def test_after_a_rest_only_a_few_go_out_at_once() -> None:
    times = times_sent(Pace(next_at=100.0), 60, 0.0, begun=500.0)
    assert sum(at == 500.0 for at in times) <= 1 + RATE * SLACK_S
    assert most_in_a_second(times) < ALLOWED


def test_pause_that_is_asked_for_is_kept_and_slows_down_once() -> None:
    pace = Pace()
    for refused_at in (10.0, 10.01, 10.2, 11.9):
        pace.held_off(2.0, refused_at)
    assert pace.wait_s(10.0) == pytest.approx(3.9)
    assert pace.rate == RATE * SLOWER


def test_it_never_stands_still_and_speeds_up_again() -> None:
    pace, now = Pace(), 0.0
    for _ in range(100):
        now += 1.0
        pace.held_off(0.5, now)
    assert pace.rate == SLOWEST
    for number in range(int(RATE)):
        now += SPEED_UP_S + 0.6
        pace.spend(bytes([number]), now)
    assert pace.rate == RATE


def test_chat_gets_a_few_at_once_and_then_one_a_second() -> None:
    pace, now = Pace(), 50.0
    for _ in range(CHAT_BURST):
        assert pace.free(b"a", now)
        pace.spend(b"a", now)
    assert not pace.free(b"a", now)
    assert pace.free(b"b", now)
    assert not pace.free(b"a", now + 0.9 * CHAT_EVERY_S)
    assert pace.free(b"a", now + CHAT_EVERY_S)

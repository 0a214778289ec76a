"""The pace of a channel: as fast as is allowed and no faster, slower when it asks for that, one a second to a chat."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from bot.pace import CHAT_BURST, CHAT_EVERY_S, RATE, SLACK_S, SLOWER, SLOWEST, SPEED_UP_S, Pace

ALLOWED = 30  # Telegram's line


def sent(pace: Pace, count: int, late_s: float, way_s: float, begun: float = 100.0) -> list[tuple[float, float]]:
    """When so many messages that all wait already go out, and when the channel answers.

    Each goes out up to `late_s` later than the pace says, and is under way for up to `way_s`.
    """
    chance, now, found, flying = random.Random(3), begun, [], []
    for number in range(count):
        chat = number.to_bytes(2, "big")
        while (wait := pace.wait_s(now)) > 0:
            now += wait
            flying = landed(pace, flying, now)
        now += chance.uniform(0, late_s)
        pace.spend(chat, now)
        found.append((now, now + chance.uniform(0, way_s)))
        flying.append((found[-1][1], chat))
    return found


def landed(pace: Pace, flying: list[tuple[float, bytes]], now: float) -> list[tuple[float, bytes]]:
    """Tell the pace which answers have come; gives the messages that are still under way."""
    for at, chat in sorted(flying):
        if at <= now:
            pace.landed(chat, at)
    return [each for each in flying if each[0] > now]


def most_in_a_second(times: Sequence[float]) -> int:
    return max(sum(at <= each < at + 1 for each in times) for at in times)


@pytest.mark.parametrize("way_s", [0.0, 0.05, 0.2])
def test_what_is_late_is_made_up_for(way_s: float) -> None:
    times = [begun for begun, _ in sent(Pace(), 300, 0.03, way_s)]
    assert 299 / (times[-1] - times[0]) > 0.98 * RATE
    assert most_in_a_second(times) < ALLOWED


@pytest.mark.parametrize("way_s", [0.05, 0.15, 0.25])
def test_however_long_messages_are_under_way_no_second_sees_too_many(way_s: float) -> None:
    flights, chance = sent(Pace(), 600, 0.03, way_s), random.Random(5)
    for share in (0.0, 0.5, 1.0):
        assert most_in_a_second([begun + share * (ended - begun) for begun, ended in flights]) < ALLOWED
    for _ in range(20):  # any of them may have been fast and any slow
        assert most_in_a_second(sorted(chance.choice(flight) for flight in flights)) < ALLOWED


def test_slow_channel_is_written_to_all_the_same() -> None:
    times = [begun for begun, _ in sent(Pace(), 300, 0.0, 4.0)]
    assert 299 / (times[-1] - times[0]) > 22


def test_after_a_rest_only_a_few_go_out_at_once() -> None:
    times = [begun for begun, _ in sent(Pace(next_at=100.0), 60, 0.0, 0.0, begun=500.0)]
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
